/**
 * The TLB of one CPU: what its latest accesses found in the page tables, whatever has become of the
 * tables since. Only a flush (`tlb.ts`) makes it forget; a kernel that frees a page without one lets
 * this CPU go on using it, and the content of the page will tell.
 *
 * Direct-mapped, private to its CPU, of one address space at a time. A run of accesses (`access.ts`)
 * puts what it finds into `ptes` page by page; whose these are is written down when the run is over.
 * Until then nobody asks: a page that is so far behind the run's first that it has the place of another
 * page of the run is looked up in the page tables.
 */
import type { Mm } from './mm.js';

/** Entries; pages that lie so far apart have one place. */
export const TRANSLATIONS_MAX = 64;

const ENTRIES = TRANSLATIONS_MAX;
const LAST = ENTRIES - 1;

export class Translations {
  /** As read from the page table, 0 for no entry. Page p has place p & 63. */
  readonly ptes = new Int32Array(ENTRIES);
  /** Page / 64: with the place that is all 35 bits of a page number. */
  readonly #tags = new Int32Array(ENTRIES);
  /** Whose pages; a handle, so that the address space's next life is another. */
  #mm: Mm | undefined = undefined;
  /** What the mm's `tlbGeneration` was when no entry was older than that. */
  #generation = 0;
  #isUnderWay = false;
  /** All entries are of pages in here. */
  #first = Infinity;
  #end = 0;

  /** The PTE as this CPU knows it, 0 if it does not. */
  lookup(page: number): number {
    const at = page & LAST;
    return this.#tags[at] === ((page / ENTRIES) | 0) ? this.ptes[at]! : 0;
  }

  /**
   * A run over [first, first + count) begins to write to `ptes`; one that was given up in the middle has
   * left no one knows what. Returns how many of its pages need be looked up, from the first on.
   */
  begin(first: number, count: number): number {
    if (this.#isUnderWay) this.clear();
    this.#isUnderWay = true;
    return first < this.#end && this.#first < first + count ? ENTRIES : 0;
  }

  /** What is in `ptes` is now of the last 64 pages of a run over [first, first + count). */
  keep(first: number, count: number): void {
    this.#isUnderWay = false;
    this.#first = Math.min(this.#first, first);
    this.#end = Math.max(this.#end, first + count);
    for (let i = Math.max(0, count - ENTRIES); i < count; i++) {
      const page = first + i;
      this.#tags[page & LAST] = (page / ENTRIES) | 0;
    }
  }

  /** Forgets one page, as a CPU does when the page traps. */
  drop(page: number): void {
    this.ptes[page & LAST] = 0;
  }

  clear(): void {
    this.ptes.fill(0);
    this.#first = Infinity;
    this.#end = 0;
  }

  /** In user mode, before anything is looked up: forgets what was flushed meanwhile. */
  follow(mm: Mm, generation: number): void {
    if (this.#mm === mm && this.#generation === generation) return;
    this.#mm = mm;
    this.#generation = generation;
    this.clear();
  }
}
