/**
 * stress-ng's mmaphuge: mappings of 2 MiB to 1 GiB, for huge pages. One operation is a mapping that could
 * be made; a word is written in every 64th page of it and compared. When there are enough of them each is
 * advised about huge pages, and unmapped in two calls: its last page, and the rest.
 *
 * No huge pages are reserved here, so that what asks for them is refused; the others get them or not as
 * the kernel's setting of transparent huge pages says. stress-ng goes on until its number of mappings, or
 * until the machine begins to swap. Here there is no swap, and all instances together stop at a part of
 * the memory: rounds are shorter, and the same otherwise.
 */
import { FILE_KIND, PAGE_SIZE, PTRS_PER_TABLE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { MADV, MAP, READ_WRITE } from '../../mm/uapi.js';
import type { Hog, HogNeeds, HogRun, HogSetting, HogTask } from '../hog.js';
import { MLOCK, NUMA } from './common-options.js';
import { forceMunmap } from './force-munmap.js';

const MIB_PAGES = 256;
const GIB_PAGES = 1024 * MIB_PAGES;
/** With MAP_HUGETLB the uppermost bits may be the logarithm of the page size. */
const hugetlbOf = (sizeLog: number): number => MAP.hugetlb | (sizeLog << 26);

/** Taken in turn; the next one where one fails. */
const SIZES: readonly { readonly flags: number; readonly pages: number }[] = [
  { flags: hugetlbOf(21), pages: 2 * MIB_PAGES },
  { flags: hugetlbOf(30), pages: GIB_PAGES },
  { flags: hugetlbOf(29), pages: GIB_PAGES / 2 },
  { flags: MAP.hugetlb, pages: GIB_PAGES },
  { flags: MAP.hugetlb, pages: 16 * MIB_PAGES },
  { flags: MAP.hugetlb, pages: 2 * MIB_PAGES },
  { flags: 0, pages: GIB_PAGES },
  { flags: 0, pages: 16 * MIB_PAGES },
  { flags: 0, pages: 2 * MIB_PAGES },
];
/** Of those that can be had. */
const PLAIN = SIZES.filter(({ flags }) => flags === 0);

const FILE_PAGES = 16 * MIB_PAGES;
/** A mapping of the file begins at one of so many of its first pages. */
const FILE_OFFSETS = 16;

/** One word in so many pages. */
const STRIDE_PAGES = 64;
/** All instances together map until they have touched such a part of the memory, tables included. */
const MEMORY_SHARE = 1 / 64;
/** Tables of a mapping beyond those for its pages: its ends, on every level of two trees. */
const RAGGED_TABLES = 8;

/** Page frames that a mapping of small pages takes, and tables: its own, and a shared file's. */
function framesOf(pages: number, setting: HogSetting): number {
  const frames = setting.options['mlock'] === true ? pages : Math.ceil(pages / STRIDE_PAGES) + 1;
  return frames + 2 * Math.ceil(pages / PTRS_PER_TABLE) + RAGGED_TABLES;
}

/** Of a mapping of every size. */
function framesOfAll(setting: HogSetting): number {
  return PLAIN.reduce((sum, { pages }) => sum + framesOf(pages, setting), 0);
}

/** Frames after which an instance stops mapping: at least one mapping of every size fits. */
function budgetOf(setting: HogSetting): number {
  const round = framesOfAll(setting);
  const rounds = Math.ceil(Number(setting.options['mmaps']) / PLAIN.length);
  const share = (setting.memoryBytes * MEMORY_SHARE) / setting.instances / PAGE_SIZE;
  return Math.min(Math.max(round, Math.floor(share)), rounds * round);
}

/** A mapping that was made. */
interface Made {
  readonly address: number;
  readonly pages: number;
}

class Mmaphuge implements HogRun {
  readonly #task: HogTask;
  readonly #budget: number;
  readonly #made: Made[] = [];
  #frames = 0;
  /** Which of SIZES is next. */
  #turn = 0;
  #file = 0;

  constructor(task: HogTask) {
    this.#task = task;
    this.#budget = budgetOf(task.setting);
  }

  *program(): Op<void> {
    const task = this.#task;
    if (task.setting.options['file'] === true) {
      this.#file = yield* task.calls.open(FILE_KIND.disk, FILE_PAGES * PAGE_SIZE);
    }
    do {
      const mapped = yield* this.#mapAll();
      const isShort = mapped === 0 && !task.stopping();
      if (isShort) task.runOut('no mapping and its pages can be had');
      for (const { address, pages } of this.#made) {
        if (task.stopping()) break;
        yield* task.calls.madvise(address, pages * PAGE_SIZE, MADV.noHugePage);
        yield* task.calls.madvise(address, pages * PAGE_SIZE, MADV.hugePage);
      }
      for (const made of this.#made) yield* this.#unmap(made);
      this.#made.length = 0;
      this.#frames = 0;
      if (isShort) break;
    } while (!task.stopping());
    if (this.#file !== 0) yield* task.calls.close(this.#file);
  }

  /** Maps until there are enough, or memory would get short: how many mappings have their pages. */
  *#mapAll(): Op<number> {
    const task = this.#task;
    const enough = Number(task.setting.options['mmaps']);
    let mapped = 0;
    for (; mapped < enough && !task.stopping(); mapped++) {
      const made = yield* this.#mapNext();
      if (made === undefined) return mapped;
      this.#made.push(made);
      if (!(yield* this.#touch(made))) return mapped;
      yield* task.bogo();
    }
    return mapped;
  }

  /** The next size that can be had; undefined when none can, or it is too much. */
  *#mapNext(): Op<Made | undefined> {
    const { prng, setting } = this.#task;
    for (let left = SIZES.length; left > 0; left--) {
      const { flags, pages } = SIZES[this.#turn]!;
      const type = prng.below(2) === 0 ? MAP.private : MAP.shared;
      const frames = framesOf(pages, setting);
      // What is refused anyway is asked for all the same.
      if (flags === 0 && this.#frames + frames > this.#budget) return undefined;
      this.#turn = (this.#turn + 1) % SIZES.length;
      const address = yield* this.#tryMap(pages, flags | type);
      if (address < 0) continue;
      this.#frames += frames;
      return { address, pages };
    }
    return undefined;
  }

  /** From the file if the mapping fits into it, else anonymous. */
  *#tryMap(pages: number, flags: number): Op<number> {
    const { calls, prng } = this.#task;
    const bytes = pages * PAGE_SIZE;
    if (this.#file !== 0) {
      const offset = prng.below(FILE_OFFSETS) * PAGE_SIZE;
      if (bytes + offset < FILE_PAGES * PAGE_SIZE) {
        const mapped = yield* calls.mmap(0, bytes, READ_WRITE, flags, this.#file, offset);
        if (mapped >= 0) return mapped;
        const atStart = yield* calls.mmap(0, bytes, READ_WRITE, flags, this.#file);
        if (atStart >= 0) return atStart;
      }
    }
    return yield* calls.mmap(0, bytes, READ_WRITE, flags | MAP.anonymous);
  }

  /** False when memory has run out. */
  *#touch({ address, pages }: Made): Op<boolean> {
    const { calls, cpu, prng, setting } = this.#task;
    if (setting.options['mlock'] === true) yield* calls.mlock(address, pages * PAGE_SIZE);
    const word = prng.next32();
    for (let page = 0; page < pages; page += STRIDE_PAGES) {
      const denied = yield* calls.store(address + page * PAGE_SIZE, 1, (word + page) | 0);
      if (denied > 0) return false;
    }
    let wrong = 0;
    for (let page = 0; page < pages; page += STRIDE_PAGES) {
      const denied = yield* calls.load(address + page * PAGE_SIZE, 1);
      if (denied > 0 || cpu.loaded !== ((word + page) | 0)) wrong += 1;
    }
    if (wrong > 0) this.#task.fail(`${wrong} pages do not contain what was written`);
    return true;
  }

  *#unmap({ address, pages }: Made): Op<void> {
    const { calls, prng } = this.#task;
    const rest = (pages - 1) * PAGE_SIZE;
    yield* calls.store(address, 1, prng.next32() | 0);
    yield* calls.store(address + rest, 1, prng.next32() | 0);
    const failed =
      (yield* forceMunmap(this.#task, address + rest, PAGE_SIZE)) < 0 ||
      (yield* forceMunmap(this.#task, address, rest)) < 0;
    if (failed) yield* forceMunmap(this.#task, address, pages * PAGE_SIZE);
  }
}

/** A page of 4 KiB is touched where a huge one may come instead, up to half of the machine's memory. */
function needs(setting: HogSetting): HogNeeds {
  const small = budgetOf(setting);
  const half = Math.floor(setting.memoryBytes / 2 / setting.instances / PAGE_SIZE);
  const filePages = setting.options['file'] === true ? FILE_PAGES : 0;
  return {
    pages: Math.max(small, Math.min(half, small * STRIDE_PAGES)) + filePages,
    // Those of all sizes together are a quarter of what they take.
    scatteredTables: Math.ceil(small / 3) + 64,
    // Of each shared mapping, and the file that is mapped.
    files: PLAIN.length * Math.ceil(small / framesOfAll(setting)) + 1,
    filePages,
  };
}

export const mmaphuge: Hog = {
  name: 'mmaphuge',
  description:
    'map up to 1 GiB at a time, for huge pages, touch every 64th page, unmap in two calls',
  classes: ['vm', 'os'],
  options: {
    mmaps: { takes: 'count', preset: 8192, min: 1, max: 65_536, help: 'mappings of one round' },
    file: { takes: 'nothing', help: 'map a file of 16 MiB where it is large enough' },
    mlock: MLOCK,
    numa: NUMA,
  },
  shape: () => ({ processes: 1, threadsPerProcess: 1 }),
  needs,
  start: (task) => new Mmaphuge(task),
};
