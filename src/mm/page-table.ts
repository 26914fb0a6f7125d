/**
 * Four-level page tables of 512 entries (x86-64). Entries of the upper three levels are table
 * handles, entries of the lowest are PTEs (`layout.ts`, PTE); huge pages are in `huge-entry.ts`.
 *
 * Who may change an entry:
 *   upper level, none -> table   anybody with mmap_sem in either mode, by compare-and-swap
 *   upper level, table -> none   mmap_sem for write, or nobody else in the range (freeTables)
 *   PTE, none -> present         anybody with mmap_sem in either mode, by compare-and-swap
 *   PTE, present -> anything     under the PTE table's lock, or mmap_sem for write (move-pages.ts); by an
 *                                atomic where it may be a file's, because a store of another CPU may mark
 *                                any PTE dirty at any time, by compare-and-swap, like hardware
 * Linux takes the PTE table's lock for the third as well; the swap is that lock, taken and dropped
 * in one step. Walks take no lock: see `tlb.ts` for what keeps the tables under them.
 */
import { assert } from '../util/assert.js';
import type { KernelMemory } from './kernel-memory.js';
import {
  FRAME,
  FRAME_COUNT_ONE,
  FRAME_MAP_ONE,
  FRAME_WORDS,
  PTE,
  PTRS_PER_TABLE,
  STAT,
  TABLE,
} from './layout.js';
import { GATHER_MAX } from './gather.js';
import { HUGE_PAGES, hugeEntry, hugePte } from './huge-entry.js';
import { splitHuge, zapHuge } from './huge-page.js';
import { addRss, type Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { give, take, tablePool } from './pool.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';
import { flushAndFree, flushTlb, freeGathered } from './tlb.js';
import { zapShared } from './zap-shared.js';

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { shift: SHIFT } = PTE;
const { state: STATE } = FRAME;
const WORDS_PER_FRAME = FRAME_WORDS;
/** A frame of private anonymous memory with its only mapping, and without. */
const EXCLUSIVE = FRAME_COUNT_ONE + FRAME_MAP_ONE;
const UNMAPPED = FRAME_COUNT_ONE;
const MAX = GATHER_MAX;

/** Pages that one entry covers, by level: PTE, PMD, PUD, PGD entry. */
const PAGES_AT = [1, 2 ** 9, 2 ** 18, 2 ** 27] as const;

/** The PTE table that covers `page`, 0 if there is none, which a huge page needs not. */
export function pteTableOf(km: KernelMemory, root: number, page: number): number {
  const { tables } = km;
  // Page numbers have 35 bits; two halves of 18 bits stay in integer registers.
  const high = (page / 2 ** 18) | 0;
  const low = page & 0x3ffff;
  const pud = tables[(root << 9) | (high >>> 9)]!;
  if (pud === 0) return 0;
  const pmd = tables[(pud << 9) | (high & 511)]!;
  if (pmd === 0) return 0;
  const table = tables[(pmd << 9) | (low >>> 9)]!;
  return table > 0 ? table : 0;
}

/** Index into `km.tables` of a page's PTE in the PTE table that covers it. */
export function pteIndex(table: number, page: number): number {
  return (table << 9) | (page & 511);
}

/** Index into `km.tables` of the PTE of `page`, 0 if there is no table for it. */
export function pteSlot(km: KernelMemory, root: number, page: number): number {
  const table = pteTableOf(km, root, page);
  return table === 0 ? 0 : pteIndex(table, page);
}

/** The PTE of `page`, or what it would be in place of a huge page; 0 when the page is not mapped. */
export function pteAt(km: KernelMemory, root: number, page: number): number {
  const slot = pteSlot(km, root, page);
  return slot === 0 ? hugePte(km, root, page) : km.tables[slot]!;
}

/**
 * Makes the tables that lead to `page`'s PTE, or to its entry at a higher `lowest` level, where a huge
 * page may be; false when the pool is exhausted.
 */
export function* allocTables(cpu: Cpu, mm: Mm, page: number, lowest = 0): Op<boolean> {
  const { km } = cpu;
  const pool = tablePool(km);
  let table = mm.root;
  for (let level = 3; level > lowest; level--) {
    const entry = (table << 9) | (Math.floor(page / PAGES_AT[level]!) & 511);
    table = km.tables[entry]!;
    if (table !== 0) continue;
    cpu.charge(COST.allocTable, 1);
    const fresh = yield* take(cpu, pool);
    if (fresh === 0) return false;
    if (cpu.mustYield()) yield STOP.step;
    table = Atomics.compareExchange(km.tables, entry, 0, fresh);
    if (table === 0) table = fresh;
    else yield* give(cpu, pool, fresh);
  }
  return true;
}

/**
 * unmap_page_range: clears every PTE in [first, end), gathers the frames, and flushes and frees
 * whenever the gather is full. The caller flushes what is left. Needs mmap_sem in either mode.
 *
 * `counter`: which of the task's counters (STAT) the pages are for, whoever asks for the zap.
 *
 * Faults in the range may go on meanwhile (madvise(MADV_DONTNEED) zaps what is alive, under read): a
 * fault only turns an empty PTE into a present one, by compare-and-swap, and a zap only a present one
 * into an empty one, under the table's lock, so that neither undoes the other; and no table goes,
 * because the VMA is in the index. Whether a page that such a fault has installed is zapped, too, is a
 * matter of who was first. Who needs the range empty keeps faults out: VM_DEAD, or no VMA.
 *
 * Dirty pages of files: somebody may write them back or drop them as soon as the table's lock is
 * dropped, so that no CPU may still write to them by then (4.17 zap_pte_range, force_flush).
 */
export function* zapRange(
  cpu: Cpu,
  mm: Mm,
  first: number,
  end: number,
  counter: number = STAT.munmapPages,
): Op<void> {
  const { km, gather } = cpu;
  let page = first;
  while (page < end) {
    let table = pteTableOf(km, mm.root, page);
    const next = Math.min(end, endOfPopulated(km, mm.root, page));
    if (table === 0 && hugeEntry(km, mm.root, page) !== 0) {
      yield* zapOrSplit(cpu, mm, page, next);
      table = pteTableOf(km, mm.root, page);
    }
    let zapped = page;
    while (table !== 0 && zapped < next) {
      const lock = km.tableRecordAt(table) + TABLE.lock;
      if (cpu.mustYield()) yield STOP.step;
      if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
      zapped += zapPtes(cpu, mm, pteIndex(table, zapped), next - zapped);
      const mustFlush = gather.forceFlush;
      if (mustFlush) yield* flushDirty(cpu, mm);
      spinUnlock(cpu, lock);
      if (mustFlush) yield* freeGathered(cpu);
      else if (gather.full) yield* flushAndFree(cpu, mm);
    }
    km.stats[cpu.stat + counter]! += next - page;
    page = next;
  }
}

/** A huge page goes whole, or becomes small pages first. */
function* zapOrSplit(cpu: Cpu, mm: Mm, first: number, end: number): Op<void> {
  if (end - first < HUGE_PAGES) yield* splitHuge(cpu, mm, first);
  else if (yield* zapHuge(cpu, mm, first)) {
    if (cpu.gather.full) yield* flushAndFree(cpu, mm);
  }
}

function* flushDirty(cpu: Cpu, mm: Mm): Op<void> {
  cpu.gather.forceFlush = false;
  cpu.km.stats[cpu.stat + STAT.dirtyFlushes]! += 1;
  yield* flushTlb(cpu, mm);
}

/**
 * The end of `page`'s PTE table span, or of the whole span that has no table there. To be asked after
 * `pteTableOf`: a table that a fault makes between the two questions is left out then, not overrun.
 */
export function endOfPopulated(km: KernelMemory, root: number, page: number): number {
  let table = root;
  for (let level = 3; level > 0; level--) {
    const span = PAGES_AT[level]!;
    table = km.tables[(table << 9) | (Math.floor(page / span) & 511)]!;
    if (table === 0 || level === 1) return (Math.floor(page / span) + 1) * span;
  }
  return page + 1;
}

/**
 * zap_pte_range within one table, which is locked. Returns how many PTEs it went through: fewer
 * than `count` when the gather is full.
 */
function zapPtes(cpu: Cpu, mm: Mm, from: number, count: number): number {
  const { gather } = cpu;
  const gathered = gather.frameCount;
  const end = from + count;
  let at = zapWhileAlone(cpu, from, end);
  while (at < end && gather.frameCount < MAX) {
    const frame = cpu.km.tables[at]! >>> SHIFT;
    if (zapShared(cpu, at)) gather.addFrame(frame);
    at = zapWhileAlone(cpu, at + 1, end);
  }
  const pages = gather.frameCount - gathered;
  cpu.charge(COST.zapPage, pages);
  if (pages > 0) addRss(cpu, mm, -pages);
  return at - from;
}

/**
 * Clears PTEs of frames that nobody else has, until one is shared, or the gather is full. Returns how far it
 * got. There is no call in this loop, because the compiler would keep everything ready for it.
 */
function zapWhileAlone(cpu: Cpu, from: number, end: number): number {
  const { tables, frames } = cpu.km;
  const { gather } = cpu;
  const list = gather.frames;
  let count = gather.frameCount;
  let at = from;
  for (; at < end && count < MAX; at++) {
    const pte = tables[at]!;
    if (pte === 0) continue;
    const frame = pte >>> SHIFT;
    const state = frame * WORDS_PER_FRAME + STATE;
    if (frames[state] !== EXCLUSIVE) break;
    tables[at] = 0;
    frames[state] = UNMAPPED;
    list[count] = frame;
    count += 1;
  }
  gather.frameCount = count;
  return at;
}

/**
 * free_pgtables: frees the tables whose whole span lies in [floor, ceiling), the hole between two
 * neighbouring VMAs, and that the range [first, end) has used. All PTEs there are clear. Needs
 * mmap_sem for write or a range that nobody can reach.
 */
export function* freeTables(
  cpu: Cpu,
  mm: Mm,
  range: { first: number; end: number; floor: number; ceiling: number },
): Op<void> {
  yield* freeLevel(cpu, mm, mm.root, 3, range);
  yield* flushAndFree(cpu, mm);
}

function* freeLevel(
  cpu: Cpu,
  mm: Mm,
  table: number,
  level: number,
  range: { first: number; end: number; floor: number; ceiling: number },
): Op<void> {
  const { km, gather } = cpu;
  const span = PAGES_AT[level]!;
  let page = range.first;
  while (page < range.end) {
    const start = Math.floor(page / span) * span;
    const end = start + span;
    const entry = (table << 9) | (Math.floor(page / span) & (PTRS_PER_TABLE - 1));
    const child = km.tables[entry]!;
    page = end;
    if (child === 0) continue;
    if (level > 1) {
      const part = { ...range, first: Math.max(range.first, start), end: Math.min(range.end, end) };
      yield* freeLevel(cpu, mm, child, level - 1, part);
    }
    if (start < range.floor || end > range.ceiling) continue;
    assert(child > 0, `a huge page at page ${start} outlives its VMA`);
    cpu.charge(COST.freeTable, 1);
    if (cpu.mustYield()) yield STOP.step;
    Atomics.store(km.tables, entry, 0);
    gather.tables[gather.tableCount] = child;
    gather.tableCount += 1;
    if (gather.full) yield* flushAndFree(cpu, mm);
  }
}
