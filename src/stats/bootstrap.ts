import { Prng, STREAM } from '../util/prng.js';
import { quantileOfSorted } from './median.js';
import { normalCdf } from './normal.js';
import { studentTQuantile } from './student-t.js';

/** How often an interval is meant to cover the true value. */
export const CONFIDENCE = 0.95;

/** Enough that the ends of an interval of ten rounds no longer move with the seed. */
export const RESAMPLES = 10_000;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * 95 % bootstrap interval of the median of a sample; the same sample and seed give the same interval.
 *
 * The plain percentile interval (2.5 % to 97.5 % of the resampled medians) is too short for the 8 to
 * 12 rounds of a run: simulated, it covers the true median of 90 to 94 % of samples instead of 95.
 * This one takes percentiles further out, as far as Student's t is wider than the normal
 * distribution at this sample size (Hesterberg's "expanded percentiles", The American Statistician
 * 69 (2015) 371), and covers that of 95 to 98 %, whether values are normal, lognormal, heavy-tailed
 * or have two peaks. Bootstrapping the Hodges-Lehmann estimator instead would give intervals a
 * tenth shorter, but loses the median of skewed samples more often than it says, and rates are skewed.
 *
 * With fewer than 6 values no interval within the sample can cover 95 %: all of it, smallest to
 * largest, covers the median with probability 1 - 2^(1 - n). A single value is its own interval.
 */
export function medianInterval(
  sample: readonly number[],
  seed: number,
  resamples = RESAMPLES,
): Interval {
  const sorted = Float64Array.from(sample).sort();
  const low = sorted[0];
  const high = sorted[sorted.length - 1];
  if (low === undefined || high === undefined) throw new RangeError('interval of an empty sample');
  if (low === high) return { low, high };
  const medians = resampledMedians(sorted, seed, resamples).sort();
  const tail = expandedTail(sorted.length);
  return { low: quantileOfSorted(medians, tail), high: quantileOfSorted(medians, 1 - tail) };
}

/** Share of the resampled medians that lies outside the interval on each side. */
function expandedTail(count: number): number {
  const t = studentTQuantile((1 - CONFIDENCE) / 2, count - 1);
  return normalCdf(-t * Math.sqrt(count / (count - 1)));
}

/**
 * Every interval draws the same resamples from its seed, whatever was computed before it: adding a
 * kernel or a metric to a report does not move the others' intervals.
 */
function resampledMedians(sorted: Float64Array, seed: number, resamples: number): Float64Array {
  const prng = new Prng(seed, STREAM.bootstrap);
  const copies = new Uint32Array(sorted.length);
  const medians = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    copies.fill(0);
    for (let left = sorted.length; left > 0; left--) copies[prng.below(sorted.length)]!++;
    medians[resample] = medianOfCopies(sorted, copies);
  }
  return medians;
}

/** Median of the multiset that holds `sorted[i]` `copies[i]` times: one walk instead of a sort. */
function medianOfCopies(sorted: Float64Array, copies: Uint32Array): number {
  const lowerRank = (sorted.length - 1) >> 1;
  const upperRank = sorted.length >> 1;
  let index = 0;
  let passed = copies[0]!;
  while (passed <= lowerRank) passed += copies[++index]!;
  const lower = sorted[index]!;
  while (passed <= upperRank) passed += copies[++index]!;
  return lower + (sorted[index]! - lower) / 2;
}
