/**
 * stress-ng's mremap: a populated mapping is halved by mremap down to two pages and doubled again, moved
 * at every step: the resize, to a place of the task's choice or the kernel's, and then a move that leaves
 * the old mapping behind, empty, to be unmapped. All of it under mmap_sem for write, and without faults.
 *
 * Sizes are whole pages, and every operation begins with the full size; stress-ng halves bytes and
 * begins where the doubling has ended.
 */
import { EINVAL } from '../../mm/errno.js';
import { PAGE_SIZE, PTRS_PER_TABLE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, MADV, MAP, MREMAP, READ_WRITE } from '../../mm/uapi.js';
import type { HogMetric } from '../../samples/stress-samples.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { sharePages } from '../pages.js';
import { CallTimes } from './call-times.js';
import { NUMA } from './common-options.js';
import { forceMunmap } from './force-munmap.js';
import { adviseRandomly } from './random-advice.js';

const TRIES_MAX = 100;
/** Pages filled or compared between two looks whether the run is over. */
const RUN_PAGES = 1024;

class Mremap implements HogRun {
  readonly #task: HogTask;
  readonly #pages: number;
  readonly #times = new CallTimes('mremap');
  #flags = ANONYMOUS | MAP.populate;
  /** The mapping, pages; no longer there when `#held` is 0. */
  #address = 0;
  #held = 0;
  #word = 0;

  constructor(task: HogTask) {
    this.#task = task;
    this.#pages = sharePages(Number(task.setting.options['bytes']), task.setting.instances);
  }

  *program(): Op<void> {
    const task = this.#task;
    for (let failures = 0; !task.stopping();) {
      if (!(yield* this.#map())) {
        this.#flags &= ~MAP.populate;
        failures += 1;
        if (failures < TRIES_MAX) continue;
        task.runOut('nothing can be mapped');
        return;
      }
      failures = 0;
      const isWhole = yield* this.#resize();
      if (isWhole) yield* this.#refuse();
      if (this.#held > 0) yield* forceMunmap(task, this.#address, this.#held * PAGE_SIZE);
      this.#held = 0;
      if (!isWhole) return;
      yield* task.bogo();
    }
  }

  metrics(): readonly HogMetric[] {
    return [
      { description: 'nanosecs per mremap call', value: this.#times.meanNs, mean: 'harmonic' },
    ];
  }

  *#map(): Op<boolean> {
    const { calls } = this.#task;
    const bytes = this.#pages * PAGE_SIZE;
    const address = yield* calls.mmap(0, bytes, READ_WRITE, this.#flags);
    if (address < 0) return false;
    this.#address = address;
    this.#held = this.#pages;
    yield* adviseRandomly(this.#task, address, bytes);
    yield* calls.madvise(address, bytes, MADV.mergeable);
    return true;
  }

  /** Down and up again. False when the run is over, or something is wrong. */
  *#resize(): Op<boolean> {
    const verifies = this.#task.setting.verify;
    if (verifies && !((yield* this.#fill()) && (yield* this.#check()))) return false;
    let pages = Math.floor(this.#pages / 2);
    for (; pages > 1; pages = Math.floor(pages / 2)) {
      if (!(yield* this.#step(pages)) || (verifies && !(yield* this.#check()))) return false;
    }
    for (pages = this.#held; pages < this.#pages; pages *= 2) {
      if (!(yield* this.#step(pages))) return false;
    }
    return true;
  }

  *#step(pages: number): Op<boolean> {
    const task = this.#task;
    const isMoved = yield* this.#tryResize(pages);
    if (!isMoved || task.stopping()) return false;
    if (task.setting.options['mlock'] === true) {
      yield* task.calls.mlock(this.#address, pages * PAGE_SIZE);
    }
    yield* adviseRandomly(task, this.#address, pages * PAGE_SIZE);
    return true;
  }

  *#tryResize(pages: number): Op<boolean> {
    const task = this.#task;
    let fixed = task.prng.below(2) === 0 ? 0 : MREMAP.fixed;
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const place = yield* this.#findPlace(pages);
      if (task.stopping()) return false;
      const flags = MREMAP.mayMove | (place > 0 ? fixed : 0);
      const moved = yield* this.#mremap(pages, flags, place);
      if (moved >= 0) {
        yield* this.#leave(pages);
        return true;
      }
      if (moved === -EINVAL) fixed = 0;
    }
    task.fail(`mremap from ${this.#held} to ${pages} pages has failed ${TRIES_MAX} times`);
    return false;
  }

  /** A free place: it was mapped a moment ago. 0 when there is none. */
  *#findPlace(pages: number): Op<number> {
    const { calls } = this.#task;
    const bytes = (pages + 1) * PAGE_SIZE;
    const address = yield* calls.mmap(0, bytes, READ_WRITE, ANONYMOUS);
    if (address < 0) return 0;
    yield* forceMunmap(this.#task, address, bytes);
    return address;
  }

  /** Moves the mapping on, which stays where it was as well, and unmaps it there. */
  *#leave(pages: number): Op<void> {
    const before = this.#address;
    const moved = yield* this.#mremap(pages, MREMAP.mayMove | MREMAP.dontUnmap, 0);
    if (moved >= 0) yield* forceMunmap(this.#task, before, pages * PAGE_SIZE);
  }

  *#mremap(pages: number, flags: number, newAddress: number): Op<number> {
    const { calls, cpu } = this.#task;
    const since = cpu.now();
    const moved = yield* calls.mremap({
      address: this.#address,
      oldBytes: this.#held * PAGE_SIZE,
      newBytes: pages * PAGE_SIZE,
      flags,
      newAddress,
    });
    if (moved < 0) return moved;
    this.#times.add(cpu.now() - since);
    this.#address = moved;
    this.#held = pages;
    return moved;
  }

  /** Calls that no mremap can answer: unknown flags, a place beyond all memory, a size of nothing. */
  *#refuse(): Op<void> {
    const { calls } = this.#task;
    const bytes = this.#held * PAGE_SIZE;
    const same = { address: this.#address, oldBytes: bytes, newBytes: bytes };
    yield* calls.mremap({ ...same, flags: -1 });
    const flags = MREMAP.mayMove | MREMAP.fixed;
    yield* calls.mremap({ ...same, flags, newAddress: 2 ** 64 - 1 });
    yield* calls.mremap({ ...same, newBytes: 0, flags: MREMAP.mayMove });
  }

  /** False when the run is over meanwhile, or there is no memory. */
  *#fill(): Op<boolean> {
    const task = this.#task;
    this.#word = task.prng.next32() | 0;
    for (let page = 0; page < this.#held; page += RUN_PAGES) {
      if (task.stopping()) return false;
      const pages = Math.min(RUN_PAGES, this.#held - page);
      const at = this.#address + page * PAGE_SIZE;
      if ((yield* task.calls.fill(at, pages, this.#word + page)) > 0) {
        task.runOut('no memory for the pages of a mapping');
        return false;
      }
    }
    return true;
  }

  *#check(): Op<boolean> {
    const task = this.#task;
    for (let page = 0; page < this.#held; page += RUN_PAGES) {
      if (task.stopping()) return false;
      const pages = Math.min(RUN_PAGES, this.#held - page);
      const at = this.#address + page * PAGE_SIZE;
      const wrong = yield* task.calls.compare(at, pages, this.#word + page);
      if (wrong > 0) {
        task.fail(`${wrong} of ${pages} pages do not contain what was written before the move`);
        return false;
      }
    }
    return true;
  }
}

export const mremap: Hog = {
  name: 'mremap',
  description:
    'halve a mapping by mremap down to two pages and double it again, moving it each time',
  classes: ['vm', 'os'],
  options: {
    bytes: {
      takes: 'size',
      preset: 2 ** 28,
      min: 4096,
      max: 2 ** 48 - 1,
      help: 'the mappings of all instances together',
    },
    mlock: { takes: 'nothing', help: 'lock the pages into memory after every move' },
    numa: NUMA,
  },
  ownMm: true,
  shape: () => ({ processes: 1, threadsPerProcess: 1 }),
  needs: ({ options, instances }) => {
    const pages = sharePages(Number(options['bytes']), instances);
    // While it moves a mapping has tables in both places.
    return { pages, scatteredTables: Math.ceil(pages / PTRS_PER_TABLE) + 16 };
  },
  start: (task) => new Mremap(task),
};
