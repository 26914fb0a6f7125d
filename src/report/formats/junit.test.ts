import { describe, expect, it } from 'vitest';
import { AWKWARD, RESULTS } from '../testing/awkward-results.js';
import { parseXml, type XmlElement } from '../testing/xml.js';
import { comparisonSuite, type Check, type CheckSuite } from './check.js';
import { renderComparisonJunit, renderJunit } from './junit.js';

const COUNTS = ['tests', 'failures', 'errors', 'skipped'] as const;
const WHOLE = /^\d+$/;
const SECONDS = /^\d+\.\d+$/;

/** Which elements may hold which, with the attributes that each must have. */
const STRUCTURE: Readonly<Record<string, { holds: readonly string[]; has: readonly string[] }>> = {
  testsuites: { holds: ['testsuite'], has: ['name', ...COUNTS, 'time'] },
  testsuite: {
    holds: ['properties', 'testcase'],
    has: ['name', ...COUNTS, 'time', 'timestamp'],
  },
  properties: { holds: ['property'], has: [] },
  property: { holds: [], has: ['name', 'value'] },
  testcase: {
    holds: ['failure', 'error', 'skipped', 'system-out'],
    has: ['classname', 'name', 'time'],
  },
  failure: { holds: [], has: ['type', 'message'] },
  error: { holds: [], has: ['type', 'message'] },
  skipped: { holds: [], has: ['message'] },
  'system-out': { holds: [], has: [] },
};

/** The root, after checking structure, attributes and sums. */
function validated(text: string): XmlElement {
  const root = parseXml(text);
  expect(root.name).toBe('testsuites');
  checkElement(root);
  for (const owner of [root, ...root.children]) checkSums(owner);
  return root;
}

function checkElement({ name, attributes, children }: XmlElement): void {
  const { holds, has } = STRUCTURE[name]!;
  expect(Object.keys(attributes).sort(), name).toEqual([...has].sort());
  for (const [key, value] of Object.entries(attributes)) {
    if (COUNTS.some((count) => count === key)) expect(value).toMatch(WHOLE);
    if (key === 'time') expect(value).toMatch(SECONDS);
    if (key === 'timestamp') expect(value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  }
  for (const child of children) {
    expect(holds, `<${child.name}> in <${name}>`).toContain(child.name);
    checkElement(child);
  }
}

function checkSums(owner: XmlElement): void {
  const cases = casesOf(owner);
  const having = (child: string): string =>
    String(cases.filter(({ children }) => children.some(({ name }) => name === child)).length);
  expect(owner.attributes).toMatchObject({
    tests: String(cases.length),
    failures: having('failure'),
    errors: having('error'),
    skipped: having('skipped'),
  });
}

function casesOf({ name, children }: XmlElement): XmlElement[] {
  return children.flatMap((child) =>
    name === 'testsuite' ? (child.name === 'testcase' ? [child] : []) : casesOf(child),
  );
}

const TWO = RESULTS['two kernels']!;

describe('JUnit of a comparison', () => {
  it.each(Object.keys(RESULTS))('%s: valid, with cases of unique names', (name) => {
    const cases = casesOf(validated(renderComparisonJunit(RESULTS[name]!)));
    expect(cases.length).toBeGreaterThan(0);
    const names = cases.map(
      ({ attributes }) => `${attributes['classname']!} ${attributes['name']!}`,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('has a case for every comparison and metric; a difference is no failure', () => {
    const root = validated(renderComparisonJunit(TWO));
    const cases = casesOf(root);
    expect(cases.map(({ attributes }) => attributes['name'])).toEqual(
      TWO.comparisons.map(({ metric }) => metric),
    );
    expect(cases[0]!.attributes['classname']).toBe('fault-munmap.80G.patched-against-pristine');
    expect(cases[0]!.children[0]!.text).toMatch(/^faster: \+6\.\d %.*10 pairs.*pristine 12\.\d+ M/);
    expect(root.attributes['failures']).toBe('0');
  });

  it('what is inconclusive was not judged', () => {
    const few = RESULTS['stopped before the first round']!;
    const root = validated(renderComparisonJunit(few));
    expect(root.attributes['skipped']).toBe(root.attributes['tests']);
  });

  it('carries warnings, whatever is in them', () => {
    const suite = validated(renderComparisonJunit(RESULTS['awkward names']!)).children[0]!;
    const properties = suite.children[0]!.children.map(({ attributes }) => attributes);
    // Without what XML cannot hold and what is for terminals.
    const shown = AWKWARD.replace('\u0007\u001b[31m', '');
    expect(properties).toContainEqual({ name: 'warning-1', value: shown });
  });
});

describe('JUnit of checks', () => {
  const check = (more: Partial<Check>): Check => ({
    group: ['mmap', '2.5G'],
    name: 'faultsPerSecond',
    outcome: 'passed',
    message: 'as <allowed>',
    seconds: 1.5,
    ...more,
  });
  const suite: CheckSuite = {
    ...comparisonSuite(TWO),
    checks: [
      check({}),
      check({ outcome: 'failed', type: 'PerformanceRegression', details: 'a & b' }),
      check({ outcome: 'error' }),
      check({ outcome: 'skipped' }),
    ],
  };

  it('every outcome is its element, with type, message and numbers', () => {
    const cases = casesOf(validated(renderJunit([suite, suite])));
    expect(cases).toHaveLength(8);
    const [passed, failed, error, skipped] = cases.map(({ children }) => children[0]!);
    expect(passed!.name).toBe('system-out');
    expect(failed).toEqual({
      name: 'failure',
      attributes: { type: 'PerformanceRegression', message: 'as <allowed>' },
      children: [],
      text: 'a & b',
    });
    expect(error!.name).toBe('error');
    expect(skipped!.attributes).toEqual({ message: 'as <allowed>' });
  });

  it('dots separate the parts of a class name, and nothing else has any', () => {
    const [first] = casesOf(validated(renderJunit([suite])));
    expect(first!.attributes['classname']).toBe('mmap.2_5G');
  });

  it('no text breaks the file', () => {
    for (const message of [AWKWARD, '\ud800', '\uffff', ']]>', '<!--', '\t\r\n']) {
      validated(renderJunit([{ ...suite, name: message, checks: [check({ message })] }]));
    }
  });
});
