/** Step 2 for one page: it is mapped where it was, and used. */
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import { MADV, MAP, READ_WRITE } from '../../../mm/uapi.js';
import type { Child } from './child.js';
import { PAGE } from './page-book.js';

/** A page that cannot be mapped has failed for the rest of the operation. */
export function* mapPageBack(child: Child, page: number): Op<void> {
  const { book, calls, draws, file, setting } = child;
  const at = child.addressOf(page);
  const offset = file === 0 ? 0 : page * PAGE_SIZE;
  const flags = child.mapFlags | (draws.bit() ? MAP.fixed : MAP.fixedNoReplace);
  if ((yield* calls.mmap(at, PAGE_SIZE, READ_WRITE, flags, file, offset)) < 0) {
    book.state[page] = PAGE.failed;
    return;
  }
  book.state[page] = PAGE.mapped;
  if (setting.locks) yield* calls.mlock(at, PAGE_SIZE);
  yield* child.touch(at, 1);
  yield* child.advisePage(at);
  if (setting.merges) yield* calls.madvise(at, PAGE_SIZE, MADV.mergeable);
  yield* child.protect(at, PAGE_SIZE);
  if (setting.writes) {
    const word = (child.word + page) | 0;
    yield* child.set(at, 1, word);
    yield* child.check(at, 1, word);
  }
  if (file === 0) return;
  yield* child.fill(at, 1);
  yield* child.sync(at, 1);
  if (setting.form.punches) yield* calls.punchHole(file, offset, PAGE_SIZE);
}
