import { assert } from '../util/assert.js';
import { medianInterval } from './bootstrap.js';
import { median, quantile } from './median.js';
import { signedRankP } from './signed-rank.js';

/** Fewer pairs cannot reach `SIGNIFICANCE`: all five of 5 differences agree by chance in 2 of 32 runs. */
export const PAIRS_MIN = 6;

/** Largest p of the rank test that counts as shown. */
export const SIGNIFICANCE = 0.05;

/**
 * Half the width, as a fraction, of the widest interval around 0 that still says something: with a
 * wider one the run was too noisy to show a change of this size, and finding none means nothing.
 */
export const RESOLUTION = 0.05;

export type Better = 'higher' | 'lower';
export type Verdict = 'faster' | 'slower' | 'no difference shown' | 'inconclusive';

export interface Comparison {
  /** Median of candidate / base - 1 over the pairs: 0.088 is +8.8 %. Null when there is no ratio. */
  readonly change: number | null;
  /** Ends of the 95 % interval of `change`; null when there is no bound. */
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
  /** Two-sided p of the signed-rank test; null without a pair. */
  readonly p: number | null;
  readonly pairs: number;
  readonly verdict: Verdict;
}

/** How `change` is distributed over the pairs; null where there is no ratio. */
export interface ChangeSpread {
  readonly min: number | null;
  readonly q1: number | null;
  readonly median: number | null;
  readonly q3: number | null;
  readonly max: number | null;
}

/** Stands for the logarithm of 0 and of infinity: finite, so that ranks and midpoints stay numbers. */
const LOG_LIMIT = 10_000;

/**
 * Compares one metric of two kernels over the rounds that both have measured: `base[i]` and
 * `candidate[i]` are values of the same round, in any unit, 0 or more.
 *
 * Works on logarithms of the ratios, where twice as fast and half as fast are equally far from
 * equal; two zeros are equal. Pairing removes whatever both kernels of a round share: heat, other
 * load, the phases of the tasks.
 *
 * The verdict is `faster` or `slower` only if both the interval excludes 0 and the rank test agrees;
 * `no difference shown` if the interval holds 0 and is at most 2 x `RESOLUTION` wide; otherwise, and
 * always with fewer than `PAIRS_MIN` pairs or without a finite ratio, `inconclusive`.
 */
export function compareRounds(
  base: readonly number[],
  candidate: readonly number[],
  better: Better,
  seed: number,
): Comparison {
  assert(base.length === candidate.length, 'rounds to be compared come in pairs');
  const logRatios = base.map((value, index) => logRatio(value, candidate[index]!));
  const pairs = logRatios.length;
  if (pairs === 0) {
    return { change: null, ciLow: null, ciHigh: null, p: null, pairs, verdict: 'inconclusive' };
  }
  const interval = medianInterval(logRatios, seed);
  const change = changeOf(median(logRatios));
  const ciLow = changeOf(interval.low);
  const ciHigh = changeOf(interval.high);
  const p = signedRankP(logRatios);
  const known = change !== null && ciLow !== null && ciHigh !== null && pairs >= PAIRS_MIN;
  const verdict = known ? decide(ciLow, ciHigh, p, better) : 'inconclusive';
  return { change, ciLow, ciHigh, p, pairs, verdict };
}

/**
 * How far the pairs of `compareRounds` lie apart, which its interval of the median does not say: that
 * one narrows with their number. Undefined without a pair.
 */
export function changeSpread(
  base: readonly number[],
  candidate: readonly number[],
): ChangeSpread | undefined {
  assert(base.length === candidate.length, 'rounds to be compared come in pairs');
  if (base.length === 0) return undefined;
  const logRatios = base.map((value, index) => logRatio(value, candidate[index]!));
  const at = (probability: number): number | null => changeOf(quantile(logRatios, probability));
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1) };
}

function decide(ciLow: number, ciHigh: number, p: number, better: Better): Verdict {
  if (ciLow <= 0 && ciHigh >= 0) {
    const small = ciLow >= -RESOLUTION && ciHigh <= RESOLUTION;
    return small ? 'no difference shown' : 'inconclusive';
  }
  if (p >= SIGNIFICANCE) return 'inconclusive';
  return ciLow > 0 === (better === 'higher') ? 'faster' : 'slower';
}

function logRatio(base: number, candidate: number): number {
  assert(base >= 0 && candidate >= 0, 'a rate or a time is 0 or more');
  if (base === candidate) return 0;
  if (base === 0) return LOG_LIMIT;
  return candidate === 0 ? -LOG_LIMIT : Math.log(candidate / base);
}

function changeOf(logarithm: number): number | null {
  const change = Math.expm1(logarithm);
  return Number.isFinite(change) ? change : null;
}
