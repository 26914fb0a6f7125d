import { expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { holm } from './holm.js';
import { uniformDraw } from './testing/random-samples.js';

it('multiplies the smallest by 4, the next by 3 and so on, never below one before', () => {
  // By hand: 0.005 x 4, 0.01 x 3, 0.03 x 2, and 0.04 x 1 raised to the one before.
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((p, index) => {
    expect(adjusted[index]).toBeCloseTo(p, 14);
  });
});

it('leaves a single one as it is, counts no null, and never exceeds 1', () => {
  expect(holm([0.04])).toEqual([0.04]);
  expect(holm([null, 0.04, null])).toEqual([null, 0.04, null]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

it('keeps the chance of any wrong verdict of a family at 5 %', () => {
  const prng = new Prng(9, 1_000);
  const families = 4_000;
  let wrong = 0;
  let wrongUnadjusted = 0;
  for (let family = 0; family < families; family++) {
    const pValues = Array.from({ length: 6 }, () => uniformDraw(prng));
    if (holm(pValues).some((p) => p! < 0.05)) wrong++;
    if (pValues.some((p) => p < 0.05)) wrongUnadjusted++;
  }
  expect(wrong / families).toBeLessThan(0.06);
  expect(wrong / families).toBeGreaterThan(0.04);
  expect(wrongUnadjusted / families).toBeGreaterThan(0.2);
});
