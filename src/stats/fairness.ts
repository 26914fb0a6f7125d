/**
 * Jain's fairness index of shares: (sum of x)^2 / (n * sum of x^2). It is 1 when all shares are equal
 * and k/n when k of n tasks share everything evenly and the others get nothing, whatever the unit.
 *
 * Null when there is nothing to share: of no shares, or of none but zeros, no order is fairer.
 */
export function jainIndex(shares: readonly number[]): number | null {
  const largest = shares.reduce((most, share) => Math.max(most, share), 0);
  if (largest === 0) return null;
  let sum = 0;
  let squares = 0;
  for (const share of shares) {
    // In units of the largest share no square overflows, and the largest one never vanishes.
    const scaled = share / largest;
    sum += scaled;
    squares += scaled * scaled;
  }
  // Rounding alone can lift equal shares above 1.
  return Math.min(1, (sum * sum) / (shares.length * squares));
}
