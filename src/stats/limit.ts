import { logOf, logRatio } from './log-ratio.js';
import { mannWhitney } from './mann-whitney.js';
import { signedRankTails } from './signed-rank.js';
import type { Tails } from './tails.js';
import type { Better } from './verdict.js';

/**
 * Whether a change for the worse stays within what was allowed. Neither p is small when there are too
 * few values to tell; both never are.
 */
export interface LimitTest {
  /** Chance of a change as bad as seen if it were just what is allowed: small shows that it is worse. */
  readonly pBeyond: number;
  /** Chance of a change as good as seen if it were just what is allowed: small shows that it is not. */
  readonly pWithin: number;
}

/**
 * Tests pairs of the same round against the largest change for the worse, a fraction of the base: with
 * 0.05 a rate may fall, and a time may rise, by 5 %. One-sided signed-rank tests of the ratios to it,
 * which ask about the size of the change, where those of a comparison ask whether there is any.
 */
export function pairedLimitTest(
  base: readonly number[],
  candidate: readonly number[],
  better: Better,
  allowed: number,
): LimitTest {
  const limit = limitOf(better, allowed);
  const excesses = base.map((value, index) => logRatio(value, candidate[index]!) - limit);
  return oriented(signedRankTails(excesses), better);
}

/** The same of two runs that share no rounds, by one-sided Mann-Whitney tests. */
export function unpairedLimitTest(
  base: readonly number[],
  candidate: readonly number[],
  better: Better,
  allowed: number,
): LimitTest {
  const limit = limitOf(better, allowed);
  return oriented(
    mannWhitney(
      candidate.map((value) => logOf(value) - limit),
      base.map(logOf),
    ),
    better,
  );
}

/** Logarithm of the ratio that is just allowed. */
function limitOf(better: Better, allowed: number): number {
  return better === 'higher' ? Math.log1p(-allowed) : Math.log1p(allowed);
}

function oriented({ less, greater }: Tails, better: Better): LimitTest {
  return better === 'higher'
    ? { pBeyond: less, pWithin: greater }
    : { pBeyond: greater, pWithin: less };
}
