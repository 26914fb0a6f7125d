/**
 * Where the model is known to differ from the Linux that judges it: from versions that it does not
 * speak for, or in what it leaves out. As few as possible, each with its reason.
 */
import type { Answer, Op } from './program.js';
import { compareReleases } from './rules-of-release.js';

export interface Observation {
  readonly op: Op;
  readonly model: Answer;
  readonly linux: Answer;
  /** `6.18` of the Linux that judges. */
  readonly release: string;
}

export interface KnownDifference {
  readonly id: string;
  readonly reason: string;
  /** First and last release of Linux that answers so, `6.18`. */
  readonly since: string;
  readonly until: string;
  readonly matches: (seen: Observation) => boolean;
}

/** A program ends at a difference that is listed here, without a finding. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];

export function isKnown(
  seen: Observation,
  known: readonly KnownDifference[] = KNOWN_DIFFERENCES,
): boolean {
  return known.some(
    ({ since, until, matches }) =>
      compareReleases(seen.release, since) >= 0 &&
      compareReleases(seen.release, until) <= 0 &&
      matches(seen),
  );
}
