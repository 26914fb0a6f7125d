import { normalCdf } from './normal.js';
import { doubledRanks } from './ranks.js';
import { twoSided, type Tails } from './tails.js';

/** Up to so many values of both samples the distribution is counted out; every count fits a double. */
export const EXACT_MAX = 50;

export interface MannWhitney extends Tails {
  /** Pairs of which the first sample's value is the larger one, ties counted by half. */
  readonly u: number;
  /** Two-sided. */
  readonly p: number;
}

/**
 * Mann-Whitney U (Wilcoxon rank sum) test of two samples that are not paired, such as those of two
 * saved runs: how likely a division of all values that favours one side as much is, if who measured
 * them made no difference. `less` and `greater` are about the first sample.
 *
 * Exact up to `EXACT_MAX` values in all, ties included: all ways to divide the midranks are counted,
 * where textbooks' tables hold without ties only. Beyond that the normal approximation with the tie
 * and continuity corrections. All values equal, or a sample empty: 1.
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney {
  const ranks = doubledRanks([...first, ...second]);
  const seen = ranks.slice(0, first.length).reduce((sum, rank) => sum + rank, 0);
  const u = (seen - first.length * (first.length + 1)) / 2;
  const informative = first.length > 0 && second.length > 0 && new Set(ranks).size > 1;
  const tailsOf = ranks.length <= EXACT_MAX ? exactTails : approximateTails;
  const tails = informative ? tailsOf(ranks, first.length, seen) : { less: 1, greater: 1 };
  return { u, p: twoSided(tails), ...tails };
}

/** Counts, of all ways to choose `count` of the ranks, those with a sum as small and as large. */
function exactTails(ranks: readonly number[], count: number, seen: number): Tails {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const ways = Array.from({ length: count + 1 }, () => new Float64Array(total + 1));
  ways[0]![0] = 1;
  let reach = 0;
  ranks.forEach((rank, index) => {
    reach += rank;
    for (let chosen = Math.min(count, index + 1); chosen > 0; chosen--) {
      const fewer = ways[chosen - 1]!;
      const more = ways[chosen]!;
      for (let sum = reach; sum >= rank; sum--) more[sum]! += fewer[sum - rank]!;
    }
  });
  let less = 0;
  let greater = 0;
  let all = 0;
  ways[count]!.forEach((number, sum) => {
    all += number;
    if (sum <= seen) less += number;
    if (sum >= seen) greater += number;
  });
  return { less: less / all, greater: greater / all };
}

/** A sum drawn without replacement: mean and variance are those of the ranks, ties included. */
function approximateTails(ranks: readonly number[], count: number, seen: number): Tails {
  const size = ranks.length;
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / size;
  const squares = ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
  const deviation = Math.sqrt((count * (size - count) * squares) / (size * (size - 1)));
  // Half of a whole step of U, doubled as the ranks are.
  const below = (seen - count * mean + 1) / deviation;
  const above = (seen - count * mean - 1) / deviation;
  return { less: normalCdf(below), greater: normalCdf(-above) };
}
