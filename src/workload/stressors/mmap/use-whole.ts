/** The first part of an operation, before anything is unmapped: the same in all forms. */
import type { Op } from '../../../mm/op.js';
import { MADV } from '../../../mm/uapi.js';
import type { Child } from './child.js';

/** Up to step 0, and the touch after it. */
export function* useWhole(child: Child): Op<void> {
  const { address, calls, file, setting } = child;
  const { bytes, pages } = setting;
  if (setting.locks) yield* calls.mlock(address, bytes);
  if (file !== 0) {
    yield* child.fill(address, pages);
    yield* child.sync(address, pages);
  }
  yield* child.adviseAll();
  if (setting.merges) yield* calls.madvise(address, bytes, MADV.mergeable);
  yield* child.touch(address, pages);
  yield* child.protect(address, bytes);
  if (setting.writes) {
    yield* child.set(address, pages, child.word);
    if (setting.verifies) yield* child.check(address, pages, child.word);
  }
  if (file !== 0) yield* child.copyThroughFile();
  yield* child.touch(address, pages);
}
