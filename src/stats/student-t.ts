/**
 * Value that a Student t variable exceeds with probability `tail` (below one half), by bisection of
 * the exact distribution: no table, no fitted constants.
 */
export function studentTQuantile(tail: number, degreesOfFreedom: number): number {
  let low = 0;
  let high = 1;
  while (upperTail(high, degreesOfFreedom) > tail) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (upperTail(middle, degreesOfFreedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t) for t >= 0 and whole degrees of freedom: Abramowitz and Stegun 26.7.3 and 26.7.4. */
function upperTail(t: number, degreesOfFreedom: number): number {
  const theta = Math.atan(t / Math.sqrt(degreesOfFreedom));
  const cosine = Math.cos(theta);
  const odd = degreesOfFreedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degreesOfFreedom === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k <= degreesOfFreedom - 2; k += 2) {
    term *= cosine * cosine * ((k - 1) / k);
    sum += term;
  }
  const between = odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
  return (1 - between) / 2;
}
