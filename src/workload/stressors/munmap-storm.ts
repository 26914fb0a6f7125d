/**
 * A torture of munmap: tasks of one address space unmap small random ranges of each other's live
 * memory while they use their own, and every access is checked. For tests, and for whoever writes a
 * munmap strategy; its rates mean nothing.
 *
 * Task t alone maps and writes the pages of its own strip; the strips lie side by side, so that VMAs
 * of neighbours merge and share page tables, and everybody unmaps anywhere. Whatever the order of
 * events, a load by the owner may then see just three things: what it stored last; zero, if it has
 * not stored since it mapped the page; a SIGSEGV, for good, until it maps the page again. A store that
 * gets a SIGSEGV gets it for good, too. The outer pages
 * of every pair of strips are nobody's to unmap: they must never be denied.
 */
import { accessPages } from '../../mm/access.js';
import { ACCESS } from '../../mm/fault-result.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import { mmap } from '../../mm/mmap.js';
import { ANONYMOUS, MAP } from '../../mm/uapi.js';
import { munmap } from '../../mm/munmap/strategy.js';
import type { Op } from '../../mm/op.js';
import { VM_READ, VM_WRITE } from '../../mm/vma.js';
import { assert } from '../../util/assert.js';
import type { Stressor, StressorRun, StressorTask } from '../stressor.js';

const STRIP_PAGES = 96;
const UNMAP_PAGES_MAX = 24;
/** Pages at the outer ends of a pair of strips that all munmaps spare. */
const GUARD_PAGES = 4;
/** First page of the first strip; 40 pages short of a page-table boundary, so that strips cross it. */
const BASE_PAGE = 2 ** 28 - 40;

/** What the owner knows of a page: its last store, or one of these. */
const FRESH = 0;
const GONE = -1;
/**
 * A store was denied that would have been the first: loads may show the zero page for a while, which stays
 * where it is until the zap of an munmap that has marked its VMA dead (RFC v3).
 */
const DYING = -2;

class MunmapStorm implements StressorRun {
  readonly #task: StressorTask;
  readonly #known: number[] = new Array<number>(STRIP_PAGES).fill(GONE);
  readonly #first: number;
  #stores = 0;

  constructor(task: StressorTask) {
    this.#task = task;
    this.#first = BASE_PAGE + task.task * STRIP_PAGES;
  }

  *setup(): Op<void> {
    yield* this.#map(0, STRIP_PAGES);
  }

  *program(): Op<void> {
    const { prng } = this.#task;
    while (!this.#task.stopping()) {
      const dice = prng.below(16);
      const page = prng.below(STRIP_PAGES);
      if (dice < 6) yield* this.#store(page);
      else if (dice < 10) yield* this.#load(page);
      else if (dice < 15) yield* this.#map(page, 1 + prng.below(Math.min(8, STRIP_PAGES - page)));
      else yield* this.#unmapAnywhere();
    }
    for (let page = 0; page < STRIP_PAGES; page++) yield* this.#load(page);
  }

  *#store(page: number): Op<void> {
    const { cpu, mm, task } = this.#task;
    this.#stores += 1;
    // Never 0, and no two tasks store the same word.
    const word = ((this.#stores << 8) | (task & 0xff)) & 0x7fff_ffff;
    const denied = yield* accessPages(cpu, mm, this.#first + page, 1, ACCESS.store, word);
    this.#judgeAccess(page, denied, 'a store');
    if (denied === 0) {
      assert(this.#known[page] !== DYING, this.#where(page, 'let a store through after a SIGSEGV'));
      this.#known[page] = word;
    } else {
      const before = this.#known[page]!;
      this.#known[page] = before === FRESH || before === DYING ? DYING : GONE;
    }
  }

  *#load(page: number): Op<void> {
    const { cpu, mm } = this.#task;
    const denied = yield* accessPages(cpu, mm, this.#first + page, 1, ACCESS.load);
    this.#judgeAccess(page, denied, 'a load');
    if (denied > 0) {
      this.#known[page] = GONE;
      return;
    }
    const known = this.#known[page]!;
    const expected = known === DYING ? FRESH : known;
    assert(cpu.loaded === expected, this.#where(page, `shows ${cpu.loaded}, not ${expected}`));
  }

  /** Maps part of the strip, if all of it is free; the new pages are fresh. */
  *#map(page: number, pages: number): Op<void> {
    const { cpu, mm } = this.#task;
    const address = (this.#first + page) * PAGE_SIZE;
    const bytes = pages * PAGE_SIZE;
    const flags = MAP.fixedNoReplace | ANONYMOUS;
    const mapped = yield* mmap(cpu, mm, { address, bytes, prot: VM_READ | VM_WRITE, flags });
    if (mapped === address) this.#known.fill(FRESH, page, page + pages);
  }

  /** Part of a random pair of strips, without its guards. */
  *#unmapAnywhere(): Op<void> {
    const { cpu, mm, prng, tasks, kernel, thresholdPages } = this.#task;
    const pair = prng.below(Math.ceil(tasks / 2));
    const span = 2 * (STRIP_PAGES - GUARD_PAGES);
    const offset = prng.below(span);
    const pages = Math.min(1 + prng.below(UNMAP_PAGES_MAX), span - offset);
    const first = BASE_PAGE + pair * 2 * STRIP_PAGES + GUARD_PAGES + offset;
    const how = { strategy: kernel.munmap, thresholdPages };
    const result = yield* munmap(cpu, mm, how, first * PAGE_SIZE, pages * PAGE_SIZE);
    assert(result === 0, this.#where(0, `munmap of ${pages} pages returned ${result}`));
  }

  #isGuard(page: number): boolean {
    const fromOuterEnd = this.#task.task % 2 === 0 ? page : STRIP_PAGES - 1 - page;
    return fromOuterEnd < GUARD_PAGES;
  }

  #judgeAccess(page: number, denied: number, access: string): void {
    if (denied > 0) {
      assert(!this.#isGuard(page), this.#where(page, `denied ${access}, and nobody unmaps it`));
    } else {
      const gone = this.#known[page] === GONE;
      assert(!gone, this.#where(page, `let ${access} through after a SIGSEGV`));
    }
  }

  #where(page: number, what: string): string {
    const { task, kernel } = this.#task;
    return `munmap-storm on ${kernel.name}: task ${task}, page ${page} of its strip ${what}`;
  }
}

export const munmapStorm: Stressor = {
  name: 'munmap-storm',
  description: 'unmap small random ranges of live memory that others use, and check every access',
  start: (task) => new MunmapStorm(task),
};
