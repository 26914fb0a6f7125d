/** What everyone who reads JUnit XML expects of it. */
import { expect } from 'vitest';
import { parseXml, type XmlElement } from './xml.js';

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
export function validJunit(text: string): XmlElement {
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

/** All test cases below an element. */
export function casesOf({ name, children }: XmlElement): XmlElement[] {
  return children.flatMap((child) =>
    name === 'testsuite' ? (child.name === 'testcase' ? [child] : []) : casesOf(child),
  );
}
