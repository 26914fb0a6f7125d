import { normalCdf } from './normal.js';
import { doubledRanks } from './ranks.js';
import { twoSided, type Tails } from './tails.js';

/** Up to here the distribution is counted out; its 2^50 sign patterns still fit a double exactly. */
export const EXACT_MAX = 50;

/**
 * Two-sided p of Wilcoxon's signed-rank test: how likely differences of this kind, or more lopsided
 * ones, are if each was as likely to be positive as negative.
 *
 * Zeros are dropped, tied magnitudes share the mean of their ranks. Exact up to `EXACT_MAX` nonzero
 * differences, ties included; above it the normal approximation with the tie and continuity
 * corrections. No nonzero difference at all gives 1.
 */
export function signedRankP(differences: readonly number[]): number {
  return twoSided(signedRankTails(differences));
}

/** The one-sided p-values of the same test. */
export function signedRankTails(differences: readonly number[]): Tails {
  const nonzero = differences.filter((difference) => difference !== 0);
  if (nonzero.length === 0) return { less: 1, greater: 1 };
  const ranks = doubledRanks(nonzero.map(Math.abs));
  let positive = 0;
  let total = 0;
  nonzero.forEach((difference, index) => {
    total += ranks[index]!;
    if (difference > 0) positive += ranks[index]!;
  });
  const atMost = nonzero.length <= EXACT_MAX ? exactTail : approximateTail;
  // Turning all signs round mirrors the distribution: one tail is the other one of the negative sum.
  return { less: atMost(ranks, positive, total), greater: atMost(ranks, total - positive, total) };
}

/** P that the positive (doubled) ranks add up to `sum` or less, counted over all 2^n sign patterns. */
function exactTail(ranks: readonly number[], sum: number): number {
  const patterns = new Float64Array(sum + 1);
  patterns[0] = 1;
  for (const rank of ranks) {
    for (let at = sum; at >= rank; at--) patterns[at]! += patterns[at - rank]!;
  }
  return patterns.reduce((count, more) => count + more, 0) / 2 ** ranks.length;
}

/** The variance of a sum of randomly signed ranks is a quarter of the sum of their squares. */
function approximateTail(ranks: readonly number[], sum: number, total: number): number {
  const deviation = Math.sqrt(ranks.reduce((squares, rank) => squares + rank * rank, 0)) / 2;
  // Half a rank, doubled as the ranks are, for a discrete sum under a continuous curve.
  return normalCdf((sum + 1 - total / 2) / deviation);
}
