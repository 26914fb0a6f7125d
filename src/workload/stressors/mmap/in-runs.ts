/**
 * Steps 1 to 3 of HEAD: pages are advised and protected one by one, in a shuffled order, and unmapped in
 * runs of neighbours (one by one in address order with `--mmap-slow-munmap`). They come back one by one,
 * shuffled again. The end of the run is noticed at every page.
 */
import { PAGE_SIZE } from '../../../mm/layout.js';
import type { Op } from '../../../mm/op.js';
import type { Child } from './child.js';
import { mapPageBack } from './map-back.js';
import { PAGE } from './page-book.js';
import type { Unmapping } from './unmapping.js';

export const IN_RUNS: Unmapping = {
  *unmap(child) {
    const { draws, book, setting, task } = child;
    const order = book.shuffled((bound) => draws.below(bound));
    for (const page of order) {
      if (task.stopping()) return false;
      const at = child.addressOf(page);
      // Asked here already, as most have neither, and an op that does nothing is still an object.
      if (setting.advises) yield* child.advisePage(at);
      if (setting.protects) yield* child.protect(at, PAGE_SIZE);
    }
    yield* unmapMapped(child);
    yield* child.unmap(child.address, setting.bytes);
    return true;
  },

  *mapBack(child) {
    const { draws, book, task } = child;
    const order = book.shuffled((bound) => draws.below(bound));
    for (const page of order) {
      if (task.stopping()) return false;
      yield* mapPageBack(child, page);
    }
    return true;
  },

  unmapRest: unmapMapped,
};

function* unmapMapped(child: Child): Op<void> {
  const { state } = child.book;
  const unmap = child.setting.unmapsSlowly ? unmapPages : unmapRun;
  let isFirst = true;
  for (let page = 0; page < state.length; page++) {
    if (state[page] !== PAGE.mapped) continue;
    const first = page;
    while (page < state.length && state[page] === PAGE.mapped) page += 1;
    yield* unmap(child, first, page, isFirst);
    isFirst = false;
  }
  state.fill(PAGE.unmapped);
}

/** stress-ng finds the first page of all by unmapping it, and then unmaps the run that it is in. */
function* unmapRun(child: Child, first: number, end: number, isFirst: boolean): Op<void> {
  if (isFirst) yield* child.unmap(child.addressOf(first), PAGE_SIZE);
  yield* child.unmap(child.addressOf(first), (end - first) * PAGE_SIZE);
}

function* unmapPages(child: Child, first: number, end: number): Op<void> {
  for (let page = first; page < end; page++) yield* child.unmap(child.addressOf(page), PAGE_SIZE);
}
