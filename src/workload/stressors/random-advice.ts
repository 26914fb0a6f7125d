/** One advice for a range, drawn from those that lose no data (stress-ng's stress_madvise_randomize). */
import type { Op } from '../../mm/op.js';
import { MADV } from '../../mm/uapi.js';
import type { HogTask } from '../hog.js';

/** stress-ng's list with headers of Linux 5.14 and later; an older kernel refuses the last four. */
export const ADVICES: readonly number[] = [
  MADV.normal,
  MADV.random,
  MADV.sequential,
  MADV.willNeed,
  MADV.dontFork,
  MADV.doFork,
  MADV.mergeable,
  MADV.unmergeable,
  MADV.hugePage,
  MADV.noHugePage,
  MADV.dontDump,
  MADV.doDump,
  MADV.cold,
  MADV.pageOut,
  MADV.populateRead,
  MADV.populateWrite,
];

/** Every one of them is as likely; nothing with `--no-madvise`. Whether it was taken does not matter. */
export function* adviseRandomly(
  { calls, prng, setting }: Pick<HogTask, 'calls' | 'prng' | 'setting'>,
  address: number,
  bytes: number,
): Op<void> {
  if (setting.noMadvise) return;
  yield* calls.madvise(address, bytes, ADVICES[prng.below(ADVICES.length)]!);
}
