/**
 * How often 95 % intervals hold the true median, by simulation: the one in use, and the two that are
 * better known. Everything is seeded, so that the shares are the same on every run.
 */
import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { medianInterval, medianRatioInterval, type Interval } from './bootstrap.js';
import { bcaPercentiles, intervalOf, plainPercentiles } from './testing/bca.js';
import { drawSample, SHAPES, type Shape } from './testing/random-samples.js';

const COUNTS = [6, 8, 10, 12, 20, 30];
/** So many samples know a coverage of 95 % to within a point, seeds being what they are. */
const SAMPLES = 1_000;
const RESAMPLES = 200;

type IntervalOf = (sample: readonly number[], seed: number) => Interval;

function coverage(shape: Shape, count: number, intervalOfSample: IntervalOf): number {
  const prng = new Prng(11, 1_000, count);
  let covered = 0;
  for (let index = 0; index < SAMPLES; index++) {
    const { low, high } = intervalOfSample(drawSample(prng, shape, count), index);
    if (low <= shape.median && shape.median <= high) covered++;
  }
  return covered / SAMPLES;
}

describe.each(SHAPES)('of $name values', (shape) => {
  it.each(COUNTS)(
    '%i of them, the interval holds the median of 93 to 97 in 100 samples',
    (count) => {
      const share = coverage(shape, count, (sample, seed) =>
        medianInterval(sample, seed, RESAMPLES),
      );
      expect(share).toBeGreaterThanOrEqual(0.93);
      expect(share).toBeLessThanOrEqual(0.97);
    },
  );
});

it.each([
  ['BCa', bcaPercentiles],
  ['plain percentiles', plainPercentiles],
] as const)('%s are too short for eight rounds of any of them', (_, percentiles) => {
  for (const shape of SHAPES) {
    const share = coverage(shape, 8, (sample, seed) =>
      intervalOf(sample, seed, RESAMPLES, percentiles),
    );
    expect(share).toBeLessThan(0.93);
  }
});

describe('ratio of the medians of two runs', () => {
  const [normal, , heavy, bimodal] = SHAPES as readonly [Shape, Shape, Shape, Shape];

  // Rates with noise of 2 %, and with so much that a mean of two is no longer one of logarithms.
  it.each([
    ['normal', normal, 6, 6, 0.02],
    ['normal', normal, 10, 10, 0.02],
    ['normal', normal, 8, 20, 0.02],
    ['heavy-tailed', heavy, 10, 10, 0.02],
    ['heavy-tailed', heavy, 30, 30, 0.02],
    ['bimodal', bimodal, 8, 20, 0.02],
    ['bimodal', bimodal, 6, 30, 0.02],
    ['normal', normal, 10, 10, 0.3],
    ['normal', normal, 7, 11, 0.3],
  ])('of %s values is within the interval', (_, shape, first, second, noise) => {
    const prng = new Prng(13, 1_000, first);
    const rates = (count: number): number[] =>
      drawSample(prng, shape, count).map((value) => 1e7 * Math.exp(noise * value));
    let covered = 0;
    for (let index = 0; index < SAMPLES; index++) {
      const { low, high } = medianRatioInterval(rates(first), rates(second), index, RESAMPLES);
      if (low <= 0 && 0 <= high) covered++;
    }
    const share = covered / SAMPLES;
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.98);
  });
});
