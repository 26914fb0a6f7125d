/**
 * stress-ng's mmapfork: a parent and its children, each of which maps shared anonymous memory populated,
 * writes all of it, lets go of the pages, unmaps it in one call, and exits. One operation is a life of
 * all children; each of them has an mm of its own.
 *
 * A fork copies nothing here. The page that stress-ng marks MADV_WIPEONFORK is mapped, marked and
 * unmapped, but no child can look whether it was wiped.
 */
import { PAGE_SIZE } from '../../mm/layout.js';
import { tablesOfTree } from '../../mm/page-cache.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, MADV, MAP, READ_WRITE } from '../../mm/uapi.js';
import type { Hog, HogRun, HogSetting, HogTask } from '../hog.js';
import { partiesFrom } from '../map-region.js';
import { forceMunmap } from './force-munmap.js';

/** The word of the meeting that says what the next meeting of parent and children is about. */
const ORDER = 0;
const LIVE = 1;
const END = 2;
/** Not 0 once a child had too little memory. Only the parent goes by it, between two lives. */
const OUT = 1;

/** Written between two looks whether the run is over. */
const RUN_PAGES = 4096;
const SHARED = MAP.shared | MAP.anonymous;

/** Tables of a tree beyond its full ones: one on each level, and a second where it is cut. */
const RAGGED_TABLES = 8;

function procsOf(setting: HogSetting): number {
  return Number(setting.options['procs']);
}

/** Of one child: its part of half of the memory, or of half of `--mmapfork-bytes`. */
function pagesPerChild(setting: HogSetting): number {
  const total = Number(setting.options['bytes']) || setting.memoryBytes;
  const bytes = total / (setting.instances * procsOf(setting)) / 2;
  return Math.max(1, Math.floor(bytes / PAGE_SIZE));
}

/** Parent and children. */
function everybody(setting: HogSetting): readonly number[] {
  return partiesFrom(0, 1 + procsOf(setting));
}

class Parent implements HogRun {
  readonly #task: HogTask;

  constructor(task: HogTask) {
    this.#task = task;
  }

  *program(): Op<void> {
    const { calls, meeting, setting } = this.#task;
    const all = everybody(setting);
    const wiped = yield* calls.mmap(0, PAGE_SIZE, READ_WRITE, ANONYMOUS);
    if (wiped >= 0) {
      yield* calls.fill(wiped, 1, -1);
      yield* calls.madvise(wiped, PAGE_SIZE, MADV.wipeOnFork);
    }
    do {
      meeting.set(ORDER, LIVE);
      // They are forked, and waited for.
      yield* meeting.arrive(all);
      yield* meeting.arrive(all);
      yield* this.#task.bogo();
    } while (meeting.get(OUT) === 0 && !this.#task.stopping());
    meeting.set(ORDER, END);
    yield* meeting.arrive(all);
    if (wiped >= 0) yield* calls.munmap(wiped, PAGE_SIZE);
  }
}

class Child implements HogRun {
  readonly #task: HogTask;
  readonly #pages: number;

  constructor(task: HogTask) {
    this.#task = task;
    this.#pages = pagesPerChild(task.setting);
  }

  *program(): Op<void> {
    const { meeting, setting } = this.#task;
    const all = everybody(setting);
    for (;;) {
      yield* meeting.arrive(all);
      if (meeting.get(ORDER) === END) return;
      yield* this.#live();
      yield* this.#task.exitProcess();
      yield* meeting.arrive(all);
    }
  }

  /** Ends where it is when the run is over: exit sees to the rest. */
  *#live(): Op<void> {
    const task = this.#task;
    const { calls } = task;
    const bytes = this.#pages * PAGE_SIZE;
    let address = yield* calls.mmap(0, bytes, READ_WRITE, SHARED | MAP.populate);
    if (address < 0) address = yield* calls.mmap(0, bytes, READ_WRITE, SHARED);
    if (address < 0 || task.stopping()) return;
    yield* calls.madvise(address, bytes, MADV.willNeed);
    for (let done = 0; done < this.#pages; done += RUN_PAGES) {
      if (task.stopping()) return;
      const pages = Math.min(RUN_PAGES, this.#pages - done);
      const denied = yield* calls.fill(address + done * PAGE_SIZE, pages, 0);
      if (denied > 0) {
        task.runOut('no memory for the pages of a child');
        task.meeting.set(OUT, 1);
        return;
      }
    }
    if (task.stopping()) return;
    yield* calls.madvise(address, bytes, MADV.dontNeed);
    if (task.stopping()) return;
    yield* forceMunmap(task, address, bytes);
  }
}

export const mmapfork: Hog = {
  name: 'mmapfork',
  description:
    'processes that begin, map, write and unmap shared memory whole, and end, over and over',
  classes: ['vm', 'os'],
  options: {
    bytes: {
      takes: 'size',
      preset: 0,
      min: 4096,
      max: 2 ** 48 - 1,
      help: 'memory of which all children together map half (default: that of the machine)',
    },
    procs: { takes: 'count', preset: 32, min: 1, max: 256, help: 'children of one instance' },
  },
  forks: true,
  shape: (setting) => ({ processes: 1 + procsOf(setting), threadsPerProcess: 1 }),
  needs: (setting) => {
    const [procs, pages] = [procsOf(setting), pagesPerChild(setting)];
    // What they share is a file's, which has a tree of its own for them.
    return {
      pages: procs * pages + 1,
      files: procs,
      scatteredTables: procs * (tablesOfTree(pages) + RAGGED_TABLES),
    };
  },
  start: (task) => (task.process === 0 ? new Parent(task) : new Child(task)),
};
