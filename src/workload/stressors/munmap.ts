/**
 * stress-ng's munmap: a fresh child again and again, which unmaps those of its own mappings that it can
 * do without: page by page, with a stride that is a prime number of pages, so that holes open all over a
 * mapping before they close. One operation is a page unmapped; a child that came to its end is one more.
 *
 * Real children inherit what exec has mapped; these map it themselves (`libraries.ts`).
 */
import { PAGE_SIZE, PTRS_PER_TABLE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { MADV } from '../../mm/uapi.js';
import type { HogMetric } from '../../samples/stress-samples.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { partiesFrom } from '../map-region.js';
import { forceMunmap } from './force-munmap.js';
import {
  LIBRARY_COUNT,
  LIBRARY_PAGES,
  mapLibrary,
  openLibrary,
  type Segment,
} from './libraries.js';

const EVERYBODY = partiesFrom(0, 2);

/** Words of the meeting: the numbers, which are the child's, have two each. */
const WORD = { order: 0, unmapped: 1, ns: 3, files: 5 };
const LIVE = 1;
const END = 2;

class Parent implements HogRun {
  readonly #task: HogTask;

  constructor(task: HogTask) {
    this.#task = task;
  }

  *program(): Op<void> {
    const task = this.#task;
    const { meeting } = task;
    let canGoOn = true;
    for (let library = 0; library < LIBRARY_COUNT; library++) {
      const file = yield* openLibrary(task.calls, library);
      meeting.set(WORD.files + library, file);
      canGoOn &&= file !== 0;
    }
    if (!canGoOn) task.runOut('no file can be opened');
    while (canGoOn && !task.stopping()) {
      meeting.set(WORD.order, LIVE);
      yield* meeting.arrive(EVERYBODY);
      yield* meeting.arrive(EVERYBODY);
      canGoOn = meeting.get(WORD.order) === LIVE;
    }
    meeting.set(WORD.order, END);
    yield* meeting.arrive(EVERYBODY);
    for (let library = 0; library < LIBRARY_COUNT; library++) {
      const file = meeting.get(WORD.files + library);
      if (file !== 0) yield* task.calls.close(file);
    }
  }

  metrics(): readonly HogMetric[] {
    const { meeting } = this.#task;
    const unmapped = meeting.getWide(WORD.unmapped);
    const value = unmapped === 0 ? 0 : meeting.getWide(WORD.ns) / unmapped;
    return [{ description: 'nanosecs per page munmap()', value, mean: 'harmonic' }];
  }
}

class Child implements HogRun {
  readonly #task: HogTask;
  readonly #vec = new Uint8Array(1);
  #ns = 0;
  #unmapped = 0;

  constructor(task: HogTask) {
    this.#task = task;
  }

  *program(): Op<void> {
    const { meeting } = this.#task;
    for (;;) {
      yield* meeting.arrive(EVERYBODY);
      if (meeting.get(WORD.order) === END) return;
      yield* this.#live();
      yield* this.#task.exitProcess();
      meeting.setWide(WORD.ns, this.#ns);
      meeting.setWide(WORD.unmapped, this.#unmapped);
      yield* meeting.arrive(EVERYBODY);
    }
  }

  *#live(): Op<void> {
    const task = this.#task;
    const { calls, meeting } = task;
    const segments: Segment[] = [];
    for (let library = 0; library < LIBRARY_COUNT; library++) {
      segments.push(...(yield* mapLibrary(calls, library, meeting.get(WORD.files + library))));
    }
    if (segments.length === 0) {
      task.runOut('no library can be mapped');
      meeting.set(WORD.order, END);
      return;
    }
    // As maps lists them.
    segments.sort((a, b) => a.address - b.address);
    yield* calls.readMaps();
    for (const { address, bytes } of segments) {
      yield* calls.madvise(address, bytes, MADV.dontDump);
    }
    yield* calls.readMaps();
    for (const segment of segments) {
      if (!segment.isExecutable) yield* this.#unmapPages(segment);
    }
    if (!task.stopping()) yield* task.bogo();
  }

  *#unmapPages({ address, bytes }: Segment): Op<void> {
    const task = this.#task;
    const pages = bytes / PAGE_SIZE;
    const stride = primeAbove(pages + task.prng.below(256));
    let page = 0;
    for (let done = 0; done < pages && !task.stopping(); done++) {
      const at = address + page * PAGE_SIZE;
      const since = task.cpu.now();
      const failed = yield* forceMunmap(task, at, PAGE_SIZE);
      if (failed === 0) {
        this.#ns += Math.round(task.cpu.now() - since);
        this.#unmapped += 1;
        yield* task.bogo();
        yield* this.#checkGone(at);
      }
      page = (page + stride) % pages;
    }
  }

  *#checkGone(address: number): Op<void> {
    this.#vec[0] = 0;
    const failed = yield* this.#task.calls.mincore(address, PAGE_SIZE, this.#vec);
    if (failed === 0 && this.#vec[0] !== 0) {
      this.#task.fail('a page is in memory after it was unmapped');
    }
  }
}

/** The least prime number above n: no multiple of any number of pages up to n. */
export function primeAbove(n: number): number {
  let candidate = n + 1;
  while (!isPrime(candidate)) candidate += 1;
  return candidate;
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n > 1;
}

/** Every library has a place and a file tree of its own, both of which may lie across table ends. */
const TABLES_PER_LIBRARY = 2 * (Math.ceil(LIBRARY_PAGES.files / PTRS_PER_TABLE) + 4);

export const munmap: Hog = {
  name: 'munmap',
  description: 'processes that unmap shared libraries page by page, with a prime stride',
  classes: ['vm', 'os'],
  options: {},
  forks: true,
  shape: () => ({ processes: EVERYBODY.length, threadsPerProcess: 1 }),
  needs: () => ({
    pages: LIBRARY_PAGES.files + LIBRARY_PAGES.copies,
    files: LIBRARY_COUNT,
    filePages: LIBRARY_PAGES.files,
    scatteredTables: LIBRARY_COUNT * TABLES_PER_LIBRARY,
  }),
  start: (task) => (task.process === 0 ? new Parent(task) : new Child(task)),
};
