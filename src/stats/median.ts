/** Middle value of a sample; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Value below which a `probability` of the sample lies, with linear interpolation between
 * neighbours (Hyndman and Fan's type 7, what R and NumPy do by default). Sorts a copy.
 */
export function quantile(values: readonly number[], probability: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), probability);
}

/** `quantile` of numbers that are already in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) throw new RangeError('quantile of an empty sample');
  const position = probability * (sorted.length - 1);
  const lower = sorted[Math.floor(position)]!;
  const upper = sorted[Math.ceil(position)]!;
  // Equal neighbours are returned as they are: interpolating would lose their last bit.
  if (lower === upper) return lower;
  return lower + (upper - lower) * (position - Math.floor(position));
}
