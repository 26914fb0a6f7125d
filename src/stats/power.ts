/** What a run of this many rounds, as noisy as it was, could have shown at all. */
import { CONFIDENCE } from './bootstrap.js';
import { studentTQuantile } from './student-t.js';
import { SIGNIFICANCE } from './verdict.js';

/** How often a change is to be shown by which a run is said to resolve it. */
export const POWER = 0.8;

/** More rounds are not worth naming. */
export const ROUNDS_MAX = 10_000;

/** Standard error of a median over that of the mean, normal values and many of them. */
const MEDIAN_TO_MEAN = Math.sqrt(Math.PI / 2);

/** The interval of a comparison, fractions, and how many pairs it comes from. */
export interface Resolved {
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
  readonly pairs: number;
}

/**
 * Pairs with which the rank test can get below `SIGNIFICANCE` at all when a verdict is drawn from so
 * many `comparisons`: the p of n pairs that all agree is 2 / 2^n, and Holm multiplies it. 6 for one.
 */
export function pairsNeeded(comparisons = 1): number {
  let pairs = 1;
  while ((2 / 2 ** pairs) * comparisons >= SIGNIFICANCE) pairs++;
  return pairs;
}

/**
 * Minimum detectable effect: the smallest change, a fraction, that runs of as many rounds and as much
 * noise would show as `faster` or `slower` in `POWER` of all cases; null when no change could be
 * shown. Both conditions of a verdict are asked: the interval must exclude 0, and the rank test must
 * agree at the level that is left to one of so many `comparisons`. Estimated from the width of the
 * interval, which itself is known to within a third with ten rounds.
 */
export function detectableChange(resolved: Resolved, comparisons = 1): number | null {
  const error = standardError(resolved);
  if (error === null || resolved.pairs < pairsNeeded(comparisons)) return null;
  return Math.expm1(error * quantilesAway(resolved.pairs, comparisons));
}

/**
 * How many more rounds it takes, about, until `change` (a fraction above 0) is detectable; 0 when it
 * is already, null when it cannot be said or would be more than `ROUNDS_MAX`.
 */
export function moreRounds(resolved: Resolved, change: number, comparisons = 1): number | null {
  const error = standardError(resolved);
  if (error === null) return null;
  const fewest = Math.max(resolved.pairs, pairsNeeded(comparisons));
  const resolves = (pairs: number): boolean =>
    error * Math.sqrt(resolved.pairs / pairs) * quantilesAway(pairs, comparisons) <=
    Math.log1p(change);
  if (!resolves(ROUNDS_MAX)) return null;
  let tooFew = fewest - 1;
  let enough = ROUNDS_MAX;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (resolves(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough - resolved.pairs;
}

/** Standard error of the median log-ratio; null without a finite interval or with a single pair. */
function standardError({ ciLow, ciHigh, pairs }: Resolved): number | null {
  if (ciLow === null || ciHigh === null || ciLow <= -1 || pairs < 2) return null;
  const halfWidth = (Math.log1p(ciHigh) - Math.log1p(ciLow)) / 2;
  return halfWidth / studentTQuantile((1 - CONFIDENCE) / 2, pairs - 1);
}

/** How many standard errors of the median a change must be away from 0. */
function quantilesAway(pairs: number, comparisons: number): number {
  const t = (tail: number): number => studentTQuantile(tail, pairs - 1);
  const power = t(1 - POWER);
  const interval = t((1 - CONFIDENCE) / 2) + power;
  const rankTest = (t(SIGNIFICANCE / 2 / comparisons) + power) / MEDIAN_TO_MEAN;
  return Math.max(interval, rankTest);
}
