/**
 * stress-ng's vm: maps a buffer, writes and reads all of it in the order of addresses, and unmaps it in
 * one call. Whatever `--vm-method` says: all methods come to that as far as page faults go, and a page
 * has one word of content here.
 *
 * stress-ng counts a method's accesses and divides by 4096. Here an access is a word of 8 bytes that was
 * written and read back, as in its method write64: 8 pages are one operation.
 */
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, MADV, MAP, READ_WRITE } from '../../mm/uapi.js';
import type { HogMetric } from '../../samples/stress-samples.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { nap } from '../nap.js';
import { sharePages } from '../pages.js';
import { CallTimes } from './call-times.js';
import { NUMA } from './common-options.js';
import { forceMunmap } from './force-munmap.js';
import { adviseRandomly } from './random-advice.js';

/** Pages whose words, 512 each, are the 4096 accesses of one operation. */
const PAGES_PER_OP = 8;
/** Written between two looks whether the run is over. */
const RUN_PAGES = 1024;

const TRIES_MAX = 32;
const RETRY_NS = 10_000_000;

const ADVICES: Readonly<Record<string, number>> = {
  dontneed: MADV.dontNeed,
  hugepage: MADV.hugePage,
  mergeable: MADV.mergeable,
  nohugepage: MADV.noHugePage,
  normal: MADV.normal,
  random: MADV.random,
  sequential: MADV.sequential,
  unmergeable: MADV.unmergeable,
  willneed: MADV.willNeed,
};

const METHODS =
  'all cache-lines cache-stripe checkerboard flip fwdrev galpat-0 galpat-1 gray grayflip incdec ' +
  'inc-nybble lfsr32 modulo-x move-inv mscan one-zero prime-0 prime-1 prime-gray-0 prime-gray-1 ' +
  'prime-incdec rand-set rand-sum read64 ror rowhammer swap walk-0a walk-0d walk-1a walk-1d ' +
  'walk-flush write64 write64ds write64nt write1024v wrrd128nt zero-one';

class Vm implements HogRun {
  readonly #task: HogTask;
  readonly #flags: number;
  readonly #maps = new CallTimes('mmap');
  readonly #unmaps = new CallTimes('munmap');
  #pages: number;
  /** Of the buffer, 0 when there is none. */
  #address = 0;
  /** Pages that count for the next operation. */
  #counted = 0;

  constructor(task: HogTask) {
    const { options, instances } = task.setting;
    this.#task = task;
    this.#pages = sharePages(Number(options['bytes']), instances);
    const populate = options['populate'] === true ? MAP.populate : 0;
    this.#flags = ANONYMOUS | populate | (options['locked'] === true ? MAP.locked : 0);
  }

  *program(): Op<void> {
    const task = this.#task;
    const keeps = task.setting.options['keep'] === true;
    do {
      if (this.#address === 0 && !(yield* this.#map())) return;
      // Not even mapped: it was time to stop.
      if (this.#address === 0) return;
      const hasMemory = yield* this.#writeAndRead();
      if (!hasMemory) task.runOut('no memory for the pages of the buffer');
      yield* this.#hang();
      if (!keeps || !hasMemory) yield* this.#unmap();
      if (!hasMemory) return;
    } while (!task.stopping());
    if (this.#address !== 0) yield* this.#unmap();
  }

  metrics(): readonly HogMetric[] {
    return [...this.#maps.metrics(), ...this.#unmaps.metrics()];
  }

  /** Maps the buffer, or a smaller one; false when even a page is too much. */
  *#map(): Op<boolean> {
    const task = this.#task;
    for (let tries = 1; !task.stopping(); tries++) {
      const since = task.cpu.now();
      const address = yield* task.calls.mmap(0, this.#pages * PAGE_SIZE, READ_WRITE, this.#flags);
      if (address >= 0) {
        this.#maps.add(task.cpu.now() - since);
        this.#address = address;
        yield* this.#advise();
        return true;
      }
      if (tries === TRIES_MAX) {
        tries = 0;
        this.#pages = Math.floor((this.#pages * 15) / 16);
        if (this.#pages === 0) {
          task.runOut('no buffer can be mapped');
          return false;
        }
      }
      yield* nap(task, RETRY_NS);
    }
    return true;
  }

  *#advise(): Op<void> {
    const task = this.#task;
    const advice = ADVICES[String(task.setting.options['madvise'])];
    const bytes = this.#pages * PAGE_SIZE;
    if (advice === undefined) yield* adviseRandomly(task, this.#address, bytes);
    else yield* task.calls.madvise(this.#address, bytes, advice);
  }

  /** One pass of the method, cut short when the run is over; false when memory ran out. */
  *#writeAndRead(): Op<boolean> {
    const task = this.#task;
    const word = task.prng.next32() | 0;
    for (let page = 0; page < this.#pages; page += RUN_PAGES) {
      if (task.stopping()) return true;
      const pages = Math.min(RUN_PAGES, this.#pages - page);
      const denied = yield* task.calls.fill(this.#address + page * PAGE_SIZE, pages, word + page);
      if (denied > 0) return false;
    }
    for (let page = 0; page < this.#pages && !task.stopping();) {
      const pages = Math.min(PAGES_PER_OP - this.#counted, this.#pages - page);
      const at = this.#address + page * PAGE_SIZE;
      const wrong = yield* task.calls.compare(at, pages, word + page);
      if (wrong > 0) task.fail(`${wrong} of ${pages} pages do not contain what was written`);
      page += pages;
      this.#counted += pages;
      if (this.#counted === PAGES_PER_OP) {
        yield* task.bogo();
        this.#counted = 0;
      }
    }
    return true;
  }

  /** `--vm-hang`: for ever if it is 0. */
  *#hang(): Op<void> {
    const seconds = Number(this.#task.setting.options['hang']);
    if (seconds < 0) return;
    yield* nap(this.#task, seconds === 0 ? Infinity : seconds * 1e9);
  }

  *#unmap(): Op<void> {
    const task = this.#task;
    const bytes = this.#pages * PAGE_SIZE;
    yield* adviseRandomly(task, this.#address, bytes);
    const since = task.cpu.now();
    yield* forceMunmap(task, this.#address, bytes);
    this.#unmaps.add(task.cpu.now() - since);
    this.#address = 0;
  }
}

export const vm: Hog = {
  name: 'vm',
  description: 'map a buffer, write and read all of it, unmap it whole',
  classes: ['vm', 'memory', 'os'],
  options: {
    bytes: {
      takes: 'size',
      preset: 2 ** 28,
      min: 4096,
      max: 2 ** 48 - 1,
      help: 'the buffers of all instances together',
    },
    hang: {
      takes: 'count',
      preset: -1,
      min: 0,
      max: 3600,
      help: 'seconds to sleep before a buffer is unmapped, 0 for ever (default: none)',
    },
    keep: { takes: 'nothing', help: 'map the buffer once, and write it over and over' },
    locked: { takes: 'nothing', help: 'map it with MAP_LOCKED' },
    populate: { takes: 'nothing', help: 'map it with MAP_POPULATE' },
    madvise: {
      takes: 'name',
      preset: '',
      names: Object.keys(ADVICES),
      help: 'advice for every buffer (default: a random one each time)',
    },
    method: {
      takes: 'name',
      preset: 'all',
      names: METHODS.split(' '),
      help: 'accepted; all of them write and read the buffer once in the order of addresses',
    },
    flush: { takes: 'nothing', help: 'accepted; there is no data cache to flush' },
    numa: NUMA,
  },
  shape: () => ({ processes: 1, threadsPerProcess: 1 }),
  needs: ({ options, instances }) => ({ pages: sharePages(Number(options['bytes']), instances) }),
  start: (task) => new Vm(task),
};
