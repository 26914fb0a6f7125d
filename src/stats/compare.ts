import { assert } from '../util/assert.js';
import { medianInterval } from './bootstrap.js';
import { changeOf, logRatio } from './log-ratio.js';
import { median, quantile } from './median.js';
import type { Noise } from './noise.js';
import { pairsNeeded } from './power.js';
import { signedRankP } from './signed-rank.js';
import {
  judgePairs,
  type Better,
  type Difference,
  type PairCounts,
  type Verdict,
} from './verdict.js';

/** Fewer pairs cannot show a single comparison: all five of 5 differences agree by chance in 2 of 32 runs. */
export const PAIRS_MIN = pairsNeeded();

/** One metric of two kernels, paired by round. */
export interface PairedDifference extends Difference, PairCounts {}

export interface Comparison extends PairedDifference {
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

/**
 * Logarithms of candidate / base over the rounds that both have measured: `base[i]` and `candidate[i]`
 * are values of the same round, in any unit, 0 or more.
 *
 * Pairing removes whatever both kernels of a round share: heat, other load, the phases of the tasks.
 */
export function pairedLogRatios(base: readonly number[], candidate: readonly number[]): number[] {
  assert(base.length === candidate.length, 'rounds to be compared come in pairs');
  return base.map((value, index) => logRatio(value, candidate[index]!));
}

/**
 * What pairs say: the median of the ratios, its interval by `medianInterval`, p of the signed-rank
 * test, all on logarithms.
 */
export function pairedDifference(logRatios: readonly number[], seed: number): PairedDifference {
  const pairs = logRatios.length;
  const higher = logRatios.filter((ratio) => ratio > 0).length;
  const lower = logRatios.filter((ratio) => ratio < 0).length;
  if (pairs === 0) {
    return { change: null, ciLow: null, ciHigh: null, p: null, pairs, higher, lower };
  }
  const interval = medianInterval(logRatios, seed);
  return {
    change: changeOf(median(logRatios)),
    ciLow: changeOf(interval.low),
    ciHigh: changeOf(interval.high),
    p: signedRankP(logRatios),
    pairs,
    higher,
    lower,
  };
}

/** `pairedDifference` with its verdict, for a comparison that stands alone. */
export function compareRounds(
  base: readonly number[],
  candidate: readonly number[],
  better: Better,
  seed: number,
  noise: Noise = 'measured',
): Comparison {
  const difference = pairedDifference(pairedLogRatios(base, candidate), seed);
  const enough = difference.pairs >= PAIRS_MIN;
  return { ...difference, verdict: judgePairs(difference, difference.p, enough, better, noise) };
}

/**
 * How far the pairs of `pairedDifference` lie apart, which its interval of the median does not say:
 * that one narrows with their number. Undefined without a pair.
 */
export function changeSpread(logRatios: readonly number[]): ChangeSpread | undefined {
  if (logRatios.length === 0) return undefined;
  const at = (probability: number): number | null => changeOf(quantile(logRatios, probability));
  return { min: at(0), q1: at(0.25), median: at(0.5), q3: at(0.75), max: at(1) };
}
