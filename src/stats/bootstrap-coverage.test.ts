/**
 * How often 95 % intervals hold the true median, by simulation: the one in use, and the two that are
 * better known. Everything is seeded, so that the shares are the same on every run.
 */
import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { medianDifferenceInterval, medianInterval, type Interval } from './bootstrap.js';
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

describe('difference of the medians of two runs', () => {
  const [normal, , heavy] = SHAPES as readonly [Shape, Shape, Shape, ...Shape[]];

  it.each([
    ['normal', normal, 6, 6],
    ['normal', normal, 10, 10],
    ['normal', normal, 8, 20],
    ['heavy-tailed', heavy, 10, 10],
    ['heavy-tailed', heavy, 30, 30],
  ])('of %s values is within the interval', (_, shape, first, second) => {
    const prng = new Prng(13, 1_000, first);
    let covered = 0;
    for (let index = 0; index < SAMPLES; index++) {
      const { low, high } = medianDifferenceInterval(
        drawSample(prng, shape, first),
        drawSample(prng, shape, second),
        index,
        RESAMPLES,
      );
      if (low <= 0 && 0 <= high) covered++;
    }
    expect(covered / SAMPLES).toBeGreaterThanOrEqual(0.93);
  });
});
