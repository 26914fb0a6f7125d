/**
 * p-values adjusted for how many comparisons a verdict is drawn from (Holm, Scandinavian Journal of
 * Statistics 6 (1979) 65): the smallest times their number m, the next times m - 1, and so on, never
 * below one before. Whatever is below 0.05 then is one of a family in which the chance of any wrong
 * verdict is 0.05, however the comparisons depend on each other. Null, where nothing was compared,
 * stays null and does not count.
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const order = pValues
    .flatMap((p, index) => (p === null ? [] : [{ p, index }]))
    .sort((left, right) => left.p - right.p);
  const adjusted = new Array<number | null>(pValues.length).fill(null);
  let highest = 0;
  order.forEach(({ p, index }, position) => {
    highest = Math.min(1, Math.max(highest, p * (order.length - position)));
    adjusted[index] = highest;
  });
  return adjusted;
}
