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

const readsHuge = (op: Op): boolean => op.call === 'madvise' && op.advice === MADV.hugePage;

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
  {
    id: 'large-folio-is-cut',
    reason:
      'what is read of a disk file under MADV_HUGEPAGE is cached in large folios; one that ftruncate ' +
      'cuts stays whole, and pages behind the end of the file are resident; here a page is a page',
    since: '6.16',
    matches: ({ aspect, step }, { ops, files }) => {
      const before = ops.slice(0, step);
      const cutsDisk = (op: Op): boolean =>
        op.call === 'truncate' && files[op.file - 1]?.kind === 'disk';
      return aspect === 'residency' && before.some(readsHuge) && before.some(cutsDisk);
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
