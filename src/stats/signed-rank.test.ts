import { describe, expect, it } from 'vitest';
import { EXACT_MAX, signedRankP } from './signed-rank.js';

describe('exact signed-rank test', () => {
  it('agrees with the example of scipy.stats.wilcoxon', () => {
    // Darwin's maize: statistic 24.0, pvalue 0.041259765625.
    const heights = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];
    expect(signedRankP(heights)).toBe(0.041259765625);
  });

  it('of n differences of one sign is 2 / 2^n', () => {
    for (const count of [1, 5, 6, 10, 30, EXACT_MAX]) {
      const differences = Array.from({ length: count }, (_, index) => index + 1);
      expect(signedRankP(differences)).toBe(2 / 2 ** count);
      expect(signedRankP(differences.map((difference) => -difference))).toBe(2 / 2 ** count);
    }
  });

  it('needs 6 pairs to get below 0.05', () => {
    expect(signedRankP([1, 2, 3, 4, 5])).toBe(0.0625);
    expect(signedRankP([1, 2, 3, 4, 5, 6])).toBe(0.03125);
  });

  it('drops zeros, and without anything else gives 1', () => {
    expect(signedRankP([0, 3, 0, -1, 2])).toBe(signedRankP([3, -1, 2]));
    expect(signedRankP([0, 0, 0])).toBe(1);
    expect(signedRankP([])).toBe(1);
  });

  it('never exceeds 1 for balanced differences', () => {
    expect(signedRankP([1, -1])).toBe(1);
    expect(signedRankP([1, 2, -3])).toBe(1);
  });
});

describe('normal approximation', () => {
  it('agrees with scipy.stats.wilcoxon(correction=True, method="approx"), with ties', () => {
    const few = Array.from({ length: 60 }, (_, index) => ((index * 37) % 101) - 38);
    expect(signedRankP(few)).toBeCloseTo(0.0072066777489340535, 6);
    const many = Array.from({ length: 80 }, (_, index) => ((index * 29) % 17) - 6);
    expect(signedRankP(many)).toBeCloseTo(0.0010917221463986053, 6);
  });

  it('takes over without a jump', () => {
    const fifty = Array.from(
      { length: EXACT_MAX },
      (_, index) => (index % 3 === 0 ? -1 : 1) * (index + 1),
    );
    const exact = signedRankP(fifty);
    // One more, the smallest, so that it hardly matters which way it points.
    const approximate = signedRankP([...fifty, 0.5]);
    expect(exact).toBeGreaterThan(0.005);
    expect(Math.abs(approximate / exact - 1)).toBeLessThan(0.1);
  });

  it('stays a probability for perfectly balanced differences', () => {
    const balanced = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? 1 : -1));
    expect(signedRankP(balanced)).toBeCloseTo(1, 6);
    expect(signedRankP(balanced)).toBeLessThanOrEqual(1);
  });
});
