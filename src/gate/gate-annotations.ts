import type { Annotation, Level } from '../report/formats/annotation.js';
import { oneLine } from '../util/one-line.js';
import { checkLine, isGood, verdictLine } from './gate-words.js';
import { VERDICTS, type GateCheck, type GateReport, type GateVerdict } from './verdict.js';

/**
 * What GitHub Actions shows beside the run: errors for what fails it, the worst first, warnings for
 * what it lets pass and for doubts, and a notice of a good verdict.
 */
export function gateAnnotations(report: GateReport): Annotation[] {
  const { verdict, reasons, warnings, checks } = report;
  const bad = checks.filter((check) => !isGood(check.verdict)).sort(worstFirst);
  const isShown = !isGood(verdict) && bad.some((check) => check.verdict === verdict);
  const whole: Annotation = {
    level: levelOf(report, report),
    title: titleOf(verdict),
    message: [verdictLine(report), ...reasons.map(oneLine)].join('\n'),
  };
  return [
    ...(isShown ? [] : [whole]),
    ...bad.map((check) => ({
      level: levelOf(report, check),
      title: titleOf(check.verdict),
      message: oneLine(checkLine(check)),
    })),
    // Where checks speak for the verdict, what excuses them would stay unsaid.
    ...[...(isShown ? reasons : []), ...warnings].map((message) => ({
      level: 'warning' as const,
      title: 'mmsem-bench',
      message: oneLine(message),
    })),
  ];
}

function titleOf(verdict: GateVerdict): string {
  return `mmsem-bench ${verdict}`;
}

/** What is said in an untrustworthy run fails nothing. */
function levelOf(
  report: GateReport,
  { verdict, action }: Pick<GateCheck, 'verdict' | 'action'>,
): Level {
  const isWorthless = report.verdict === 'untrustworthy' && verdict !== 'untrustworthy';
  if (action === 'fail') return isWorthless ? 'warning' : 'error';
  return action === 'warn' ? 'warning' : 'notice';
}

/** By verdict, then by how far beyond what is allowed; what has no such distance comes last. */
function worstFirst(a: GateCheck, b: GateCheck): number {
  const byVerdict = VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict);
  return byVerdict === 0 ? excessOf(b) - excessOf(a) : byVerdict;
}

/** On the scale on which halving is as far as doubling. */
function excessOf({ change, allowed }: GateCheck): number {
  if (change === null || allowed === null) return -1;
  // A value of 0 is as far as it gets, and two of them are equally far.
  return Math.min(Number.MAX_VALUE, Math.abs(Math.log1p(change) - Math.log1p(allowed)));
}
