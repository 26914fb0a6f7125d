/** Both one-sided p-values of a test: the chance of a statistic as small as seen, and as large. */
export interface Tails {
  readonly less: number;
  readonly greater: number;
}

/** Twice the smaller tail: right also where the distribution is lopsided, as ties make it. */
export function twoSided({ less, greater }: Tails): number {
  return Math.min(1, 2 * Math.min(less, greater));
}
