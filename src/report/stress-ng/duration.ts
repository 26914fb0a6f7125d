/** Lengths of time in stress-ng's words. */
import { fixed } from './c-format.js';

const DAY = 86_400;
/** A year is the Gregorian calendar's mean one. */
const UNITS = [
  ['year', 365.2425 * DAY],
  ['day', DAY],
  ['hour', 3600],
  ['min', 60],
] as const;

interface Parts {
  readonly units: readonly string[];
  /** Below 60. */
  readonly seconds: number;
}

/** `1 min, 5.00 secs`, `2 hours, 0.00 secs`: with its seconds, whatever they are. */
export function spelledOut(seconds: number): string {
  const parts = partsOf(seconds);
  return [...parts.units, `${fixed(parts.seconds, 2)} secs`].join(', ');
}

/** `1 min 5 secs`, `5 mins`, `3.02 secs`: with the seconds only if there are any, to so many decimals. */
export function spelledShort(seconds: number, decimals: number): string {
  const parts = partsOf(seconds);
  const rest = fixed(parts.seconds, decimals);
  if (parts.units.length > 0 && Number(rest) === 0) return parts.units.join(' ');
  return [...parts.units, `${rest} secs`].join(' ');
}

function partsOf(seconds: number): Parts {
  let rest = seconds;
  const units = UNITS.flatMap(([unit, length]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`];
  });
  return { units, seconds: rest };
}
