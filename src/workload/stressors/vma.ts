/**
 * stress-ng's vma, as of its releases 0.18.07 to 0.19.05: two processes per instance, each with 31
 * threads that map, unmap, change, look at and read the same 32 pages. A process lives for ten seconds,
 * after which another one does the same elsewhere. A bogo-op is an mmap that succeeds.
 *
 * The processes that fork them only wait; here the first thread of a process ends it and begins the next
 * one. Mappings get no names, which 4.17 has not. A reading of maps counts when it is complete, where
 * stress-ng counts a thread that was not cancelled, which is none.
 */
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { MAP, READ_WRITE } from '../../mm/uapi.js';
import type { HogMetric } from '../../samples/stress-samples.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { partiesFrom } from '../map-region.js';
import { perSecond } from '../per-second.js';
import { SLOTS, VMA_KINDS, VMA_ROLES, VmaThread, type VmaRole } from './vma-threads.js';

const PROCESSES = 2;
const THREADS = VMA_ROLES.length;
const LIFE_MS = 10_000;

/** Words of the meeting: where each process has its slots, page number + 1, 0 for the end; then counts. */
const FIRST_PAGE = 0;
const COUNTS = FIRST_PAGE + 2 * PROCESSES;

const ALL = partiesFrom(0, PROCESSES * THREADS);
/** Barriers 0 and 1 are the processes' own. */
const ALL_BARRIER = 2;

class Vma implements HogRun {
  readonly #task: HogTask;
  readonly #thread: VmaThread;
  readonly #role: VmaRole;
  /** Those of the same process. */
  readonly #parties: readonly number[];
  readonly #lifeNs: number;
  #untilNs = 0;
  #ns = 0;

  constructor(task: HogTask) {
    this.#task = task;
    this.#thread = new VmaThread(task, () => this.#isOver());
    this.#role = VMA_ROLES[task.thread]!;
    this.#parties = partiesFrom(task.process * THREADS, THREADS);
    this.#lifeNs = Number(task.setting.options['life-ms']) * 1e6;
  }

  *program(): Op<void> {
    const { cpu, meeting, thread } = this.#task;
    const since = cpu.now();
    while (yield* this.#begin()) {
      this.#untilNs = cpu.now() + this.#lifeNs;
      while (!this.#isOver()) yield* this.#thread[this.#role]();
      yield* this.#meet();
      if (thread === 0) yield* this.#task.exitProcess();
    }
    this.#ns = cpu.now() - since;
    for (const [i, kind] of VMA_KINDS.entries()) {
      meeting.addWide(COUNTS + 2 * i, this.#thread.counts[kind]);
    }
    yield* meeting.arrive(ALL, ALL_BARRIER);
  }

  metrics(): readonly HogMetric[] {
    const { meeting } = this.#task;
    return VMA_KINDS.map((kind, i) => {
      const value = perSecond(meeting.getWide(COUNTS + 2 * i), this.#ns);
      return { description: `${kind} per second`, value, mean: 'harmonic' };
    });
  }

  #isOver(): boolean {
    return this.#task.stopping() || this.#task.cpu.now() >= this.#untilNs;
  }

  #meet(): Op<void> {
    return this.#task.meeting.arrive(this.#parties, this.#task.process);
  }

  /** Whether there is another life: all threads of the process begin it together. */
  *#begin(): Op<boolean> {
    const { meeting, thread } = this.#task;
    const word = FIRST_PAGE + 2 * this.#task.process;
    if (thread === 0) {
      const page = this.#task.stopping() ? 0 : yield* this.#findSlots();
      meeting.setWide(word, page + 1);
    }
    yield* this.#meet();
    const page = meeting.getWide(word) - 1;
    this.#thread.address = page * PAGE_SIZE;
    return page > 0;
  }

  /** Draws addresses until all slots can be mapped there, and leaves them mapped: the first page. */
  *#findSlots(): Op<number> {
    const { calls } = this.#task;
    const flags = MAP.fixed | MAP.anonymous | MAP.shared;
    while (!this.#task.stopping()) {
      const first = this.#drawPage();
      let mapped = 0;
      for (; mapped < SLOTS; mapped++) {
        const address = (first + mapped) * PAGE_SIZE;
        if ((yield* calls.mmap(address, PAGE_SIZE, READ_WRITE, flags)) !== address) break;
      }
      if (first > 0 && mapped === SLOTS) return first;
      if (mapped > 0) yield* calls.munmap(first * PAGE_SIZE, mapped * PAGE_SIZE);
    }
    return 0;
  }

  /** An address of 32 to 59 bits, one in five of 31: those beyond user space cannot be mapped. */
  #drawPage(): number {
    const { prng } = this.#task;
    const highBits = prng.below(28);
    const high = prng.next32() % 2 ** highBits;
    const low = prng.next32();
    if (prng.below(5) === 0) return Math.floor((low % 2 ** 31) / PAGE_SIZE);
    return high * (2 ** 32 / PAGE_SIZE) + Math.floor(low / PAGE_SIZE);
  }
}

export const vma: Hog = {
  name: 'vma',
  description: 'two processes of 31 threads that map, unmap, change and read the same 32 pages',
  classes: ['vm'],
  options: {
    'life-ms': {
      takes: 'count',
      help: 'how long a process lives, milliseconds (stress-ng: always 10000)',
      preset: LIFE_MS,
      min: 1,
      max: 86_400_000,
    },
  },
  forks: true,
  shape: () => ({ processes: PROCESSES, threadsPerProcess: THREADS }),
  // Every slot may be private, and shared a moment ago; what is shared anonymous is a file of its own.
  needs: () => ({ pages: 4 * PROCESSES * SLOTS, files: 4 * PROCESSES * SLOTS }),
  start: (task) => new Vma(task),
};
