import type { Noise } from './noise.js';

/** Largest p that counts as shown. */
export const SIGNIFICANCE = 0.05;

/**
 * Half the width, as a fraction, of the widest interval around 0 that still says something: with a
 * wider one the run was too noisy to show a change of this size, and finding none means nothing.
 */
export const RESOLUTION = 0.05;

export type Better = 'higher' | 'lower';

/**
 * `no difference shown` is about what is measured, and a matter of how closely one has looked; `no
 * difference` and `mixed` are about simulations: not one seed differs, or it depends on the seed.
 */
export type Verdict =
  'faster' | 'slower' | 'no difference shown' | 'no difference' | 'mixed' | 'inconclusive';

/** A change and how sure it is, as fractions: 0.088 is +8.8 %. Null where there is no ratio or no bound. */
export interface Difference {
  readonly change: number | null;
  /** Ends of the 95 % interval of `change`. */
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
  /** Two-sided; null without values. */
  readonly p: number | null;
}

/** Pairs in which the candidate's value is the higher and the lower one. */
export interface PairCounts {
  readonly pairs: number;
  readonly higher: number;
  readonly lower: number;
}

/**
 * Verdict on values that were measured: `faster` or `slower` only if both the interval excludes 0 and
 * `p`, adjusted for the other comparisons that a verdict is drawn from, is below `SIGNIFICANCE`; `no
 * difference shown` if the interval holds 0 and lies within +-`RESOLUTION`; otherwise, and always
 * without a finite ratio, `inconclusive`. `enough` is whether there were values enough for a verdict.
 */
export function judgeMeasured(
  { change, ciLow, ciHigh }: Difference,
  p: number | null,
  enough: boolean,
  better: Better,
): Verdict {
  if (!enough || change === null || ciLow === null || ciHigh === null || p === null) {
    return 'inconclusive';
  }
  if (ciLow <= 0 && ciHigh >= 0) {
    const small = ciLow >= -RESOLUTION && ciHigh <= RESOLUTION;
    return small ? 'no difference shown' : 'inconclusive';
  }
  if (p >= SIGNIFICANCE) return 'inconclusive';
  return towards(ciLow > 0, better);
}

/**
 * Verdict on simulations of the same seeds, where any difference of a seed is a difference, be there
 * one seed or twenty: equal in all, higher in all (or in more than half and lower in none), lower
 * likewise. Where seeds contradict each other, they are a sample of all seeds, judged as
 * measurements are; no verdict about all seeds is `mixed`.
 */
export function judgeSimulated(
  difference: Difference,
  { pairs, higher, lower }: PairCounts,
  p: number | null,
  enough: boolean,
  better: Better,
): Verdict {
  if (pairs === 0) return 'inconclusive';
  if (higher === 0 && lower === 0) return 'no difference';
  if (lower === 0 && higher > pairs / 2) return towards(true, better);
  if (higher === 0 && lower > pairs / 2) return towards(false, better);
  const typical = judgeMeasured(difference, p, enough, better);
  return typical === 'faster' || typical === 'slower' ? typical : 'mixed';
}

/** The verdict by how the pairs came about. */
export function judgePairs(
  difference: Difference & PairCounts,
  p: number | null,
  enough: boolean,
  better: Better,
  noise: Noise,
): Verdict {
  return noise === 'none'
    ? judgeSimulated(difference, difference, p, enough, better)
    : judgeMeasured(difference, p, enough, better);
}

function towards(higher: boolean, better: Better): Verdict {
  return higher === (better === 'higher') ? 'faster' : 'slower';
}
