import { describe, expect, it } from 'vitest';
import { median, quantile, quantileOfSorted } from './median.js';

describe('median', () => {
  it('is the middle value, or the mean of the two middle ones', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it('orders numbers as numbers and leaves its argument alone', () => {
    const values = [100, 9, 20];
    expect(median(values)).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  it('of equal values is that value to the last bit', () => {
    expect(median([0.1, 0.1, 0.1, 0.1])).toBe(0.1);
  });

  it('refuses an empty sample', () => {
    expect(() => median([])).toThrow('empty sample');
  });
});

describe('quantile', () => {
  it('interpolates between neighbours and ends at the extremes', () => {
    // numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 0.9, 1])
    const values = [8, 1, 4, 2];
    const expected = [1, 1.3, 3, 6.8, 8];
    [0, 0.1, 0.5, 0.9, 1].forEach((probability, index) => {
      expect(quantile(values, probability)).toBeCloseTo(expected[index]!, 12);
    });
  });

  it('of sorted numbers agrees with that of unsorted ones', () => {
    expect(quantileOfSorted(Float64Array.of(1, 2, 4, 8), 0.9)).toBe(quantile([4, 8, 2, 1], 0.9));
  });
});
