import { CONFIDENCE, resampledMedians, type Interval } from '../bootstrap.js';
import { median, quantileOfSorted } from '../median.js';
import { normalCdf, normalQuantile } from '../normal.js';

/** How far out the percentiles of a textbook interval are taken. */
export interface Percentiles {
  readonly low: number;
  readonly high: number;
}

/** 2.5 % and 97.5 %, as they are. */
export function plainPercentiles(): Percentiles {
  return { low: (1 - CONFIDENCE) / 2, high: (1 + CONFIDENCE) / 2 };
}

/**
 * Percentiles of the resampled medians by Efron's BCa (JASA 82 (1987) 171): shifted by the bias of the
 * bootstrap, medians equal to the sample's counted by half, and by the skewness of the jackknife.
 */
export function bcaPercentiles(sample: readonly number[], medians: Float64Array): Percentiles {
  const middle = median(sample);
  const below = medians.reduce(
    (count, value) => count + (value < middle ? 1 : value === middle ? 0.5 : 0),
    0,
  );
  const bias = normalQuantile(below / medians.length);
  const jackknife = sample.map((_, left) => median(sample.filter((_, index) => index !== left)));
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  const power = (exponent: number): number =>
    jackknife.reduce((sum, value) => sum + (mean - value) ** exponent, 0);
  const spread = power(2);
  const acceleration = spread === 0 ? 0 : power(3) / (6 * spread ** 1.5);
  const { low, high } = plainPercentiles();
  const corrected = (probability: number): number => {
    const shifted = bias + normalQuantile(probability);
    return normalCdf(bias + shifted / (1 - acceleration * shifted));
  };
  return { low: corrected(low), high: corrected(high) };
}

/** The interval between two percentiles of resampled medians. */
export function intervalOf(
  sample: readonly number[],
  seed: number,
  resamples: number,
  percentilesOf: (sample: readonly number[], medians: Float64Array) => Percentiles,
): Interval {
  const medians = resampledMedians(Float64Array.from(sample).sort(), seed, resamples).sort();
  const { low, high } = percentilesOf(sample, medians);
  return { low: quantileOfSorted(medians, low), high: quantileOfSorted(medians, high) };
}
