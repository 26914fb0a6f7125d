/** What a gate says in words: the same ones in every form. */
import { formatCount, formatPercent } from '../report/format.js';
import type { BaselineFacts, GateCheck, GateReport, GateVerdict } from './verdict.js';

/** `regression: 1 of 4 checks`, and what it does to the pipeline where that is not what one expects. */
export function verdictLine(report: GateReport): string {
  return `${report.verdict}${scopeOf(report)}`;
}

/** What follows the verdict's own word: `: 1 of 4 checks (advisory: nothing fails because of it)`. */
export function scopeOf({ verdict, action, checks }: GateReport): string {
  const all = checks.length;
  const those = checks.filter((check) => check.verdict === verdict).length;
  return `${those === 0 ? scopeWithout(all) : `: ${share(those, all)}`}${effect(verdict, action)}`;
}

/** The reasons are about the whole run then. */
function scopeWithout(all: number): string {
  return all === 0 ? ': nothing was judged' : ', whatever its checks say';
}

function share(those: number, all: number): string {
  return those === all ? formatCount(all, 'check') : `${those} of ${formatCount(all, 'check')}`;
}

/** Nothing where a good verdict passes and a bad one fails. */
function effect(verdict: GateVerdict, action: GateReport['action']): string {
  if (action === 'warn') return ' (advisory: nothing fails because of it)';
  if (isGood(verdict) === (action === 'pass')) return '';
  return action === 'fail' ? ' (fails, as was asked for)' : ' (let pass, as was asked for)';
}

/** Verdicts that are what was hoped for. */
const GOOD: readonly GateVerdict[] = ['pass', 'improvement'];

export function isGood(verdict: GateVerdict): boolean {
  return GOOD.includes(verdict);
}

/** Which baseline it was, so that no other is taken for it. */
export function baselineLine({ file, startedAt, sameHost }: BaselineFacts): string {
  const time = startedAt.replace(/^(.{10})T(.{5}).*$/s, '$1 $2 UTC');
  return `baseline ${file}, taken ${time} on ${sameHost ? 'this machine or one like it' : 'another machine'}`;
}

/** A check by its verdict and its rule, which its message may have named. */
export function checkLine({ rule, verdict, message }: GateCheck): string {
  return message.includes(rule) ? `${verdict}: ${message}` : `${verdict}: ${rule}: ${message}`;
}

/** Numbers of a check that no table shows; empty where nothing is left to chance. */
export function chances({ pBroken, pKept, detectable }: GateCheck): string {
  const parts = [
    ...(pBroken === null ? [] : [`p of being broken ${Number(pBroken.toPrecision(3))}`]),
    ...(pKept === null ? [] : [`p of being kept ${Number(pKept.toPrecision(3))}`]),
    ...(detectable === null ? [] : [`resolves ${formatPercent(detectable).slice(1)}`]),
  ];
  return parts.join(', ');
}

const AGAINST_BASELINE: Partial<Readonly<Record<GateVerdict, string>>> = {
  'not-comparable': 'If this is meant, save a new baseline with --save-baseline.',
  regression: 'If this is meant, save a new baseline with --save-baseline.',
  improvement: 'Save a new baseline with --save-baseline, or losing this again will pass unseen.',
};

const WHATEVER: Partial<Readonly<Record<GateVerdict, string>>> = {
  'no-baseline': 'Save one with --save-baseline, or compare kernels of one run with --require.',
  'not-comparable': 'Save a new baseline with --save-baseline, or give the options of this one.',
  untrustworthy: 'Remove the cause and run the gate again: this says nothing about the code.',
};

/** What to do about the verdict as a whole, beyond what reasons and checks say; most need nothing. */
export function nextStep({ verdict, checks }: GateReport): string | undefined {
  const isOfBaseline = checks.some(
    (check) => check.verdict === verdict && check.against === 'baseline',
  );
  return (isOfBaseline ? AGAINST_BASELINE[verdict] : undefined) ?? WHATEVER[verdict];
}
