/**
 * stress-ng's mmapaddr: single populated pages at random addresses. One operation: a page is mapped
 * where there is none, read and looked at with mincore; a second one likewise, with the first one's place
 * as a hint or below 2 GiB, and unmapped; the first is moved by mremap, a mapping is tried on top of it,
 * which must be refused, and it is unmapped. Nothing faults. Half of the addresses have 64 bits, which no
 * process may have: MAP_FIXED fails there, and the round does not count.
 */
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, MADV, MAP, MREMAP, PROT } from '../../mm/uapi.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { MLOCK } from './common-options.js';
import { forceMunmap } from './force-munmap.js';
import { findFreePage } from './random-page.js';

const POPULATED = ANONYMOUS | MAP.populate;

class Mmapaddr implements HogRun {
  readonly #task: HogTask;
  readonly #locks: boolean;
  readonly #vec = new Uint8Array(1);

  constructor(task: HogTask) {
    this.#task = task;
    this.#locks = task.setting.options['mlock'] === true;
  }

  *program(): Op<void> {
    const task = this.#task;
    while (!task.stopping()) {
      const draw = task.prng.below(16);
      const bits = (draw & 1) === 0 ? 32 : 64;
      const hint = yield* findFreePage(task, bits, this.#vec);
      if (hint === undefined) return;
      const fixed = (draw & 2) === 0 ? 0 : MAP.fixed;
      const locked = (draw & 4) === 0 ? 0 : MAP.locked;
      const page = yield* this.#map(hint, POPULATED | fixed | locked);
      if (page < 0) continue;
      const isLow = (draw & 8) !== 0;
      const last = yield* this.#use(page, isLow, bits);
      yield* forceMunmap(task, last, PAGE_SIZE);
      yield* task.bogo();
    }
  }

  /** Where the page is in the end. */
  *#use(page: number, isLow: boolean, bits: 32 | 64): Op<number> {
    const task = this.#task;
    if (!(yield* this.#check(page))) return page;
    const second = POPULATED | (isLow ? MAP.bit32 : 0);
    const other = yield* this.#map(isLow ? 0 : page, second);
    if (other < 0) return page;
    yield* this.#check(other);
    yield* forceMunmap(task, other, PAGE_SIZE);
    const place = yield* findFreePage(task, bits, this.#vec);
    if (place === undefined) return page;
    const moved = yield* this.#move(page, place);
    const onTop = second | MAP.fixedNoReplace;
    const taken = yield* task.calls.mmap(place, PAGE_SIZE, PROT.none, onTop);
    if (taken >= 0) yield* forceMunmap(task, taken, PAGE_SIZE);
    if (taken >= 0 && moved === place) task.fail('MAP_FIXED_NOREPLACE has replaced a mapping');
    return moved;
  }

  /** Its address, or a negated errno. */
  *#map(address: number, flags: number): Op<number> {
    const { calls } = this.#task;
    const mapped = yield* calls.mmap(address, PAGE_SIZE, PROT.read, flags);
    if (mapped < 0) return mapped;
    yield* calls.madvise(mapped, PAGE_SIZE, MADV.mergeable);
    if (this.#locks) yield* calls.mlock(mapped, PAGE_SIZE);
    return mapped;
  }

  *#move(page: number, place: number): Op<number> {
    const { calls } = this.#task;
    const moved = yield* calls.mremap({
      address: page,
      oldBytes: PAGE_SIZE,
      newBytes: PAGE_SIZE,
      flags: MREMAP.mayMove | MREMAP.fixed,
      newAddress: place,
    });
    if (moved < 0) return page;
    if (this.#locks) yield* calls.mlock(moved, PAGE_SIZE);
    return moved;
  }

  /** Whether the page can be read, is zero, and in memory. */
  *#check(page: number): Op<boolean> {
    const { calls, cpu } = this.#task;
    const denied = yield* calls.load(page, 1);
    if (denied > 0 || cpu.loaded !== 0) {
      this.#task.fail('a page that was just mapped cannot be read, or is not zero');
      return false;
    }
    this.#vec[0] = 0;
    const result = yield* calls.mincore(page, PAGE_SIZE, this.#vec);
    if (result === 0 && this.#vec[0] !== 0) return true;
    this.#task.fail('a populated page is not in memory, says mincore');
    return false;
  }
}

export const mmapaddr: Hog = {
  name: 'mmapaddr',
  description: 'map single pages at random addresses, look at them, move and unmap them',
  classes: ['vm', 'os'],
  options: { mlock: MLOCK },
  ownMm: true,
  shape: () => ({ processes: 1, threadsPerProcess: 1 }),
  needs: () => ({ pages: 4, scatteredTables: 16 }),
  start: (task) => new Mmapaddr(task),
};
