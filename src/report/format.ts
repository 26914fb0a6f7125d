/**
 * Numbers as people read them. No locale, ASCII `-`, four significant digits unless asked for
 * otherwise; machines get full precision from the JSON document instead.
 */

const SI_PREFIXES = ['', 'K', 'M', 'G', 'T', 'P', 'E'] as const;
const IEC_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;
const SIGNIFICANT_DIGITS = 4;

/** Shown in place of a number that does not exist, such as the median of no rounds. */
export const NOT_AVAILABLE = 'n/a';

/** Plain decimal of so many significant digits, never in exponent form: 0.001234, 12.34, 12350. */
export function formatNumber(value: number, digits = SIGNIFICANT_DIGITS): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const exponent = Math.floor(Math.log10(Math.abs(rounded)));
  return rounded.toFixed(Math.min(100, Math.max(0, digits - 1 - exponent)));
}

/** All digits that a number has, and no more: 0.000008, 5.008377, 898782. */
export function formatExact(value: number): string {
  let digits = 1;
  while (Number(value.toPrecision(digits)) !== value) digits++;
  return formatNumber(value, digits);
}

/** A plain decimal with its thousands apart: 898,782, 5,008.377. */
export function groupThousands(decimal: string): string {
  const [whole = '', ...fraction] = decimal.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}

/** With an SI prefix: 89.41 K, 12.34 M, 14.30. */
export function formatScaled(value: number, digits = SIGNIFICANT_DIGITS): string {
  const { scaled, step } = scale(value, 1000, SI_PREFIXES.length, digits);
  const prefix = SI_PREFIXES[step]!;
  return prefix === '' ? formatNumber(scaled, digits) : `${formatNumber(scaled, digits)} ${prefix}`;
}

/** Size in IEC units, two decimals unless it is whole: 80 GiB, 2.50 GiB, 53.33 GiB. */
export function formatSize(bytes: number): string {
  let step = 0;
  while (step < IEC_UNITS.length - 1 && bytes >= 1024 ** (step + 1)) step++;
  const scaled = bytes / 1024 ** step;
  return `${Number.isInteger(scaled) ? scaled : scaled.toFixed(2)} ${IEC_UNITS[step]!}`;
}

/** A size exactly, as stress-ng reads it, in the largest unit in which it is whole: 80G, 2560M, 100. */
export function formatWholeSize(bytes: number): string {
  let [count, step] = [bytes, 0];
  while (count !== 0 && count % 1024 === 0 && step < IEC_UNITS.length - 1) {
    count /= 1024;
    step++;
  }
  return step === 0 ? String(count) : `${count}${IEC_UNITS[step]!.charAt(0)}`;
}

export interface TimeFormat {
  /** Microseconds as `µs` instead of `us`. */
  readonly unicode: boolean;
  readonly digits?: number;
}

/** Time in the unit that fits, seconds at most: 850 ns, 12.34 us, 78.12 ms, 120.0 s. */
export function formatNs(ns: number, format: TimeFormat): string {
  const { unicode, digits = SIGNIFICANT_DIGITS } = format;
  const units = ['ns', unicode ? 'µs' : 'us', 'ms', 's'];
  const { scaled, step } = scale(ns, 1000, units.length, digits);
  const text = step === 0 ? String(Math.round(scaled)) : formatNumber(scaled, digits);
  return `${text} ${units[step]!}`;
}

/** A whole number of ns, exactly, in the largest unit in which it is whole: 1 ms, 1500 us. */
export function formatWholeNs(ns: number): string {
  const units = ['ns', 'us', 'ms', 's'];
  let [count, step] = [ns, 0];
  while (count !== 0 && count % 1000 === 0 && step < units.length - 1) {
    count /= 1000;
    step++;
  }
  return `${count} ${units[step]!}`;
}

/** Length of a measured window: one decimal from 1 s up, milliseconds and less below. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(1)} s`;
  return formatNs(seconds * 1e9, { unicode: false, digits: 3 });
}

/** Percentages beyond this say nothing more by their digits. */
const PERCENT_MAX = 999_999;

/** Size of a relative change in per cent, without sign and unit: 0.088 is 8.8. No decimals from 1000. */
export function formatMagnitude(change: number): string {
  const percent = Math.abs(100 * change);
  if (percent > PERCENT_MAX) return `>${PERCENT_MAX}`;
  return percent.toFixed(percent < 999.95 ? 1 : 0);
}

/** `formatMagnitude` with its sign, -6.2; only no change at all has none. */
export function formatSigned(change: number): string {
  const magnitude = formatMagnitude(change);
  if (change === 0) return magnitude;
  const sign = change < 0 ? '-' : '+';
  return magnitude.startsWith('>') ? `>${sign}${magnitude.slice(1)}` : `${sign}${magnitude}`;
}

/** 0.088 is +8.8 %. */
export function formatPercent(change: number | null): string {
  return change === null ? NOT_AVAILABLE : `${formatSigned(change)} %`;
}

/** +5.2 .. +7.0 %; an end without a bound is n/a: +5.2 % .. n/a. */
export function formatInterval(low: number | null, high: number | null): string {
  if (low === null && high === null) return NOT_AVAILABLE;
  if (high === null) return `${formatPercent(low)} .. ${NOT_AVAILABLE}`;
  return `${low === null ? NOT_AVAILABLE : formatSigned(low)} .. ${formatPercent(high)}`;
}

/** `2 tasks`, `1 task`. */
export function formatCount(count: number, singular: string): string {
  return `${count} ${singular}${count === 1 ? '' : 's'}`;
}

/** A number of events: whole while it is short, else with an SI prefix: 59, 9999, 12.35 K. */
export function formatTally(count: number): string {
  return count < 10_000 ? String(Math.round(count)) : formatScaled(count);
}

/** An index from 0 to 1 such as Jain's; three decimals tell 1.000 from almost 1. */
export function formatIndex(index: number | null): string {
  return index === null ? NOT_AVAILABLE : index.toFixed(3);
}

/** Steps up while the rounded number would reach the next unit: 999.96 K is 1.000 M. */
function scale(
  value: number,
  base: number,
  units: number,
  digits: number,
): { scaled: number; step: number } {
  let scaled = value;
  let step = 0;
  while (step < units - 1 && Math.abs(Number(scaled.toPrecision(digits))) >= base) {
    scaled /= base;
    step++;
  }
  return { scaled, step };
}
