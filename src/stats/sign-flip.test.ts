import { describe, expect, it } from 'vitest';
import { EXACT_MAX, signFlip } from './sign-flip.js';

/** `scipy.stats.permutation_test(permutation_type='samples', n_resamples=inf)`, mean and median. */
const SCIPY: readonly (readonly [readonly number[], number, number])[] = [
  [[1, 2, 3], 0.25, 0.5],
  [[0.03, -0.01, 0.02, 0.05, -0.02, 0.04], 0.21875, 0.1875],
  [[3, 1, -2, 5, 4, -1, 2, 2], 0.109375, 0.21875],
  [[5, -4, 3, 3, -2, 1, 7, 6, -1, 2, 8, 4], 0.03857421875, 0.076171875],
];

describe('exact sign flips', () => {
  it.each(SCIPY)('of %j agree with scipy', (differences, ofMean, ofMedian) => {
    expect(signFlip(differences, 'mean', 1)).toMatchObject({ p: ofMean, exact: true });
    expect(signFlip(differences, 'median', 1)).toMatchObject({ p: ofMedian, exact: true });
  });

  it("have tails, each scipy's of one alternative", () => {
    const { less, greater } = signFlip([3, 1, -2, 5, 4, -1, 2, 2], 'mean', 1);
    expect(greater).toBe(0.0546875);
    expect(less).toBeGreaterThan(1 - greater);
  });

  it('of n differences of one sign give 2 / 2^n, whatever the seed', () => {
    for (let count = 1; count <= 12; count++) {
      const differences = Array.from({ length: count }, (_, index) => 0.1 * (index + 1));
      expect(signFlip(differences, 'mean', count).p).toBe(Math.min(1, 2 / 2 ** count));
      expect(
        signFlip(
          differences.map((value) => -value),
          'mean',
          7,
        ).p,
      ).toBe(Math.min(1, 2 / 2 ** count));
    }
  });

  it('give 1 without a difference', () => {
    expect(signFlip([], 'mean', 1).p).toBe(1);
    expect(signFlip([0, 0, 0], 'median', 1).p).toBe(1);
  });
});

describe('random sign flips', () => {
  const many = Array.from({ length: 40 }, (_, index) => (((index * 37) % 101) - 38) / 100);

  it('agree with a million of scipy: 0.0173', () => {
    const { p, exact } = signFlip(many, 'mean', 3);
    expect(exact).toBe(false);
    expect(Math.abs(p - 0.017272)).toBeLessThan(0.004);
  });

  it('are the same for the same seed, and never 0', () => {
    expect(signFlip(many, 'mean', 3)).toEqual(signFlip(many, 'mean', 3));
    expect(signFlip(many, 'mean', 3)).not.toEqual(signFlip(many, 'mean', 4));
    const clear = new Array<number>(EXACT_MAX + 20).fill(1);
    expect(signFlip(clear, 'mean', 1).p).toBe(2 / 10_000);
  });
});
