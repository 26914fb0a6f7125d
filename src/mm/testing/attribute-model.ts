/**
 * The obvious address space for calls that change attributes and places: a map from page to what the
 * page is. It knows no VMAs, so it cannot get their splits and merges wrong.
 */
import { EFAULT, EINVAL, ENOMEM } from '../errno.js';
import { MADV } from '../uapi.js';
import {
  VM_ACCESS_FLAGS,
  VM_DONTCOPY,
  VM_LOCKED,
  VM_RAND_READ,
  VM_SEQ_READ,
  VM_WRITE,
} from '../vma.js';

/** Where a page's word is: of a file, one for all who map it. */
interface Cell {
  word: number;
}

interface Page {
  /** VM_* flags out of COMPARED_FLAGS. */
  readonly flags: number;
  readonly cell: Cell;
  readonly isShared: boolean;
}

export const COMPARED_FLAGS =
  VM_ACCESS_FLAGS | VM_LOCKED | VM_DONTCOPY | VM_RAND_READ | VM_SEQ_READ;

/** What advices clear and set. */
const ADVICES: Readonly<Record<number, readonly [clear: number, set: number]>> = {
  [MADV.normal]: [VM_RAND_READ | VM_SEQ_READ, 0],
  [MADV.random]: [VM_SEQ_READ, VM_RAND_READ],
  [MADV.sequential]: [VM_RAND_READ, VM_SEQ_READ],
  [MADV.dontFork]: [0, VM_DONTCOPY],
  [MADV.doFork]: [VM_DONTCOPY, 0],
};

export class AttributeModel {
  readonly pages = new Map<number, Page>();
  readonly #file: readonly Cell[];

  constructor(filePages: number) {
    this.#file = Array.from({ length: filePages }, () => ({ word: 0 }));
  }

  /** MAP_FIXED; of the file from page `pgoff` on, or of private anonymous memory without it. */
  map(first: number, count: number, flags: number, pgoff?: number): void {
    for (let i = 0; i < count; i++) {
      const cell = pgoff === undefined ? { word: 0 } : this.#file[pgoff + i]!;
      this.pages.set(first + i, { flags, cell, isShared: pgoff !== undefined });
    }
  }

  unmap(first: number, count: number): void {
    for (let i = 0; i < count; i++) this.pages.delete(first + i);
  }

  protect(first: number, count: number, prot: number): number {
    return this.#change(first, count, (flags) => (flags & ~VM_ACCESS_FLAGS) | prot, true);
  }

  unlock(first: number, count: number): number {
    return this.#change(first, count, (flags) => flags & ~VM_LOCKED, true);
  }

  lock(first: number, count: number): number {
    const result = this.#change(first, count, (flags) => flags | VM_LOCKED, true);
    if (result < 0) return result;
    const isFilled = this.#range(first, count).every(
      (page) => (this.pages.get(page)!.flags & VM_ACCESS_FLAGS) !== 0,
    );
    return isFilled ? 0 : -ENOMEM;
  }

  advise(first: number, count: number, advice: number): number {
    if (advice === MADV.dontNeed) return this.#dontNeed(first, count);
    const [clear, set] = ADVICES[advice]!;
    return this.#change(first, count, (flags) => (flags & ~clear) | set, false);
  }

  /** MREMAP_FIXED without another length. The first page of the new place, or a negated errno. */
  move(from: number, count: number, to: number, keepsOld: boolean): number {
    if (from + count > to && to + count > from) return -EINVAL;
    if (!this.pages.has(from)) return -EFAULT;
    for (let i = 0; i < count; i++) {
      const page = this.pages.get(from + i);
      if (page === undefined) continue;
      this.pages.set(to + i, page);
      if (!keepsOld) this.pages.delete(from + i);
      else if (!page.isShared) this.pages.set(from + i, { ...page, cell: { word: 0 } });
    }
    return to;
  }

  /** mremap of one page to `count` pages in place. */
  grow(page: number, count: number): number {
    const last = this.pages.get(page);
    if (last === undefined) return -EFAULT;
    if (this.#range(page + 1, count - 1).some((above) => this.pages.has(above))) return -ENOMEM;
    const index = this.#file.indexOf(last.cell);
    for (let i = 1; i < count; i++) {
      const cell = last.isShared ? this.#file[index + i]! : { word: 0 };
      this.pages.set(page + i, { ...last, cell });
    }
    return page;
  }

  shrink(page: number, oldCount: number, count: number): number {
    if (!this.pages.has(page)) return -EFAULT;
    this.unmap(page + count, oldCount - count);
    return page;
  }

  /** How many pages were denied. */
  fill(first: number, count: number, word: number): number {
    let denied = 0;
    for (let i = 0; i < count; i++) {
      const page = this.pages.get(first + i);
      if (page === undefined || (page.flags & VM_WRITE) === 0) denied += 1;
      else page.cell.word = word + i;
    }
    return denied;
  }

  load(page: number): number | 'denied' {
    const at = this.pages.get(page);
    return at === undefined || (at.flags & VM_ACCESS_FLAGS) === 0 ? 'denied' : at.cell.word;
  }

  lockedPages(): number {
    return [...this.pages.values()].filter(({ flags }) => (flags & VM_LOCKED) !== 0).length;
  }

  #dontNeed(first: number, count: number): number {
    let result = 0;
    for (const at of this.#range(first, count)) {
      const page = this.pages.get(at);
      if (page === undefined) result = -ENOMEM;
      else if ((page.flags & VM_LOCKED) !== 0) return -EINVAL;
      else if (!page.isShared) this.pages.set(at, { ...page, cell: { word: 0 } });
    }
    return result;
  }

  #change(
    first: number,
    count: number,
    change: (flags: number) => number,
    stopsAtHole: boolean,
  ): number {
    let result = 0;
    for (const at of this.#range(first, count)) {
      const page = this.pages.get(at);
      if (page !== undefined) this.pages.set(at, { ...page, flags: change(page.flags) });
      else result = -ENOMEM;
      if (page === undefined && stopsAtHole) break;
    }
    return result;
  }

  #range(first: number, count: number): number[] {
    return Array.from({ length: count }, (_, i) => first + i);
  }
}
