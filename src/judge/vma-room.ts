/**
 * Fills this process with VMAs outside the arena until it may make no more than a chosen number of
 * others: how `max_map_count` is judged. Programs that run so are few, for V8 needs room, too.
 */
import { PAGE_SIZE } from '../mm/layout.js';
import { ANONYMOUS, MAP, PROT } from '../mm/uapi.js';
import { keepMallocQuiet, must, SYS, syscall } from './syscalls.js';

/** VMAs that may be made while no program counts them: for V8. */
const SPARE_VMAS = 2000;

export class VmaRoom {
  readonly #start: number;
  readonly #pages: number;
  /** Pages from #start on of which every other one is a VMA of its own. */
  #split = 1;

  constructor(maxMapCount: number) {
    this.#pages = maxMapCount + 2;
    const flags = ANONYMOUS | MAP.noReserve;
    const bytes = this.#pages * PAGE_SIZE;
    this.#start = must('mmap', syscall(SYS.mmap, 0, bytes, PROT.none, flags, -1, 0));
  }

  #protect(page: number, prot: number): number {
    return syscall(SYS.mprotect, this.#start + page * PAGE_SIZE, PAGE_SIZE, prot);
  }

  /** Splits off one page after another until the kernel says ENOMEM. */
  #fill(): void {
    while (this.#split < this.#pages && this.#protect(this.#split, PROT.read) === 0) {
      this.#split += 2;
    }
  }

  /** Joins up again until at least `vmas` may be made. */
  #free(vmas: number): void {
    for (let freed = 0; freed < vmas && this.#split > 1; freed += 2) {
      this.#split -= 2;
      must('mprotect', this.#protect(this.#split, PROT.none));
    }
  }

  /** Leaves room for exactly `vmas` VMAs, an even number. V8 should do without any meanwhile. */
  leave(vmas: number): void {
    globalThis.gc?.();
    keepMallocQuiet(true);
    this.#fill();
    this.#free(vmas);
  }

  /** How many VMAs may be made now, as far as two at a time tell; then there is room enough again. */
  measureAndSpare(): number {
    const before = this.#split;
    this.#fill();
    const vmas = this.#split - before;
    this.#free(SPARE_VMAS);
    keepMallocQuiet(false);
    return vmas;
  }
}
