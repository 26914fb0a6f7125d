/**
 * Two shapes of vm-scalability, whose usemem goes through memory with the threads of one process, word
 * after word: anon-w-seq-mt, each thread writing memory of its own, and mmap-xread-seq-mt, all of them
 * reading one mapping of a sparse file. An instance is a process, and a bogo-op a page that a thread has
 * gone through.
 *
 * usemem goes through it once and exits; here its runs follow each other: the threads begin together,
 * the first has made the file and the mapping that they share, and what was mapped is unmapped whole
 * before the next run.
 */
import { FILE_KIND, PAGE_SIZE } from '../../mm/layout.js';
import { COST, type Op } from '../../mm/op.js';
import { ANONYMOUS, MAP, PROT } from '../../mm/uapi.js';
import type { HogMetric } from '../../samples/stress-samples.js';
import type { Hog, HogRun, HogSetting, HogTask } from '../hog.js';
import { REGION_BYTES_MAX, mapRegion, newFile, partiesFrom } from '../map-region.js';
import { sharePages } from '../pages.js';
import { perSecond } from '../per-second.js';

/** Pages gone through between two looks at the time. */
const RUN_PAGES = 64;
const THREADS_MAX = 1024;

/**
 * Words of the meeting: whether another run begins, whether anybody has run out of memory, the mapping
 * that all share, pages gone through.
 */
const RUNS = 0;
const OUT = 1;
const SHARED = 2;
const DONE = 4;

/** How one of the shapes goes through its memory. */
interface Shape {
  /** Before the threads begin, the first of them alone: the address that all share, or 0. */
  prepare?(task: HogTask): Op<number>;
  /** After their last access. */
  clean?(task: HogTask, shared: number): Op<void>;
  /** The thread's part; `shared` is what `prepare` gave. How many pages it has gone through. */
  pass(task: HogTask, shared: number): Op<number>;
}

function threadsOf({ options }: HogSetting): number {
  return Number(options['threads']);
}

/** Of one instance, all its threads. */
function pagesOf({ options, instances }: HogSetting): number {
  return sharePages(Number(options['bytes']), instances);
}

class Usemem implements HogRun {
  readonly #shape: Shape;
  readonly #task: HogTask;
  readonly #all: readonly number[];
  #ns = 0;

  constructor(shape: Shape, task: HogTask) {
    this.#shape = shape;
    this.#task = task;
    this.#all = partiesFrom(0, threadsOf(task.setting));
  }

  *program(): Op<void> {
    const { cpu, meeting, thread } = this.#task;
    const since = cpu.now();
    let done = 0;
    for (;;) {
      if (thread === 0) yield* this.#prepare();
      yield* meeting.arrive(this.#all);
      if (meeting.get(RUNS) === 0) break;
      const shared = meeting.getWide(SHARED);
      done += yield* this.#shape.pass(this.#task, shared);
      yield* meeting.arrive(this.#all);
      if (thread === 0) yield* this.#shape.clean?.(this.#task, shared) ?? [];
    }
    this.#ns = cpu.now() - since;
    meeting.addWide(DONE, done);
    yield* meeting.arrive(this.#all);
  }

  *#prepare(): Op<void> {
    const { meeting } = this.#task;
    let runs = !this.#task.stopping() && meeting.get(OUT) === 0;
    if (runs && this.#shape.prepare !== undefined) {
      const shared = yield* this.#shape.prepare(this.#task);
      meeting.setWide(SHARED, shared);
      runs = shared !== 0;
    }
    meeting.set(RUNS, runs ? 1 : 0);
  }

  metrics(): readonly HogMetric[] {
    const kb = (this.#task.meeting.getWide(DONE) * PAGE_SIZE) / 1024;
    const value = perSecond(kb, this.#ns);
    return [{ description: 'KB per second', value, mean: 'total' }];
  }
}

/** Every word of some pages in order, `access` making what is not there present; how many pages. */
function* goThrough(
  task: HogTask,
  pages: number,
  access: (first: number, count: number) => Op<number>,
): Op<number> {
  let done = 0;
  while (done < pages && !task.stopping()) {
    const count = Math.min(RUN_PAGES, pages - done);
    task.cpu.chargeUser(COST.userPage, count);
    const denied = yield* access(done, count);
    if (denied > 0) {
      task.runOut(`no memory for ${denied} of ${count} pages`);
      task.meeting.set(OUT, 1);
      break;
    }
    done += count;
    yield* task.bogo(count);
  }
  return done;
}

const anonymousWrites: Shape = {
  *pass(task) {
    const { calls, setting } = task;
    const pages = Math.max(1, Math.floor(pagesOf(setting) / threadsOf(setting)));
    const address = yield* mapRegion(task, pages, ANONYMOUS);
    if (address === 0) {
      task.meeting.set(OUT, 1);
      return 0;
    }
    const done = yield* goThrough(task, pages, (first, count) =>
      calls.store(address + first * PAGE_SIZE, count, first),
    );
    yield* calls.munmap(address, pages * PAGE_SIZE);
    return done;
  },
};

const sharedFileReads: Shape = {
  *prepare(task) {
    const pages = pagesOf(task.setting);
    const file = yield* newFile(task, FILE_KIND.disk, pages);
    if (file === 0) return 0;
    const address = yield* mapRegion(task, pages, MAP.shared, file, PROT.read);
    // Removed when the run is over; the mapping keeps it until then.
    yield* task.calls.close(file);
    return address;
  },
  *clean({ calls, setting }, shared) {
    yield* calls.munmap(shared, pagesOf(setting) * PAGE_SIZE);
  },
  pass: (task, shared) =>
    goThrough(task, pagesOf(task.setting), (first, count) =>
      task.calls.load(shared + first * PAGE_SIZE, count),
    ),
};

function usememHog(
  shape: Shape,
  texts: Pick<Hog, 'name' | 'description'>,
  needs: Hog['needs'],
): Hog {
  return {
    ...texts,
    classes: ['vm-scalability'],
    options: {
      bytes: {
        takes: 'size',
        help: 'memory in all, divided among the instances (vm-scalability: half of what there is)',
        preset: 2 ** 30,
        min: 4096,
        max: REGION_BYTES_MAX,
      },
      threads: {
        takes: 'count',
        help: 'threads of every instance (vm-scalability: one for each CPU)',
        preset: 8,
        min: 1,
        max: THREADS_MAX,
      },
    },
    shape: (setting) => ({ processes: 1, threadsPerProcess: threadsOf(setting) }),
    needs,
    start: (task) => new Usemem(shape, task),
  };
}

export const vmScalability: readonly Hog[] = [
  usememHog(
    anonymousWrites,
    {
      name: 'anon-w-seq-mt',
      description: "vm-scalability's: threads that write anonymous memory of their own in order",
    },
    (setting) => ({ pages: pagesOf(setting) + threadsOf(setting) }),
  ),
  usememHog(
    sharedFileReads,
    {
      name: 'mmap-xread-seq-mt',
      description: "vm-scalability's: threads that all read one mapping of a sparse file in order",
    },
    (setting) => ({ pages: pagesOf(setting), files: 1, filePages: pagesOf(setting) }),
  ),
];
