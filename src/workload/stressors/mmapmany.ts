/**
 * stress-ng's mmapmany: as many VMAs as a process may have, made by unmapping the middle of three pages
 * over and over. Triples lie side by side, so that the last page of one and the first of the next are
 * one VMA: each adds one, and `max_map_count` ends the round. Then maps and smaps are read, the contents
 * compared, and all is unmapped page by page.
 *
 * stress-ng forgets the triple whose middle it could not unmap; here it is unmapped, too.
 */
import { PAGE_SIZE, PTRS_PER_TABLE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, READ_WRITE } from '../../mm/uapi.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { MLOCK, NUMA } from './common-options.js';
import { forceMunmap } from './force-munmap.js';

/** Triples of one round. */
const TRIPLES_MAX = 262_144;
const TRIPLE_PAGES = 3;
const TRIPLE_BYTES = TRIPLE_PAGES * PAGE_SIZE;
/** The pages of a triple that are written and stay mapped. */
const KEPT = [0, 2] as const;

class Mmapmany implements HogRun {
  readonly #task: HogTask;
  readonly #locks: boolean;
  /** Addresses of the round's triples. */
  readonly #triples = new Float64Array(TRIPLES_MAX);
  /** What the n-th triple's kept pages contain, but for `^ n`. */
  readonly #patterns: readonly number[];

  constructor(task: HogTask) {
    this.#task = task;
    this.#locks = task.setting.options['mlock'] === true;
    this.#patterns = KEPT.map(() => task.prng.next32() | 0);
  }

  *program(): Op<void> {
    const task = this.#task;
    do {
      const made = yield* this.#makeTriples();
      if (made === 0 && !task.stopping()) {
        task.runOut('no page can be mapped');
        return;
      }
      yield* task.calls.readSmaps();
      yield* task.calls.readMaps();
      for (let n = 0; n < made; n++) yield* this.#checkAndUnmap(n);
    } while (!task.stopping());
  }

  /** How many triples have lost their middle, each of them an operation. */
  *#makeTriples(): Op<number> {
    const task = this.#task;
    let made = 0;
    for (; made < TRIPLES_MAX && !task.stopping(); made++) {
      const address = yield* task.calls.mmap(0, TRIPLE_BYTES, READ_WRITE, ANONYMOUS);
      if (address < 0) break;
      this.#triples[made] = address;
      const isSplit = (yield* this.#write(address, made)) && (yield* this.#split(address));
      if (!isSplit) {
        yield* forceMunmap(task, address, TRIPLE_BYTES);
        break;
      }
      yield* task.bogo();
    }
    return made;
  }

  /** False when there is no memory for a page. */
  *#write(address: number, n: number): Op<boolean> {
    const { calls } = this.#task;
    if (this.#locks) yield* calls.mlock(address, TRIPLE_BYTES);
    let denied = 0;
    for (const [i, page] of KEPT.entries()) {
      denied += yield* calls.store(address + page * PAGE_SIZE, 1, this.#patterns[i]! ^ n);
    }
    return denied === 0;
  }

  *#split(address: number): Op<boolean> {
    return (yield* forceMunmap(this.#task, address + PAGE_SIZE, PAGE_SIZE)) === 0;
  }

  *#checkAndUnmap(n: number): Op<void> {
    const { calls, cpu } = this.#task;
    const address = this.#triples[n]!;
    for (const [i, page] of KEPT.entries()) {
      const denied = yield* calls.load(address + page * PAGE_SIZE, 1);
      const expected = this.#patterns[i]! ^ n;
      if (denied > 0 || cpu.loaded !== expected) {
        this.#task.fail(`page ${page} of mapping ${n} does not contain what was written`);
      }
    }
    for (let page = 0; page < TRIPLE_PAGES; page++) {
      yield* forceMunmap(this.#task, address + page * PAGE_SIZE, PAGE_SIZE);
    }
  }
}

export const mmapmany: Hog = {
  name: 'mmapmany',
  description:
    'map three pages and unmap the middle one, up to the limit of VMAs, then all of them',
  classes: ['vm', 'os'],
  options: {
    mlock: MLOCK,
    numa: NUMA,
  },
  shape: () => ({ processes: 1, threadsPerProcess: 1 }),
  needs: () => ({
    pages: TRIPLES_MAX * KEPT.length + 1,
    // Every third page is a hole.
    scatteredTables: Math.ceil(TRIPLES_MAX / PTRS_PER_TABLE) + 8,
  }),
  ownMm: true,
  start: (task) => new Mmapmany(task),
};
