/**
 * The default workload: every task for ever maps its share, writes one word into every page in
 * order, and unmaps it whole. A share that is a file stays cached from one cycle to the next. Tasks of one address space meet where one's munmap holds mmap_sem
 * while the others fault.
 */
import { accessPages } from '../../mm/access.js';
import { populate } from '../../mm/populate.js';
import { ACCESS } from '../../mm/fault-result.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { Share } from '../share.js';
import type { Stressor, StressorRun, StressorTask } from '../stressor.js';

/** Pages written between two looks at the stop flag. */
const RUN_PAGES = 512;

class FaultMunmap implements StressorRun {
  readonly #task: StressorTask;
  readonly #share: Share;
  readonly #pages: number;
  #address = -1;
  /** Pages of the mapping, from its start, that are present. */
  #present = 0;

  constructor(task: StressorTask) {
    this.#task = task;
    this.#pages = task.bytes / PAGE_SIZE;
    this.#share = new Share(task);
  }

  *setup(): Op<void> {
    const { cpu, mm, phase } = this.#task;
    yield* this.#map();
    if (this.#address < 0) return;
    const present = Math.floor(phase * this.#pages);
    this.#present = yield* populate(cpu, mm, this.#address / PAGE_SIZE, present);
  }

  *program(): Op<void> {
    const { cpu, mm } = this.#task;
    while (!this.#task.stopping()) {
      if (this.#address < 0) {
        yield* this.#map();
      } else if (this.#present < this.#pages) {
        const first = this.#address / PAGE_SIZE + this.#present;
        const count = Math.min(RUN_PAGES, this.#pages - this.#present);
        yield* accessPages(cpu, mm, first, count, ACCESS.store, this.#present);
        this.#present += count;
      } else {
        const failed = yield* this.#share.tryUnmap(this.#address);
        if (failed === 0) this.#address = -1;
      }
    }
  }

  *finish(): Op<void> {
    yield* this.#share.close();
  }

  *#map(): Op<void> {
    this.#address = yield* this.#share.tryMap();
    this.#present = 0;
  }
}

export const faultMunmap: Stressor = {
  name: 'fault-munmap',
  description: 'map a share, write one word into every page in order, munmap it whole, repeat',
  mapsShare: true,
  start: (task) => new FaultMunmap(task),
};
