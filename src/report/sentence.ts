import { roundWord } from '../plan/plan.js';
import type { MetricComparison } from '../stats/compare-kernels.js';
import { PAIRS_MIN } from '../stats/compare.js';
import { usable } from '../stats/kernel-summary.js';
import type { MetricName } from '../stats/metrics.js';
import { moreRounds } from '../stats/power.js';
import { RESOLUTION } from '../stats/verdict.js';
import {
  formatCount,
  formatInterval,
  formatMagnitude,
  formatNs,
  formatPercent,
  formatScaled,
} from './format.js';
import type { ResultDocument, ResultKernel } from './result.js';

/**
 * What the table shows, in words: one sentence for each kernel after the first, or one about the
 * only kernel there is. Computed from the same comparisons as the table's verdicts.
 */
export function sentences(document: ResultDocument, unicode: boolean): string[] {
  const [base, ...candidates] = document.kernels;
  if (base === undefined) return [];
  const word = roundWord(document.plan);
  const texts =
    candidates.length === 0
      ? [aboutOne(base, word, unicode)]
      : candidates.map((candidate) => aboutTwo(document, base, candidate, unicode));
  return document.partial ? texts.map((text) => `Partial run: ${text}`) : texts;
}

function aboutOne(kernel: ResultKernel, word: string, unicode: boolean): string {
  const { median, ciLow, ciHigh } = kernel.faultsPerSecond;
  if (median === null || ciLow === null || ciHigh === null) {
    return `${kernel.name} was not measured.`;
  }
  const rounds = formatCount(usable(kernel.rounds).length, word);
  const interval = `95 % interval ${formatScaled(ciLow)} .. ${formatScaled(ciHigh)}`;
  const { writeHoldNs, faultWaitNs } = kernel.mmapSem;
  return (
    `${kernel.name} resolves ${formatScaled(median)} page faults per second (${interval}, ` +
    `${rounds}); its longest write hold is ${shortNs(writeHoldNs.max, unicode)} and faults wait at ` +
    `most ${shortNs(faultWaitNs.max, unicode)}.`
  );
}

function aboutTwo(
  document: ResultDocument,
  base: ResultKernel,
  candidate: ResultKernel,
  unicode: boolean,
): string {
  const comparisonOf = (metric: MetricName): MetricComparison | undefined =>
    document.comparisons.find(
      (comparison) => comparison.candidate === candidate.name && comparison.metric === metric,
    );
  const faults = comparisonOf('faultsPerSecond');
  const word = roundWord(document.plan);
  if (faults === undefined) return `${candidate.name} was not compared.`;
  if (faults.verdict === 'inconclusive' && faults.pairs < PAIRS_MIN) {
    return tooFewPairs(faults, word);
  }
  const hold = movement(
    comparisonOf('writeHoldNsMax'),
    candidate.mmapSem.writeHoldNs.max,
    base.mmapSem.writeHoldNs.max,
  );
  const wait = movement(
    comparisonOf('faultWaitNsMax'),
    candidate.mmapSem.faultWaitNs.max,
    base.mmapSem.faultWaitNs.max,
  );
  return `${aboutFaults(faults, word)}${aboutLock(hold, wait, unicode)}.`;
}

function tooFewPairs({ base, candidate, pairs }: MetricComparison, word: string): string {
  return (
    `${candidate} cannot be told from ${base} by ${formatCount(pairs, 'pair')} of ${word}s: ` +
    `a verdict needs ${PAIRS_MIN}.`
  );
}

function aboutFaults(faults: MetricComparison, word: string): string {
  const { base, candidate, change, ciLow, ciHigh, pairs, verdict } = faults;
  if (change === null) {
    return `${candidate} cannot be compared with ${base}, which resolved no page faults`;
  }
  const magnitude = formatMagnitude(change);
  // What is a difference to a simulation may be none to anybody else.
  const size = magnitude === '0.0' ? 'less than 0.05 %' : `${magnitude} %`;
  const basis = `95 % interval ${formatInterval(ciLow, ciHigh)}, ${formatCount(pairs, 'pair')} of ${word}s`;
  switch (verdict) {
    case 'faster':
      return `${candidate} resolves ${size} more page faults per second than ${base} (${basis})`;
    case 'slower':
      return `${candidate} resolves ${size} fewer page faults per second than ${base} (${basis})`;
    case 'no difference shown':
      return (
        `${candidate} shows no difference from ${base} in page faults per second: ` +
        `${formatPercent(change)} (${basis})`
      );
    case 'no difference':
      return `${candidate} resolves exactly as many page faults per second as ${base}, seed by seed`;
    case 'mixed':
      return (
        `${candidate} resolves more or fewer page faults per second than ${base}, which depends on ` +
        `the seed: ${formatPercent(change)} (${basis})`
      );
    case 'inconclusive':
      return (
        `${candidate} may or may not resolve more page faults per second than ${base}: ` +
        `${formatPercent(change)} (${basis}) is too uncertain for a verdict${remedy(faults)}`
      );
  }
}

/** What it would take to show a change of the size that a verdict calls none. */
function remedy(faults: MetricComparison): string {
  const more = moreRounds(faults, RESOLUTION);
  if (more === null || more === 0) return '';
  // Two digits are more than is known.
  const about = Number(more.toPrecision(2));
  return `, and it takes about ${formatCount(about, 'more round')} to show ${formatMagnitude(RESOLUTION)} %`;
}

/** Whether a longest time is shown to have changed, and both kernels' values, ns. */
interface Movement {
  readonly direction: 'shorter' | 'longer' | 'none';
  readonly candidateNs: number;
  readonly baseNs: number;
}

/**
 * The verdict is about the typical round, the values about the worst of all: where one odd round
 * makes them contradict each other, nothing is said to have moved.
 */
function movement(
  comparison: MetricComparison | undefined,
  candidateNs: number,
  baseNs: number,
): Movement {
  const verdict = comparison?.verdict;
  if (verdict === 'faster' && candidateNs < baseNs) {
    return { direction: 'shorter', candidateNs, baseNs };
  }
  if (verdict === 'slower' && candidateNs > baseNs) {
    return { direction: 'longer', candidateNs, baseNs };
  }
  return { direction: 'none', candidateNs, baseNs };
}

function aboutLock(hold: Movement, wait: Movement, unicode: boolean): string {
  const insteadOf = ({ candidateNs, baseNs }: Movement): string => {
    // As many digits as it takes to see that it has moved.
    const words = [2, 4, 6, 9].map((digits) => [
      formatNs(candidateNs, { unicode, digits }),
      formatNs(baseNs, { unicode, digits }),
    ]);
    const [candidate, base] = words.find(([one, other]) => one !== other) ?? words[0]!;
    return `${candidate!} instead of ${base!}`;
  };
  const held = `its longest write hold is ${insteadOf(hold)}`;
  const waited = `faults wait at most ${insteadOf(wait)}`;
  if (hold.direction === 'none' && wait.direction === 'none') {
    return '; neither the longest write hold nor the longest fault wait is shown to differ';
  }
  if (wait.direction === 'none') {
    return `; ${held}, but the longest fault wait is not shown to differ`;
  }
  if (hold.direction === 'none') {
    return `; ${waited}, although the longest write hold is not shown to differ`;
  }
  return `; ${held}, ${hold.direction === wait.direction ? 'so' : 'yet'} ${waited}`;
}

/** Two digits are enough in a sentence; the table above it has more. */
function shortNs(ns: number, unicode: boolean): string {
  return formatNs(ns, { unicode, digits: 2 });
}
