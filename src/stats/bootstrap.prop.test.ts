import { assert, integer, array, double, property } from 'fast-check';
import { it } from 'vitest';
import { medianInterval } from './bootstrap.js';
import { median } from './median.js';

const samples = array(double({ min: 1e-3, max: 1e9, noNaN: true }), {
  minLength: 1,
  maxLength: 30,
});
const seeds = integer({ min: 0 });

it('lies within the sample and holds its median', () => {
  assert(
    property(samples, seeds, (sample, seed) => {
      const { low, high } = medianInterval(sample, seed, 1_000);
      const middle = median(sample);
      return (
        Math.min(...sample) <= low && low <= middle && middle <= high && high <= Math.max(...sample)
      );
    }),
  );
});

it('moves with the unit: doubled values double the interval exactly', () => {
  assert(
    property(samples, seeds, (sample, seed) => {
      const interval = medianInterval(sample, seed, 200);
      const doubled = medianInterval(
        sample.map((value) => value * 2),
        seed,
        200,
      );
      return doubled.low === interval.low * 2 && doubled.high === interval.high * 2;
    }),
  );
});
