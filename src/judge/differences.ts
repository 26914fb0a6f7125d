/**
 * Where the model is known to differ from the Linux that judges it: from versions that it does not
 * speak for, or in what it leaves out. As few as possible, each with its reason.
 */
import { MADV, MAP, MREMAP } from '../mm/uapi.js';
import type { Difference } from './differential.js';
import type { Op, Program } from './program.js';
import { compareReleases } from './rules-of-release.js';

export interface KnownDifference {
  readonly id: string;
  readonly reason: string;
  /** First and last release of Linux that does so, `6.18`; none: still. */
  readonly since: string;
  readonly until?: string;
  readonly matches: (difference: Difference, program: Program) => boolean;
}

const locks = (op: Op): boolean =>
  op.call === 'mlock' ||
  op.call === 'mlock2' ||
  (op.call === 'mmap' && (op.flags & MAP.locked) !== 0);

const leavesOld = (op: Op): boolean => op.call === 'mremap' && (op.flags & MREMAP.dontUnmap) !== 0;

/** A program ends without a finding at a difference that is listed here. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    id: 'pages-stay-mlocked',
    reason:
      'MREMAP_DONTUNMAP clears VM_LOCKED of all of the old VMA, also where it moves only a part, and ' +
      'leaves the other pages of it marked as locked: MADV_PAGEOUT passes them over',
    since: '5.7',
    matches: ({ aspect, step }, { ops }) => {
      const op = ops[step]!;
      const isReclaim = op.call === 'madvise' && op.advice === MADV.pageOut;
      const before = ops.slice(0, step);
      return aspect === 'residency' && isReclaim && before.some(locks) && before.some(leavesOld);
    },
  },
];

/** `release`: of the Linux that judges. */
export function isKnown(
  difference: Difference,
  program: Program,
  release: string,
  known: readonly KnownDifference[] = KNOWN_DIFFERENCES,
): boolean {
  return known.some(
    ({ since, until, matches }) =>
      compareReleases(release, since) >= 0 &&
      (until === undefined || compareReleases(release, until) <= 0) &&
      matches(difference, program),
  );
}
