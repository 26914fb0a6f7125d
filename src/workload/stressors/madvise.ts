/**
 * stress-ng's madvise: a region is mapped, filled and advised as a whole; then eight threads of the process
 * give every page of it some advice, in order and at random, while they read smaps and maps now and then;
 * then it is unmapped, and nobody is left to be in the way. Once through all that is a bogo-op.
 *
 * The thread that maps is one of the eight, where stress-ng's only waits for them. Pages are never
 * poisoned, which stress-ng does on demand alone, nor taken off line.
 */
import { FILE_KIND, PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, MADV, MAP, MS, READ_WRITE } from '../../mm/uapi.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { newFile, partiesFrom } from '../map-region.js';
import { nap } from '../nap.js';
import { wholePages } from '../pages.js';
import { adviseRandomly } from './random-advice.js';

const THREADS = 8;
/** mmaps that may fail one after the other, and how long the next one waits then. */
const RETRIES = 256;
const RETRY_NS = 100_000_000;

/** What a page may be advised: all that there is, NORMAL standing for poisoning and off-lining, too. */
const PAGE_ADVICES = [...Object.values(MADV), MADV.normal, MADV.normal] as const;
const NO_ADVICE = -1;
/** Longer than any region (an invalid length of stress-ng's). */
const TOO_LONG = 0xffff_0000;

/** Words of the meeting: the region, bytes, 0 for the end. */
const REGION = 0;
const ALL = partiesFrom(0, THREADS);

class Madvise implements HogRun {
  readonly #task: HogTask;
  readonly #pages: number;
  readonly #bytes: number;
  #file = 0;
  #ops = 0;

  constructor(task: HogTask) {
    this.#task = task;
    this.#pages = wholePages(Number(task.setting.options['bytes']));
    this.#bytes = this.#pages * PAGE_SIZE;
  }

  *program(): Op<void> {
    const { meeting, thread } = this.#task;
    const isFirst = thread === 0;
    if (isFirst) this.#file = yield* newFile(this.#task, FILE_KIND.disk, this.#pages);
    for (;;) {
      if (isFirst) meeting.setWide(REGION, yield* this.#map());
      yield* meeting.arrive(ALL);
      const region = meeting.getWide(REGION);
      if (region === 0) break;
      yield* this.#advisePages(region);
      yield* meeting.arrive(ALL);
      if (isFirst) yield* this.#unmap(region);
    }
    if (isFirst && this.#file !== 0) yield* this.#task.calls.close(this.#file);
  }

  /** Where the region is, ready for the threads; 0 when it is time, or there is no memory. */
  *#map(): Op<number> {
    const { calls, prng, setting } = this.#task;
    if (this.#file === 0) return 0;
    for (let i = 0; i < RETRIES && !this.#task.stopping(); i++) {
      const file = prng.below(2) === 1 ? this.#file : 0;
      const flags = (file === 0 ? ANONYMOUS : MAP.private) | MAP.populate;
      const at = yield* calls.mmap(0, this.#bytes, READ_WRITE, flags, file);
      if (at < 0) {
        if (i > 0) yield* nap(this.#task, RETRY_NS);
        continue;
      }
      yield* calls.fill(at, this.#pages, 1);
      yield* adviseRandomly(this.#task, at, this.#bytes);
      if (setting.pageIn) {
        yield* calls.madvise(at, this.#bytes, MADV.populateRead);
        yield* calls.madvise(at, this.#bytes, MADV.populateWrite);
      }
      // process_madvise of oneself; with no such advice, and for nobody, it fails.
      for (const advice of [MADV.pageOut, MADV.cold, NO_ADVICE]) {
        yield* calls.madvise(at, this.#bytes, advice);
      }
      return at;
    }
    if (!this.#task.stopping()) this.#task.runOut('no memory for a region: gave up mapping it');
    return 0;
  }

  /** What each of the threads does. */
  *#advisePages(region: number): Op<void> {
    const { calls, prng } = this.#task;
    for (let page = 0; page < this.#pages && !this.#task.stopping(); page++) {
      const at = region + page * PAGE_SIZE;
      yield* calls.madvise(at, PAGE_SIZE, pageAdvice(this.#task));
      if (prng.below(16) === 0) yield* calls.readSmaps();
      if (prng.below(16) === 0) yield* calls.readMaps();
      yield* calls.msync(at, PAGE_SIZE, MS.async);
    }
    for (let i = 0; i < this.#pages && !this.#task.stopping(); i++) {
      const at = region + prng.below(this.#pages) * PAGE_SIZE;
      yield* calls.madvise(at, PAGE_SIZE, pageAdvice(this.#task));
      yield* calls.msync(at, PAGE_SIZE, MS.async);
    }
    yield* this.#adviseWrongly(region);
  }

  /** No such advice, no page's address, a locked page, a page that is not mapped. */
  *#adviseWrongly(region: number): Op<void> {
    const { calls } = this.#task;
    yield* calls.madvise(region, PAGE_SIZE, NO_ADVICE);
    yield* calls.madvise(region + 1, PAGE_SIZE, MADV.normal);
    if ((yield* calls.mlock(region, PAGE_SIZE)) === 0) {
      yield* calls.madvise(region, PAGE_SIZE, MADV.remove);
      yield* calls.madvise(region, PAGE_SIZE, MADV.dontNeed);
      yield* calls.munlock(region, PAGE_SIZE);
    }
    const page = yield* calls.mmap(0, PAGE_SIZE, READ_WRITE, ANONYMOUS);
    if (page < 0) return;
    yield* calls.munmap(page, PAGE_SIZE);
    yield* calls.madvise(page, PAGE_SIZE, MADV.normal);
  }

  /** After the threads: more that is wrong, and the end of the region. */
  *#unmap(region: number): Op<void> {
    const { calls } = this.#task;
    yield* calls.madvise(region, 0, MADV.normal);
    yield* calls.madvise(region, TOO_LONG, MADV.normal);
    yield* calls.madvise(region, this.#bytes, NO_ADVICE);
    yield* calls.munmap(region, this.#bytes);
    yield* calls.madvise(region, this.#bytes, MADV.normal);
    yield* calls.madvise(2 ** 64 - PAGE_SIZE, 2 * PAGE_SIZE, MADV.normal);
    yield* calls.madvise(0, 0, PAGE_ADVICES[this.#ops % PAGE_ADVICES.length]!);
    this.#ops += 1;
    yield* this.#task.bogo();
  }
}

function pageAdvice({ prng }: HogTask): number {
  return PAGE_ADVICES[prng.below(PAGE_ADVICES.length)]!;
}

export const madvise: Hog = {
  name: 'madvise',
  description: 'eight threads that give the pages of one region every advice there is',
  classes: ['vm', 'os'],
  options: {
    bytes: {
      takes: 'size',
      help: 'size of the region of every instance',
      preset: 4 * 2 ** 20,
      min: 4096,
      max: 64 * 2 ** 20,
    },
  },
  shape: () => ({ processes: 1, threadsPerProcess: THREADS }),
  needs: ({ options }) => {
    const pages = wholePages(Number(options['bytes']));
    // The file's pages and the private ones of either kind; a page that each thread maps for a moment.
    return { pages: 2 * pages + THREADS, files: 1, filePages: pages };
  },
  start: (task) => new Madvise(task),
};
