/** What to say where a gate is asked for less than its rounds resolve: it can but be open, or lucky. */
import { formatPercent } from '../report/format.js';

/**
 * A sentence about `what`, such as `this run`, that resolves changes of `detectable` (none at all when
 * null) and is asked about one of `allowed`; both fractions, the latter with any sign. None where it
 * resolves as much, or where 0 is allowed, which nothing resolves.
 */
export function tooFine(what: string, detectable: number | null, allowed: number): string[] {
  const asked = Math.abs(allowed);
  if (asked === 0 || (detectable !== null && detectable <= asked)) return [];
  const shown = (change: number): string => formatPercent(Math.abs(change)).slice(1);
  const resolved = detectable === null ? 'no change at all' : `changes of ${shown(detectable)}`;
  return [
    `${what} resolves ${resolved}, too little for a gate of ${shown(asked)}; ` +
      'use more --rounds or a longer --timeout',
  ];
}
