import { Prng, STREAM } from '../util/prng.js';
import { median } from './median.js';
import { twoSided, type Tails } from './tails.js';

/** Up to so many differences all 2^n sign patterns are gone through, 32,768 at most. */
export const EXACT_MAX = 15;

/** Random sign patterns beyond that: p near 0.05 is known to within 0.004. */
const PATTERNS = 9_999;

/** Sums of the same numbers in another order differ by rounding, and count as equal. */
const ROUNDING = 1e-12;

export interface SignFlip extends Tails {
  /** Two-sided. */
  readonly p: number;
  /** Whether all sign patterns were counted. */
  readonly exact: boolean;
}

/** What of the differences is asked about. */
export type Centre = 'mean' | 'median';

/**
 * Paired permutation test (Fisher's randomization test): if it made no difference which side of a
 * pair is which, every difference was as likely to have the other sign. Keeps the sizes of the
 * differences where the signed-rank test keeps their order only, so it asks about the mean or median
 * itself, at the price of trusting a single huge difference.
 *
 * Exact up to `EXACT_MAX` differences; beyond, as many of `PATTERNS` seeded random sign patterns, the
 * one seen counted as one of them, so that p is never 0. No difference at all gives 1.
 */
export function signFlip(differences: readonly number[], centre: Centre, seed: number): SignFlip {
  const centreOf = centre === 'median' ? median : mean;
  if (differences.length === 0) return { p: 1, less: 1, greater: 1, exact: true };
  const exact = differences.length <= EXACT_MAX;
  const slack = ROUNDING * differences.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const seen = centreOf(differences);
  const flipped = new Array<number>(differences.length).fill(0);
  let asSmall = exact ? 0 : 1;
  let asLarge = asSmall;
  const prng = new Prng(seed, STREAM.permutation);
  const patterns = exact ? 2 ** differences.length : PATTERNS;
  for (let pattern = 0; pattern < patterns; pattern++) {
    flip(differences, flipped, exact ? () => pattern : () => prng.next32());
    const value = centreOf(flipped);
    if (value <= seen + slack) asSmall++;
    if (value >= seen - slack) asLarge++;
  }
  const all = exact ? patterns : patterns + 1;
  const tails = { less: asSmall / all, greater: asLarge / all };
  return { p: twoSided(tails), ...tails, exact };
}

/** Writes the differences with the signs that the bits say, 32 to a word. */
function flip(differences: readonly number[], flipped: number[], nextWord: () => number): void {
  let word = 0;
  for (let index = 0; index < differences.length; index++) {
    if (index % 32 === 0) word = nextWord();
    flipped[index] = (word >>> (index % 32)) & 1 ? -differences[index]! : differences[index]!;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
