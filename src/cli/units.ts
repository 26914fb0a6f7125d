/**
 * Sizes and times as stress-ng writes them, with one difference: where stress-ng reads `1.5M` as
 * 1 MiB without a word, a fraction here is exact or refused.
 */

import { formatWholeNs } from '../report/format.js';

/** Shortest exact form of a whole number of bytes: `80G`, `1536M`, `4097`. */
export { formatWholeSize as formatBytes } from '../report/format.js';

/** In the order of their powers of 1024. */
const SIZE_SUFFIXES = 'bkmgtpe';

/** A year has 365 days, as in stress-ng since 0.16. */
const SECONDS_PER: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/**
 * Bytes of a size such as `80G`, `1.5g`, `4096`; undefined for anything that is not a whole number
 * of bytes. Sizes above 2^53 are returned rounded: no range admits them.
 */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+)(?:\.(\d+))?([bkmgtpe])?$/i.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', suffix = 'b'] = match;
  return scaled(whole, fraction, 1024n ** BigInt(SIZE_SUFFIXES.indexOf(suffix.toLowerCase())));
}

/** `whole.fraction` of a unit that is `scale` small ones; undefined if that is no whole number. */
function scaled(whole: string, fraction: string, scale: bigint): number | undefined {
  const product = BigInt(whole + fraction) * scale;
  const divisor = 10n ** BigInt(fraction.length);
  return product % divisor === 0n ? Number(product / divisor) : undefined;
}

/** Seconds of a time such as `20`, `0.5s`, `2m`; undefined for anything else. */
export function parseSeconds(text: string): number | undefined {
  const match = /^(\d+)(?:\.(\d+))?([smhdwy])?$/i.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', unit = 's'] = match;
  // Scaled before it is divided: 1.1m is 66 seconds, not 66.00000000000001.
  return (Number(whole + fraction) * SECONDS_PER[unit.toLowerCase()]!) / 10 ** fraction.length;
}

/** In the order of their powers of 1000. */
const SHORT_TIME_SUFFIXES = ['ns', 'us', 'ms', 's'];

/** Ns of a short time such as `1ms`, `2.5us`, `0`; undefined for what is not a whole number of them. */
export function parseNs(text: string): number | undefined {
  const match = /^(\d+)(?:\.(\d+))?([num]?s)?$/i.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', unit = 's'] = match;
  const power = SHORT_TIME_SUFFIXES.indexOf(unit.toLowerCase());
  return scaled(whole, fraction, 1000n ** BigInt(power));
}

/** Exact form of a whole number of ns, which parseNs reads: `1ms`, `1500us`. */
export function formatNsExactly(ns: number): string {
  return formatWholeNs(ns).replace(' ', '');
}

/** Exact form of a time in seconds, at least a microsecond: `20s`, `0.5s`. */
export function formatSeconds(seconds: number): string {
  return `${seconds}s`;
}

/** A whole number without sign, point or exponent; undefined for anything else. */
export function parseWhole(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** 0.05 of `5%`; undefined for anything that is no percentage. */
export function parsePercent(text: string): number | undefined {
  const [, number] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) / 100;
}
