import { Prng, STREAM } from '../util/prng.js';
import { median } from './median.js';

/** Fewer values cannot tell two modes from chance. */
export const MODES_VALUES_MIN = 8;

/** Smallest share of the values, and number of them, that makes a mode rather than outliers. */
const MODE_SHARE_MIN = 1 / 4;

/** Smallest distance of two modes that is worth a warning, a fraction of the lower one. */
const MODES_CHANGE = 0.05;

/** Share of samples of one mode, evenly spread, that are taken for two: a warning has no second look. */
const FALSE_ALARMS = 0.04;

const REFERENCE_SAMPLES = 999;

export interface TwoModes {
  /** Medians of the values in the lower and in the higher mode. */
  readonly low: number;
  readonly high: number;
  readonly lowCount: number;
  readonly highCount: number;
}

/**
 * The two levels that values (rates, above 0) flip between, or null where one level is as plausible.
 *
 * The values' logarithms are split where that explains most of their variance (Engelman and Hartigan,
 * JASA 64 (1969) 1647), each side holding a quarter of them or more, so that outliers are no mode. As
 * much explained variance must come about in less than 4 % of samples of evenly spread values, the
 * flattest that a single mode can be; normal, skewed and heavy-tailed values split less well still.
 * Simulated, 1 to 4 % of samples of one mode are warned of, and of ten values in two modes ten
 * deviations apart 9 out of 10.
 */
export function twoModes(values: readonly number[], seed: number): TwoModes | null {
  if (values.length < MODES_VALUES_MIN || values.some((value) => value <= 0)) return null;
  const sorted = Float64Array.from(values).sort();
  const { explained, at } = bestSplit(sorted.map(Math.log));
  const low = median([...sorted.subarray(0, at)]);
  const high = median([...sorted.subarray(at)]);
  if (high / low - 1 < MODES_CHANGE || !beyondChance(explained, values.length, seed)) return null;
  return { low, high, lowCount: at, highCount: values.length - at };
}

/** Whether hardly any evenly spread sample splits as well. */
function beyondChance(explained: number, count: number, seed: number): boolean {
  const prng = new Prng(seed, STREAM.modes, count);
  const sample = new Float64Array(count);
  const asGoodMax = FALSE_ALARMS * (REFERENCE_SAMPLES + 1);
  let asGood = 1;
  for (let reference = 0; reference < REFERENCE_SAMPLES && asGood < asGoodMax; reference++) {
    for (let index = 0; index < count; index++) sample[index] = prng.next32() / 2 ** 32;
    if (bestSplit(sample.sort()).explained >= explained) asGood++;
  }
  return asGood < asGoodMax;
}

/** Share of the variance between the two sides of the best split, and how many are on its lower side. */
function bestSplit(sorted: Float64Array): { explained: number; at: number } {
  const count = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
  const total = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const fewest = Math.ceil(count * MODE_SHARE_MIN);
  let explained = 0;
  let at = fewest;
  let below = 0;
  for (let split = 1; split <= count - fewest; split++) {
    below += sorted[split - 1]! - mean;
    const between = (below * below * count) / (split * (count - split));
    if (split >= fewest && between > explained) {
      explained = between;
      at = split;
    }
  }
  return { explained: total === 0 ? 0 : explained / total, at };
}
