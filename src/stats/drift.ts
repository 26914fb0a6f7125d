import { median } from './median.js';

/** Fewer rounds look like a trend by chance too often. */
export const DRIFT_ROUNDS_MIN = 6;

/** Kendall's tau from which rounds count as ordered: of 10 shuffled rounds 2 in 1,000 reach it. */
const DRIFT_TAU = 0.7;

/** Smallest change from the first round to the last that is worth a warning, a fraction. */
const DRIFT_CHANGE = 0.05;

/**
 * Change from the first value to the last, as a fraction of their median (-0.12 is -12 %), if the
 * values clearly rise or fall with their position; else null. The change is that of the Theil-Sen
 * line, the median slope of all pairs, so that one odd round neither makes nor hides a trend.
 */
export function driftOverRounds(values: readonly number[]): number | null {
  const count = values.length;
  if (count < DRIFT_ROUNDS_MIN) return null;
  const slopes: number[] = [];
  let concordance = 0;
  for (let later = 1; later < count; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const rise = values[later]! - values[earlier]!;
      slopes.push(rise / (later - earlier));
      concordance += Math.sign(rise);
    }
  }
  if (Math.abs(concordance / slopes.length) < DRIFT_TAU) return null;
  const middle = median(values);
  if (middle <= 0) return null;
  const change = (median(slopes) * (count - 1)) / middle;
  return Math.abs(change) >= DRIFT_CHANGE ? change : null;
}
