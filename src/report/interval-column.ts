import { formatPercent, formatSigned, NOT_AVAILABLE } from './format.js';

interface Interval {
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
}

/** Intervals of changes, the `..` of all of them under one another. */
export function intervalColumn(intervals: readonly (Interval | undefined)[]): string[] {
  const lows = intervals.map((interval) => {
    const low = interval?.ciLow ?? null;
    return low === null ? NOT_AVAILABLE : formatSigned(low);
  });
  const highs = intervals.map((interval) => formatPercent(interval?.ciHigh ?? null));
  const lowWidth = Math.max(...lows.map(({ length }) => length));
  const highWidth = Math.max(...highs.map(({ length }) => length));
  return lows.map((low, index) =>
    low === NOT_AVAILABLE && highs[index] === NOT_AVAILABLE
      ? NOT_AVAILABLE
      : `${low.padStart(lowWidth)} .. ${highs[index]!.padStart(highWidth)}`,
  );
}
