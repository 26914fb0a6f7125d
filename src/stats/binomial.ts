/** How often something happens, from how often it did. */
import { CONFIDENCE } from './bootstrap.js';

/** Fractions; `of` may be 0, which says nothing. */
export interface Rate {
  readonly count: number;
  readonly of: number;
  /** Null of nothing. */
  readonly rate: number | null;
  /** Ends of the 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/**
 * The rate with the interval of Clopper and Pearson (Biometrika 26 (1934) 404): all rates at which
 * neither so few nor so many would be a surprise. Whatever the rate, it misses it in 5 % of cases or
 * fewer, with ten trials as with a thousand. Throws RangeError unless 0 <= count <= of.
 */
export function rateOf(count: number, of: number): Rate {
  if (!(count >= 0 && count <= of)) throw new RangeError(`${count} of ${of}`);
  const tail = (1 - CONFIDENCE) / 2;
  // So many or more become likelier with the rate, so few or fewer unlikelier.
  const low = count === 0 ? 0 : crossing((rate) => tailFrom(count, of, rate) > tail);
  const high = count === of ? 1 : crossing((rate) => 1 - tailFrom(count + 1, of, rate) < tail);
  return { count, of, rate: of === 0 ? null : count / of, low, high };
}

/** The rate from which on `holds`, by bisection. */
function crossing(holds: (rate: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Chance of `count` or more of `of` at that rate, within (0, 1). */
function tailFrom(count: number, of: number, rate: number): number {
  const odds = Math.log(rate) - Math.log1p(-rate);
  /** Logarithm of the chance of exactly k, from k = 0 on. */
  let exactly = of * Math.log1p(-rate);
  let sum = 0;
  for (let k = 0; k <= of; k++) {
    if (k >= count) sum += Math.exp(exactly);
    exactly += Math.log(of - k) - Math.log(k + 1) + odds;
  }
  return Math.min(1, sum);
}
