/**
 * malloc1: malloc of 128 MiB and free, which for glibc is a mapping of its own with one page touched, the
 * chunk's header. malloc2: malloc of 1 KiB and free, which after the first time is the thread's cache
 * alone: no call, no fault. That first time is the main thread's in both forms, which grows the heap; other
 * threads would get arenas of their own.
 */
import { startHeapOnce } from '../../../mm/brk.js';
import { PAGE_SIZE, PTRS_PER_TABLE } from '../../../mm/layout.js';
import { COST, STOP, type Op } from '../../../mm/op.js';
import { ANONYMOUS } from '../../../mm/uapi.js';
import type { Hog, HogTask } from '../../hog.js';
import { mapRegion } from '../../map-region.js';
import { HEAP_ADDRESS } from './brk.js';
import { bothForms, type Iterations } from './test-case.js';

const BYTES = 128 * 2 ** 20;
/** What glibc makes the heap larger by at least (M_TOP_PAD), bytes. */
const TOP_PAD = 132 * 1024;
/** The chunk's header makes a mapping of whole pages one longer. */
const HEADER_PAGES = 1;

function* mapChunks(task: HogTask, iterations: Iterations, pages: number): Op<void> {
  const length = pages + HEADER_PAGES;
  while (!task.stopping()) {
    const address = yield* mapRegion(task, length, ANONYMOUS);
    if (address === 0) return;
    if ((yield* task.calls.store(address, 1, length)) > 0) {
      task.runOut('no memory for the header of a chunk');
      return;
    }
    yield* task.calls.munmap(address, length * PAGE_SIZE);
    yield* iterations.add(1);
  }
}

/**
 * A malloc and a free go to 4 cache lines: the cache's count and its list, the chunk's header and link.
 * A page has 64, so that many pairs are user mode's work on a page.
 */
const PAIRS_PER_PAGE = 64 / 4;
/** Pages' worth of pairs between two looks at the time. */
const RUN_PAGES = 64;

/** The thread's cache of free chunks of one size (tcache): last in, first out. */
class ChunkCache {
  readonly #next = new Int32Array(8);
  #first = 0;

  free(chunk: number): void {
    this.#next[chunk] = this.#first;
    this.#first = chunk;
  }

  /** 0 when it is empty. */
  malloc(): number {
    const chunk = this.#first;
    this.#first = this.#next[chunk]!;
    return chunk;
  }
}

function* reuseChunks(task: HogTask, iterations: Iterations): Op<void> {
  const { cpu, calls } = task;
  yield* startHeapOnce(cpu, calls.mm, HEAP_ADDRESS);
  // The first malloc of a process finds out where the break is, and moves it; its top is touched.
  const start = yield* calls.brk(0);
  yield* calls.brk(start + TOP_PAD);
  yield* calls.store(start, 1, 1);
  const cache = new ChunkCache();
  cache.free(1);
  while (!task.stopping()) {
    const pairs = iterations.atMost(RUN_PAGES * PAIRS_PER_PAGE);
    for (let i = 0; i < pairs; i++) cache.free(cache.malloc());
    cpu.chargeUser(COST.userPage, Math.ceil(pairs / PAIRS_PER_PAGE));
    yield* iterations.add(pairs);
    if (cpu.shouldYield()) yield STOP.step;
  }
}

export const mallocs: readonly Hog[] = [
  ...bothForms({
    name: 'malloc1',
    description: 'malloc and free what gets a mapping of its own',
    bytes: BYTES,
    // A huge page at most.
    needs: () => ({ pages: PTRS_PER_TABLE }),
    loop: mapChunks,
  }),
  ...bothForms({
    name: 'malloc2',
    description: 'malloc and free of 1 KiB, which the kernel does not hear of',
    needs: () => ({ pages: TOP_PAD / PAGE_SIZE }),
    loop: reuseChunks,
  }),
];
