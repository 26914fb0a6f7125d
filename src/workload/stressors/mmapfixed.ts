/**
 * stress-ng's mmapfixed: mappings of one to seven pages at fixed addresses, from 2^63 down to 64 KiB by
 * halves. One operation is a mapping that could be made: it is moved to a place nearby, and then by a
 * ladder of mremap calls to a random address of which every rung drops the highest bit; a word is written
 * before each and compared after it. What lies above the user address space is refused, and does not
 * count.
 */
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { MAP, MREMAP, READ_WRITE } from '../../mm/uapi.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { MLOCK, NUMA } from './common-options.js';
import { forceMunmap } from './force-munmap.js';
import { adviseRandomly } from './random-advice.js';
import { randomPage } from './random-page.js';

const TOP = 2 ** 63;
const BOTTOM = 2 ** 16;
const PAGES_MAX = 7;
/** Bits of an address and of a page's offset: the ladder has a rung for each between them. */
const ADDRESS_BITS = 64;
const PAGE_BITS = 12;
/** What the first move changes of an address. */
const NEARBY = 24 * PAGE_SIZE;

class Mmapfixed implements HogRun {
  readonly #task: HogTask;
  readonly #locks: boolean;
  readonly #vec = new Uint8Array(PAGES_MAX);
  /** The mapping under way, bytes. */
  #address = 0;
  #bytes = 0;

  constructor(task: HogTask) {
    this.#task = task;
    this.#locks = task.setting.options['mlock'] === true;
  }

  *program(): Op<void> {
    const task = this.#task;
    for (let at = TOP; !task.stopping(); at = at / 2 < BOTTOM ? TOP : at / 2) {
      if (!(yield* this.#map(at))) continue;
      const near = nearby(at);
      if (!(yield* this.#isMapped(near))) {
        yield* this.#move(near);
        yield* this.#settle();
        yield* this.#climbDown();
      }
      yield* forceMunmap(task, this.#address, this.#bytes);
      yield* task.bogo();
    }
  }

  /** False where nothing can be mapped, or something is. */
  *#map(at: number): Op<boolean> {
    const { calls, prng } = this.#task;
    this.#bytes = PAGE_SIZE * (1 + prng.below(PAGES_MAX));
    const draw = prng.below(32);
    const either = (bit: number, yes: number, no = 0): number => ((draw & bit) === 0 ? no : yes);
    const flags =
      MAP.anonymous |
      either(1, MAP.shared, MAP.private) |
      either(2, MAP.locked) |
      either(4, MAP.noReserve) |
      either(8, MAP.populate) |
      either(16, MAP.fixed, MAP.fixedNoReplace);
    if (yield* this.#isMapped(at)) return false;
    const mapped = yield* calls.mmap(at, this.#bytes, READ_WRITE, flags);
    if (mapped < 0) return false;
    this.#address = mapped;
    yield* this.#settle();
    return true;
  }

  /** What is done to the pages wherever they have got to. */
  *#settle(): Op<void> {
    const task = this.#task;
    if (this.#locks) yield* task.calls.mlock(this.#address, this.#bytes);
    yield* adviseRandomly(task, this.#address, this.#bytes);
  }

  /** Whether all of the range is mapped, for all that a process can tell. */
  *#isMapped(at: number): Op<boolean> {
    const { calls } = this.#task;
    if ((yield* calls.msync(at, this.#bytes, 0)) === 0) return true;
    return (yield* calls.mincore(at, this.#bytes, this.#vec)) === 0;
  }

  *#move(to: number): Op<boolean> {
    const bytes = this.#bytes;
    const moved = yield* this.#task.calls.mremap({
      address: this.#address,
      oldBytes: bytes,
      newBytes: bytes,
      flags: MREMAP.mayMove | MREMAP.fixed,
      newAddress: to,
    });
    if (moved < 0) return false;
    this.#address = moved;
    return true;
  }

  *#climbDown(): Op<void> {
    const { calls, cpu, prng } = this.#task;
    const base = randomPage(prng);
    let before = -1;
    for (let bits = ADDRESS_BITS - PAGE_BITS; bits > 0; bits--) {
      const page = base % 2 ** bits;
      if (page === before) continue;
      before = page;
      if (page <= 1) return;
      if (yield* this.#isMapped(page * PAGE_SIZE)) continue;
      const word = prng.next32() | 0;
      const stored = (yield* calls.store(this.#address, 1, word)) === 0;
      if (!stored || !(yield* this.#move(page * PAGE_SIZE))) continue;
      const denied = yield* calls.load(this.#address, 1);
      if (denied > 0 || cpu.loaded !== word) {
        this.#task.fail('a page does not contain what was written before it was moved');
      }
      yield* this.#settle();
    }
  }
}

/** The address with two bits of it turned over. */
function nearby(at: number): number {
  const low = at % 2 ** 32;
  return at - low + ((low ^ NEARBY) >>> 0);
}

export const mmapfixed: Hog = {
  name: 'mmapfixed',
  description: 'map a few pages at fixed addresses of all magnitudes, and move them about',
  classes: ['vm', 'os'],
  options: {
    mlock: MLOCK,
    numa: NUMA,
  },
  ownMm: true,
  shape: () => ({ processes: 1, threadsPerProcess: 1 }),
  // Shared pages have a file; while they move there are tables in both places.
  needs: () => ({ pages: PAGES_MAX, files: 1, scatteredTables: 20 }),
  start: (task) => new Mmapfixed(task),
};
