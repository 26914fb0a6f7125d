import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { medianInterval } from './bootstrap.js';
import { normalDraws } from './testing/random-samples.js';

const RATES = [10.2, 9.8, 10.9, 10.1, 9.9, 10.4, 10.0, 11.3];

describe('interval of the median', () => {
  it('is the same for the same seed and sample, in whatever order', () => {
    const interval = medianInterval(RATES, 42);
    expect(medianInterval([...RATES].reverse(), 42)).toEqual(interval);
    expect(interval.low).toBeLessThan(10.15);
    expect(interval.high).toBeGreaterThan(10.15);
  });

  it('hardly moves with the seed', () => {
    const tenths = Array.from({ length: 9 }, (_, index) => 10 + ((index * 5) % 9) / 10);
    const one = medianInterval(tenths, 1);
    for (const seed of [2, 3, 4, 5]) {
      const other = medianInterval(tenths, seed);
      expect(Math.abs(other.low - one.low)).toBeLessThan(0.11);
      expect(Math.abs(other.high - one.high)).toBeLessThan(0.11);
    }
  });

  it('draws differently for another seed', () => {
    const sample = normalDraws(new Prng(1, 1_000), 12);
    expect(medianInterval(sample, 1, 50)).not.toEqual(medianInterval(sample, 2, 50));
  });

  it('of one value or of equal values is that value exactly', () => {
    expect(medianInterval([0.1], 1)).toEqual({ low: 0.1, high: 0.1 });
    expect(medianInterval([0.1, 0.1, 0.1], 1)).toEqual({ low: 0.1, high: 0.1 });
  });

  it('of two values is all there is between them', () => {
    expect(medianInterval([3, 1], 1)).toEqual({ low: 1, high: 3 });
  });

  it('refuses an empty sample', () => {
    expect(() => medianInterval([], 1)).toThrow('empty sample');
  });
});
