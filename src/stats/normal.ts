/** Beyond this the series would cancel what it is to find, and the continued fraction converges fast. */
const TAIL = 3;
const FRACTION_TERMS = 120;

/**
 * Probability that a standard normal variable is below `z`, to about 13 digits in either tail: a power
 * series in the middle, Laplace's continued fraction outside (Abramowitz and Stegun 26.2.10, 26.2.14).
 */
export function normalCdf(z: number): number {
  const tail = upperTail(Math.abs(z));
  return z < 0 ? tail : 1 - tail;
}

/** Value that a standard normal variable is below with `probability`, by bisection. */
export function normalQuantile(probability: number): number {
  let low = -40;
  let high = 40;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(Z > z) for z >= 0. */
function upperTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z >= TAIL) {
    let denominator = z;
    for (let term = FRACTION_TERMS; term > 0; term--) denominator = z + term / denominator;
    return density / denominator;
  }
  let term = z;
  let sum = z;
  for (let odd = 3; term > sum * Number.EPSILON; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 - density * sum;
}
