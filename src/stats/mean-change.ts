import { studentTQuantile } from './student-t.js';

/** Both of the same unit; no spread of a single value. */
export interface Spread {
  readonly mean: number;
  /** Standard deviation of the sample. */
  readonly deviation: number | null;
  readonly n: number;
}

/** Undefined without values. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: n === 1 ? null : Math.sqrt(squares / (n - 1)), n };
}

/** A change of means, as fractions: 0.03 is +3 %. */
export interface MeanChange {
  /** Null when only the base is 0. */
  readonly change: number | null;
  /** Half the width of its 95 % interval; null where a side has a single value, or no change is known. */
  readonly margin: number | null;
}

/**
 * How far the mean of `candidate` is from that of `base`. The margin is Welch's (unequal variances,
 * Welch-Satterthwaite degrees of freedom) of the ratio's logarithm by the delta method: means of runs
 * are compared here because faults per operation are a rate, whose expectation the rules give, and not
 * a typical value.
 */
export function meanChange(base: Spread, candidate: Spread): MeanChange {
  if (base.mean === candidate.mean && base.mean === 0) return { change: 0, margin: 0 };
  if (base.mean === 0) return { change: null, margin: null };
  const change = candidate.mean / base.mean - 1;
  if (base.deviation === null || candidate.deviation === null || candidate.mean === 0) {
    return { change, margin: null };
  }
  const parts = [base, candidate].map(({ mean, deviation, n }) => ({
    variance: ((deviation ?? 0) / mean) ** 2 / n,
    freedom: n - 1,
  }));
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  if (variance === 0) return { change, margin: 0 };
  const freedom =
    variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);
  const quantile = studentTQuantile(0.025, Math.max(1, Math.floor(freedom)));
  return { change, margin: (1 + change) * quantile * Math.sqrt(variance) };
}

/** Of the normal distribution, two-sided. */
const QUANTILE_95 = 1.96;

/**
 * Runs a side after which the margin of the change would be about `wanted`, were both sides to go on as
 * they did; undefined where a side has a single value, or a mean of 0.
 */
export function runsFor(base: Spread, candidate: Spread, wanted: number): number | undefined {
  let variance = 0;
  for (const { mean, deviation } of [base, candidate]) {
    if (deviation === null || mean === 0) return undefined;
    variance += (deviation / mean) ** 2;
  }
  const scale = candidate.mean / base.mean;
  return Math.ceil(variance * ((scale * QUANTILE_95) / wanted) ** 2);
}
