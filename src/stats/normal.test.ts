import { expect, it } from 'vitest';
import { normalCdf } from './normal.js';

it('agrees with scipy.stats.norm.cdf', () => {
  const reference: readonly (readonly [number, number])[] = [
    [-3, 0.0013498980316300933],
    [-1.96, 0.024997895148220435],
    [-0.5, 0.3085375387259869],
    [0, 0.5],
    [1, 0.8413447460685429],
    [2.5758293035489004, 0.995],
  ];
  for (const [z, probability] of reference) {
    expect(Math.abs(normalCdf(z) - probability)).toBeLessThan(1e-7);
  }
});

it('stays a probability far out', () => {
  expect(normalCdf(-40)).toBe(0);
  expect(normalCdf(40)).toBe(1);
});
