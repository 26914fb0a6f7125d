import { describe, expect, it } from 'vitest';
import { AWKWARD, RESULTS } from '../testing/awkward-results.js';
import { casesOf, validJunit } from '../testing/junit-structure.js';
import { comparisonSuite, type Check, type CheckSuite } from './check.js';
import { renderComparisonJunit, renderJunit } from './junit.js';

const TWO = RESULTS['two kernels']!;

describe('JUnit of a comparison', () => {
  it.each(Object.keys(RESULTS))('%s: valid, with cases of unique names', (name) => {
    const cases = casesOf(validJunit(renderComparisonJunit(RESULTS[name]!)));
    expect(cases.length).toBeGreaterThan(0);
    const names = cases.map(
      ({ attributes }) => `${attributes['classname']!} ${attributes['name']!}`,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('has a case for every comparison and metric; a difference is no failure', () => {
    const root = validJunit(renderComparisonJunit(TWO));
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
    const root = validJunit(renderComparisonJunit(few));
    expect(root.attributes['skipped']).toBe(root.attributes['tests']);
  });

  it('carries warnings, whatever is in them', () => {
    const suite = validJunit(renderComparisonJunit(RESULTS['awkward names']!)).children[0]!;
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
    const cases = casesOf(validJunit(renderJunit([suite, suite])));
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
    const [first] = casesOf(validJunit(renderJunit([suite])));
    expect(first!.attributes['classname']).toBe('mmap.2_5G');
  });

  it('no text breaks the file', () => {
    for (const message of [AWKWARD, '\ud800', '\uffff', ']]>', '<!--', '\t\r\n']) {
      validJunit(renderJunit([{ ...suite, name: message, checks: [check({ message })] }]));
    }
  });
});
