import { medianDifferenceInterval } from './bootstrap.js';
import { changeOf, logOf } from './log-ratio.js';
import { mannWhitney } from './mann-whitney.js';
import { median } from './median.js';
import {
  judgeMeasured,
  SIGNIFICANCE,
  type Better,
  type Difference,
  type Verdict,
} from './verdict.js';

export interface UnpairedComparison extends Difference {
  readonly baseRounds: number;
  readonly candidateRounds: number;
  readonly verdict: Verdict;
}

/**
 * Compares one metric of two runs whose rounds have nothing in common, such as two saved ones: values
 * in any unit, 0 or more. The change is that of the medians, its interval a bootstrap of both, p that
 * of the Mann-Whitney test. What differed between the runs besides the kernel is in the change, too.
 */
export function unpairedDifference(
  base: readonly number[],
  candidate: readonly number[],
  seed: number,
): Difference {
  if (base.length === 0 || candidate.length === 0) {
    return { change: null, ciLow: null, ciHigh: null, p: null };
  }
  const [from, to] = [base.map(logOf), candidate.map(logOf)];
  const interval = medianDifferenceInterval(from, to, seed);
  return {
    change: changeOf(median(to) - median(from)),
    ciLow: changeOf(interval.low),
    ciHigh: changeOf(interval.high),
    p: mannWhitney(base, candidate).p,
  };
}

/** `unpairedDifference` with its verdict, for a comparison that stands alone. */
export function compareUnpaired(
  base: readonly number[],
  candidate: readonly number[],
  better: Better,
  seed: number,
): UnpairedComparison {
  const difference = unpairedDifference(base, candidate, seed);
  const enough = roundsSuffice(base.length, candidate.length);
  return {
    ...difference,
    baseRounds: base.length,
    candidateRounds: candidate.length,
    verdict: judgeMeasured(difference, difference.p, enough, better),
  };
}

/** Whether the Mann-Whitney test can show anything with so many rounds, and so many comparisons. */
export function roundsSuffice(base: number, candidate: number, comparisons = 1): boolean {
  const apart = Array.from({ length: base + candidate }, (_, index) => index);
  return mannWhitney(apart.slice(0, base), apart.slice(base)).p * comparisons < SIGNIFICANCE;
}
