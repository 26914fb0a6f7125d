import { assert } from '../util/assert.js';

/** Stands for the logarithm of 0 and of infinity: finite, so that ranks and midpoints stay numbers. */
const LOG_LIMIT = 10_000;

/**
 * Logarithm of candidate / base, where twice as much and half as much are equally far from equal; two
 * zeros are equal. Both are rates or times, 0 or more.
 */
export function logRatio(base: number, candidate: number): number {
  assert(base >= 0 && candidate >= 0, 'a rate or a time is 0 or more');
  if (base === candidate) return 0;
  if (base === 0) return LOG_LIMIT;
  return candidate === 0 ? -LOG_LIMIT : Math.log(candidate / base);
}

/** Logarithm of one rate or time, 0 or more. */
export function logOf(value: number): number {
  assert(value >= 0, 'a rate or a time is 0 or more');
  return value === 0 ? -LOG_LIMIT : Math.log(value);
}

/** Change as a fraction that a logarithm of a ratio stands for: 0.088 is +8.8 %; null for infinity. */
export function changeOf(logarithm: number): number | null {
  const change = Math.expm1(logarithm);
  return Number.isFinite(change) ? change : null;
}
