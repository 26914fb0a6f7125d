/** One operation, in all forms: the whole region is used, then unmapped, mapped back and unmapped again. */
import type { Op } from '../../../mm/op.js';
import { MADV } from '../../../mm/uapi.js';
import type { Child } from './child.js';
import { closingCalls } from './closing-calls.js';
import { PAGE } from './page-book.js';

/** On a region that is mapped. A run that ends cuts it short, and what is mapped is unmapped all the same. */
export function* operate(child: Child): Op<void> {
  const { book, setting } = child;
  const { closes, unmapping } = setting.form;
  yield* useWhole(child);
  book.state.fill(PAGE.mapped);
  if (yield* unmapping.unmap(child)) yield* unmapping.mapBack(child);
  yield* unmapping.unmapRest(child);
  if (closes) yield* closingCalls(child);
  child.operations += 1;
}

/** Up to step 0, and the touch after it. */
function* useWhole(child: Child): Op<void> {
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
