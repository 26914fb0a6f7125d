/**
 * Steps 1 to 3 up to 0.15.06: page by page, in a random order made by linear probing, so that holes
 * grow at their upper ends. A munmap that would make one VMA too many fails unnoticed; the munmap of
 * the whole range at the end of step 1 takes what such ones have left.
 *
 * The end of the run is noticed where a probe misses.
 */
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import type { Child } from './child.js';
import { mapPageBack } from './map-back.js';
import { PAGE } from './page-book.js';
import type { Unmapping } from './unmapping.js';

export const AT_RANDOM: Unmapping = {
  *unmap(child) {
    const { book, setting } = child;
    const isDone = yield* forEachPage(child, (page) => {
      book.state[page] = PAGE.unmapped;
      return unmapPage(child, page);
    });
    if (isDone) yield* child.unmap(child.address, setting.bytes);
    return isDone;
  },

  mapBack(child) {
    return forEachPage(child, (page) => mapPageBack(child, page));
  },

  *unmapRest(child) {
    const { state } = child.book;
    for (let page = 0; page < state.length; page++) {
      if (state[page] === PAGE.mapped) yield* unmapPage(child, page);
    }
  },
};

/** False when the run's end has cut it short. */
function* forEachPage(child: Child, visit: (page: number) => Op<void>): Op<boolean> {
  const { book, draws, setting, task } = child;
  const probing = book.probing();
  while (probing.left > 0) {
    const start = draws.below(setting.pages);
    const page = probing.seek(start);
    if (page !== start && task.stopping()) return false;
    if (page < 0) continue;
    probing.take(page);
    yield* visit(page);
  }
  return true;
}

function* unmapPage(child: Child, page: number): Op<void> {
  const at = child.addressOf(page);
  yield* child.advisePage(at);
  yield* child.protect(at, PAGE_SIZE);
  yield* child.unmap(at, PAGE_SIZE);
}
