import { stripVTControlCharacters } from 'node:util';
import type { ResultDocument } from '../result.js';
import { comparisonSuite, type Check, type CheckSuite, type Outcome } from './check.js';

/** A test case for every comparison in every metric. */
export function renderComparisonJunit(document: ResultDocument): string {
  return renderJunit([comparisonSuite(document)]);
}

/** The part of JUnit XML that everyone reads. Counts add up; a skipped check was not judged. */
export function renderJunit(suites: readonly CheckSuite[]): string {
  const checks = suites.flatMap((suite) => suite.checks);
  const seconds = suites.reduce((sum, suite) => sum + suite.seconds, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: 'mmsem-bench', ...totals(checks, seconds) })}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines({ name, startedAt, seconds, properties, checks }: CheckSuite): string[] {
  // Without a zone, which some readers refuse: it is UTC.
  const timestamp = startedAt.slice(0, 'YYYY-MM-DDThh:mm:ss'.length);
  return [
    `  <testsuite ${attributes({ name, ...totals(checks, seconds), timestamp })}>`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([key, value]) => `      <property ${attributes({ name: key, value })}/>`,
    ),
    '    </properties>',
    ...checks.map(caseLine),
    '  </testsuite>',
  ];
}

function totals(checks: readonly Check[], seconds: number): Record<string, string> {
  const count = (outcome: Outcome): string =>
    String(checks.filter((check) => check.outcome === outcome).length);
  return {
    tests: String(checks.length),
    failures: count('failed'),
    errors: count('error'),
    skipped: count('skipped'),
    time: secondsText(seconds),
  };
}

function caseLine(check: Check): string {
  const { group, name, seconds } = check;
  const named = attributes({
    // Readers split it on dots.
    classname: group.map((part) => part.replaceAll('.', '_')).join('.'),
    name,
    time: secondsText(seconds),
  });
  return `    <testcase ${named}>${CHILDREN[check.outcome](check)}</testcase>`;
}

/** What a test case holds. A reader shows it; only the element's name counts. */
const CHILDREN: Readonly<Record<Outcome, (check: Check) => string>> = {
  passed: ({ message, details }) => {
    const text = details === undefined ? message : `${message}; ${details}`;
    return `<system-out>${escapeXml(text)}</system-out>`;
  },
  failed: (check) => complaint('failure', 'CheckFailed', check),
  error: (check) => complaint('error', 'NotMeasured', check),
  skipped: ({ message }) => `<skipped ${attributes({ message })}/>`,
};

function complaint(element: string, usualType: string, check: Check): string {
  const { type = usualType, message, details = '' } = check;
  return `<${element} ${attributes({ type, message })}>${escapeXml(details)}</${element}>`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(value)}"`)
    .join(' ');
}

/** Plain decimal, never an exponent. */
function secondsText(seconds: number): string {
  return seconds.toFixed(3);
}

/** What XML 1.0 has no way to write, not even escaped. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A reader would make blanks of these in attributes.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function escapeXml(text: string): string {
  return stripVTControlCharacters(text)
    .replace(FORBIDDEN, '')
    .replace(/[&<>"\t\n\r]/g, (sign) => ENTITIES[sign]!);
}
