import {
  groupOf,
  measuredSeconds,
  suiteProperties,
  type Check,
  type CheckSuite,
  type Outcome,
} from '../report/formats/check.js';
import { renderJunit } from '../report/formats/junit.js';
import { baselineLine, chances, nextStep, verdictLine } from './gate-words.js';
import type { GateCheck, GateReport, GateVerdict } from './verdict.js';

const OUTCOMES: Readonly<Record<GateVerdict, Outcome>> = {
  untrustworthy: 'error',
  'not-comparable': 'error',
  'no-baseline': 'error',
  regression: 'failed',
  inconclusive: 'skipped',
  improvement: 'passed',
  pass: 'passed',
};

/** What JUnit calls the kind of a failure or error. */
const TYPES: Readonly<Record<GateVerdict, string>> = {
  untrustworthy: 'Untrustworthy',
  'not-comparable': 'NotComparable',
  'no-baseline': 'NoBaseline',
  regression: 'PerformanceRegression',
  inconclusive: 'Inconclusive',
  improvement: 'Improvement',
  pass: 'Pass',
};

export function renderGateJunit(report: GateReport): string {
  return renderJunit([gateSuite(report)]);
}

/**
 * A check for each of the gate's. Something in it fails if, and only if, the gate does: what a gate
 * lets pass is skipped, and where it fails for what no check shows, a check of its own says so.
 */
function gateSuite(report: GateReport): CheckSuite {
  const checks = report.checks.map((check) => suiteCheck(report, check));
  const isShown = report.checks.some(({ verdict }) => verdict === report.verdict);
  const fails = checks.some(({ outcome }) => outcome === 'failed' || outcome === 'error');
  const isWhole = isShown && fails === (report.action === 'fail');
  return {
    name: 'gate',
    startedAt: report.startedAt,
    seconds: report.elapsedSeconds,
    properties: properties(report),
    checks: isWhole ? checks : [...checks, gateItself(report)],
  };
}

function suiteCheck(report: GateReport, check: GateCheck): Check {
  const { rule, kernel, verdict, message, base, value, change, allowed } = check;
  const measured = report.run?.kernels.find(({ name }) => name === kernel);
  const numbers = { [check.against]: base, [kernel]: value, change, allowed };
  const details = [
    ...Object.entries(numbers).flatMap(([name, one]) => (one === null ? [] : [`${name} ${one}`])),
    ...[chances(check)].filter((text) => text !== ''),
  ];
  return {
    group: [...(report.run === undefined ? [] : groupOf(report.run)), kernel],
    name: rule,
    ...outcomeOf(report, check),
    message: `${verdict}: ${message}`,
    details: details.join(', '),
    seconds: measured === undefined ? 0 : measuredSeconds(measured),
  };
}

/** The verdict on the whole, where it is not that of any check. */
function gateItself(report: GateReport): Check {
  const { verdict, action, reasons } = report;
  const next = nextStep(report);
  const usual = OUTCOMES[verdict];
  const outcome: Outcome = action === 'fail' && usual !== 'error' ? 'failed' : usual;
  return {
    group: ['gate'],
    name: 'verdict',
    outcome: isExcused(report, report) ? 'skipped' : outcome,
    type: TYPES[verdict],
    message: [verdictLine(report), ...reasons].join('; '),
    details: [...reasons, ...(next === undefined ? [] : [next])].join('\n'),
    seconds: 0,
  };
}

/** A check, or the gate itself. */
type Judged = Pick<GateCheck, 'verdict' | 'action'>;

function outcomeOf(report: GateReport, check: Judged): Pick<Check, 'outcome' | 'type'> {
  if (isExcused(report, check)) return { outcome: 'skipped' };
  return { outcome: OUTCOMES[check.verdict], type: TYPES[check.verdict] };
}

/** Bad, and yet nothing fails because of it: as was asked for, or since its numbers are worth nothing. */
function isExcused(report: GateReport, { verdict, action }: Judged): boolean {
  if (!['failed', 'error'].includes(OUTCOMES[verdict])) return false;
  return action !== 'fail' || (report.verdict === 'untrustworthy' && verdict !== 'untrustworthy');
}

function properties(report: GateReport): Record<string, string> {
  const { verdict, action, reasons, warnings, baseline, run } = report;
  const numbered = (name: string, texts: readonly string[]): Record<string, string> =>
    Object.fromEntries(texts.map((text, index) => [`${name}-${index + 1}`, text]));
  return {
    verdict,
    action,
    ...numbered('reason', reasons),
    ...(baseline === undefined ? {} : { baseline: baselineLine(baseline) }),
    ...(run === undefined ? numbered('warning', warnings) : suiteProperties({ ...run, warnings })),
  };
}
