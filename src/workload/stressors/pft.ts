/**
 * The page fault test of Christoph Lameter, as mmtests runs it with threads: one large mapping, of
 * which every task writes its own part, page by page, once. No munmap and no other writer of
 * mmap_sem: what is left is how far faults scale under a lock that all of them hold for read.
 *
 * Its rate is the number of faults over the time until the last task is done.
 */
import { accessPages } from '../../mm/access.js';
import { ACCESS } from '../../mm/fault-result.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { Share } from '../share.js';
import type { Stressor, StressorRun, StressorTask } from '../stressor.js';

/** Pages written between two looks at the stop flag. */
const RUN_PAGES = 512;

class Pft implements StressorRun {
  readonly #task: StressorTask;
  readonly #share: Share;
  readonly #pages: number;
  #firstPage = 0;

  constructor(task: StressorTask) {
    this.#task = task;
    this.#share = new Share(task);
    this.#pages = task.bytes / PAGE_SIZE;
  }

  *setup(): Op<void> {
    this.#firstPage = (yield* this.#share.map()) / PAGE_SIZE;
  }

  *program(): Op<void> {
    const { cpu, mm } = this.#task;
    for (let done = 0; done < this.#pages && !this.#task.stopping(); done += RUN_PAGES) {
      const count = Math.min(RUN_PAGES, this.#pages - done);
      yield* accessPages(cpu, mm, this.#firstPage + done, count, ACCESS.store, done);
    }
  }

  *finish(): Op<void> {
    yield* this.#share.close();
  }
}

export const pft: Stressor = {
  name: 'pft',
  description: 'write every page of a part of one large mapping once, without any munmap',
  mapsShare: true,
  start: (task) => new Pft(task),
};
