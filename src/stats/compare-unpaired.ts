import { medianRatioInterval } from './bootstrap.js';
import { changeOf, logRatio } from './log-ratio.js';
import { mannWhitney } from './mann-whitney.js';
import { median } from './median.js';
import { SIGNIFICANCE, type Difference } from './verdict.js';

/**
 * Compares one metric of two runs whose rounds have nothing in common, such as two saved ones: values
 * in any unit. The change is the ratio of the medians that readers are shown, its interval a bootstrap
 * of both, p that of the Mann-Whitney test; no interval and no p of samples too small for any verdict
 * (a single value would be its own interval), nothing of values below 0. What differed between the
 * runs besides the kernel is in the change, too.
 */
export function unpairedDifference(
  base: readonly number[],
  candidate: readonly number[],
  seed: number,
): Difference {
  const none = { change: null, ciLow: null, ciHigh: null, p: null };
  if (base.length === 0 || candidate.length === 0) return none;
  // Other tools' files may have them; there is no ratio to speak of then.
  if ([...base, ...candidate].some((value) => value < 0)) return none;
  const change = changeOf(logRatio(median(base), median(candidate)));
  if (!roundsSuffice(base.length, candidate.length)) return { ...none, change };
  const interval = medianRatioInterval(base, candidate, seed);
  return {
    change,
    ciLow: changeOf(interval.low),
    ciHigh: changeOf(interval.high),
    p: mannWhitney(base, candidate).p,
  };
}

/** Whether the Mann-Whitney test can show anything with so many rounds, and so many comparisons. */
export function roundsSuffice(base: number, candidate: number, comparisons = 1): boolean {
  const apart = Array.from({ length: base + candidate }, (_, index) => index);
  return mannWhitney(apart.slice(0, base), apart.slice(base)).p * comparisons < SIGNIFICANCE;
}
