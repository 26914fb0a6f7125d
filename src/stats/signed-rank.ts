import { normalCdf } from './normal.js';

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
  const nonzero = differences.filter((difference) => difference !== 0);
  if (nonzero.length === 0) return 1;
  const ranks = doubledRanks(nonzero);
  let positive = 0;
  let total = 0;
  nonzero.forEach((difference, index) => {
    total += ranks[index]!;
    if (difference > 0) positive += ranks[index]!;
  });
  const smaller = Math.min(positive, total - positive);
  return nonzero.length <= EXACT_MAX ? exactP(ranks, smaller) : approximateP(ranks, smaller, total);
}

/** Twice the midrank of each magnitude: whole numbers, whatever the ties. */
function doubledRanks(differences: readonly number[]): number[] {
  const order = differences
    .map((difference, index) => ({ size: Math.abs(difference), index }))
    .sort((left, right) => left.size - right.size);
  const ranks = new Array<number>(differences.length).fill(0);
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && order[end]!.size === order[first]!.size) end++;
    // Ranks first + 1 to end, whose mean doubled is this sum.
    for (let tied = first; tied < end; tied++) ranks[order[tied]!.index] = first + 1 + end;
    first = end;
  }
  return ranks;
}

/** Counts, of all 2^n sign patterns, those whose positive (doubled) rank sum is as small. */
function exactP(ranks: readonly number[], smaller: number): number {
  const patterns = new Float64Array(smaller + 1);
  patterns[0] = 1;
  for (const rank of ranks) {
    for (let sum = smaller; sum >= rank; sum--) patterns[sum]! += patterns[sum - rank]!;
  }
  const asSmall = patterns.reduce((count, more) => count + more, 0);
  return Math.min(1, (2 * asSmall) / 2 ** ranks.length);
}

/** The variance of a sum of randomly signed ranks is a quarter of the sum of their squares. */
function approximateP(ranks: readonly number[], smaller: number, total: number): number {
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0)) / 2;
  // Half a rank, doubled as the ranks are, for a discrete sum under a continuous curve.
  const z = Math.min(0, (smaller + 1 - total / 2) / deviation);
  return Math.min(1, 2 * normalCdf(z));
}
