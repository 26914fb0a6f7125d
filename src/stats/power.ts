/** What a run of this many rounds, as noisy as it was, could have shown at all. */
import { Prng, STREAM } from '../util/prng.js';
import { CONFIDENCE, medianInterval } from './bootstrap.js';
import { roundsSuffice } from './compare-unpaired.js';
import { median, quantileOfSorted } from './median.js';
import { normalQuantile } from './normal.js';
import { signedRankP } from './signed-rank.js';
import { studentTQuantile } from './student-t.js';
import { SIGNIFICANCE } from './verdict.js';

/** How often a change is to be shown by which a run is said to resolve it. */
export const POWER = 0.8;

/** More rounds are not worth naming. */
export const ROUNDS_MAX = 10_000;

/** Made-up runs have no more pairs than this; beyond it noise shrinks with the root of their number. */
const COUNTED_MAX = 50;

/** Runs that are made up to see what such a run shows: the 80 % are known to within 3 %. */
const TRIAL_RUNS = 200;

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
 * shown with so many pairs and `comparisons`, 0 without noise.
 *
 * Such runs are made up from the log-ratios' deviations from their median, either sign being as
 * likely. Each needs a shift by which the interval gets clear of 0 and the rank test below its level,
 * the strictest that Holm may ask for. With ten rounds the figure is known to within a half either way.
 */
export function detectableChange(
  logRatios: readonly number[],
  comparisons: number,
  seed: number,
): number | null {
  const pairs = logRatios.length;
  if (pairs < pairsNeeded(comparisons)) return null;
  const middle = median(logRatios);
  // Deviations from their own median are too small by what the median has adapted to.
  const stretch = Math.sqrt(pairs / (pairs - 1));
  const deviations = logRatios.map((ratio) => stretch * Math.abs(ratio - middle));
  if (deviations.every((deviation) => deviation === 0)) return 0;
  const counted = Math.min(pairs, COUNTED_MAX);
  const end = intervalEnd(counted, seed);
  const allowed = rankSumAllowed(counted, SIGNIFICANCE / comparisons);
  const prng = new Prng(seed, STREAM.power);
  const shifts = Array.from({ length: TRIAL_RUNS }, () => {
    const run = Float64Array.from({ length: counted }, () => {
      const deviation = deviations[prng.below(pairs)]!;
      return prng.below(2) === 0 ? deviation : -deviation;
    }).sort();
    return -Math.min(quantileOfSorted(run, end), walshAverage(run, allowed));
  });
  const shift = quantileOfSorted(Float64Array.from(shifts).sort(), POWER);
  const change = Math.expm1(shift * Math.sqrt(counted / pairs));
  return Number.isFinite(change) ? Math.max(0, change) : null;
}

/**
 * How many more pairs of rounds it takes, about, until `wanted` is the detectable change: 0 when it is
 * already, null when it cannot be said or would be more than `ROUNDS_MAX`. Fractions above 0.
 */
export function moreRounds(
  { pairs, detectable }: { readonly pairs: number; readonly detectable: number | null },
  wanted: number,
): number | null {
  if (detectable === null) return null;
  const excess = Math.log1p(detectable) / Math.log1p(wanted);
  const away = (count: number): number => quantilesAway(count - 1) / Math.sqrt(count);
  const enough = fewestRounds(pairs, (count) => excess <= 1 || excess * away(count) <= away(pairs));
  return enough === null ? null : enough - pairs;
}

/** A run against one whose rounds stay as many as they are, and the change that it shows so far. */
export interface UnpairedPower {
  readonly baseRounds: number;
  readonly rounds: number;
  readonly detectable: number | null;
}

/**
 * The same of a run that is compared with another, finished one, such as a baseline: only the run's own
 * share of the standard error shrinks, which is as the root of 1 / baseRounds + 1 / rounds. Never so
 * few that the test could not show one of as many `comparisons`; null also where the other run's
 * rounds alone leave more noise than that.
 */
export function moreRoundsAgainst(
  { baseRounds, rounds, detectable }: UnpairedPower,
  wanted: number,
  comparisons = 1,
): number | null {
  if (detectable === null) return null;
  const excess = Math.log1p(detectable) / Math.log1p(wanted);
  const away = (count: number): number =>
    quantilesAway(baseRounds + count - 2) * Math.sqrt(1 / baseRounds + 1 / count);
  const enough = fewestRounds(
    rounds,
    (count) =>
      (excess <= 1 || excess * away(count) <= away(rounds)) &&
      roundsSuffice(baseRounds, count, comparisons),
  );
  return enough === null ? null : enough - rounds;
}

/** The fewest rounds from `from` on that are enough, up to `ROUNDS_MAX`; more than enough are, too. */
function fewestRounds(from: number, areEnough: (rounds: number) => boolean): number | null {
  if (areEnough(from)) return from;
  if (!areEnough(ROUNDS_MAX)) return null;
  let tooFew = from;
  let enough = ROUNDS_MAX;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (areEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** How many standard errors a change must be away from 0: fewer when there are more values. */
function quantilesAway(degreesOfFreedom: number): number {
  const t = (tail: number): number => studentTQuantile(tail, degreesOfFreedom);
  return t((1 - CONFIDENCE) / 2) + t(1 - POWER);
}

/** Where in a sorted sample of `pairs` values the interval of its median begins, as a probability. */
function intervalEnd(pairs: number, seed: number): number {
  const ranks = Array.from({ length: pairs }, (_, rank) => rank);
  return medianInterval(ranks, seed, 1_000).low / (pairs - 1);
}

/** Largest rank sum of the differences that disagree with which p is still below `level`. */
function rankSumAllowed(pairs: number, level: number): number {
  let low = 0;
  let high = (pairs * (pairs + 1)) / 4;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (signedRankP(disagreeing(pairs, middle)) < level) low = middle;
    else high = middle;
  }
  return low;
}

/** Differences of the sizes 1 to `count` of which those that add up to `sum` are negative. */
function disagreeing(count: number, sum: number): number[] {
  let left = sum;
  const differences: number[] = [];
  for (let size = count; size > 0; size--) {
    const disagrees = size <= left;
    if (disagrees) left -= size;
    differences.push(disagrees ? -size : size);
  }
  return differences;
}

/**
 * The Walsh average (mean of two values, or of one with itself) below which `below` others lie. The
 * rank sum of the negative values is how many Walsh averages are negative (Tukey), so this is where
 * the rank test turns.
 */
function walshAverage(sorted: Float64Array, below: number): number {
  const averages: number[] = [];
  for (let right = 0; right < sorted.length; right++) {
    for (let left = 0; left <= right; left++) averages.push((sorted[left]! + sorted[right]!) / 2);
  }
  return Float64Array.from(averages).sort()[below]!;
}

/**
 * The same of two runs that share no rounds, from the interval of their difference: half its width is
 * the quantile of 95 % times the standard error, and a change that is to be shown in `POWER` of all
 * cases lies further out by that quantile. Null without an interval.
 */
export function detectableOfInterval({
  ciLow,
  ciHigh,
}: {
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
}): number | null {
  if (ciLow === null || ciHigh === null || ciLow <= -1) return null;
  const halfWidth = (Math.log1p(ciHigh) - Math.log1p(ciLow)) / 2;
  const excess = normalQuantile(POWER) / normalQuantile((1 + CONFIDENCE) / 2);
  return Math.expm1(halfWidth * (1 + excess));
}
