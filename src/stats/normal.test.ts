import { expect, it } from 'vitest';
import { normalCdf, normalQuantile } from './normal.js';

it('agrees with scipy.stats.norm.cdf, far into the tail', () => {
  const reference: readonly (readonly [number, number])[] = [
    [-37, 5.7255712225239266e-300],
    [-20, 2.7536241186061556e-89],
    [-8, 6.22096057427174e-16],
    [-5, 2.866515718791933e-7],
    [-3, 0.0013498980316300933],
    [-1.96, 0.024997895148220435],
    [-0.5, 0.3085375387259869],
    [0, 0.5],
    [1, 0.8413447460685429],
    [2.5758293035489004, 0.995],
  ];
  for (const [z, probability] of reference) {
    expect(Math.abs(normalCdf(z) / probability - 1)).toBeLessThan(1e-12);
  }
});

it('stays a probability far out', () => {
  expect(normalCdf(-40)).toBe(0);
  expect(normalCdf(40)).toBe(1);
});

it('is the inverse of its quantile, as scipy.stats.norm.ppf is', () => {
  expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 12);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 9);
  expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
});
