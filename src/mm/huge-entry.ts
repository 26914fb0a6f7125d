/**
 * Entries of PMD tables that map 2 MiB as one page instead of leading to a page table (`layout.ts`,
 * HUGE). Who changes them:
 *   none -> huge        a fault with mmap_sem in either mode, by compare-and-swap
 *   huge -> anything    under the PMD table's lock (TABLE.lock of its record)
 */
import type { KernelMemory } from './kernel-memory.js';
import { BLOCK_SHIFT, HUGE, PTE, TABLE } from './layout.js';
import type { Cpu, Op } from './op.js';
import { spinLock } from './spinlock.js';

/** Pages of a huge page. */
export const HUGE_PAGES = 512;

/** An entry that shows zeros to loads everywhere. Block 0, which no huge page is. */
export const HUGE_ZERO = HUGE | PTE.present;

/** Index into `km.tables` of the entry for the 2 MiB around `page`, 0 if there is no table for it. */
export function pmdSlot(km: KernelMemory, root: number, page: number): number {
  const { tables } = km;
  const high = (page / 2 ** 18) | 0;
  const pud = tables[(root << 9) | (high >>> 9)]!;
  if (pud === 0) return 0;
  const pmd = tables[(pud << 9) | (high & 511)]!;
  return pmd === 0 ? 0 : (pmd << 9) | ((page & 0x3ffff) >>> 9);
}

/** The huge entry that maps `page`; 0 when none does. */
export function hugeEntry(km: KernelMemory, root: number, page: number): number {
  const slot = pmdSlot(km, root, page);
  const entry = slot === 0 ? 0 : km.tables[slot]!;
  return entry < 0 ? entry : 0;
}

/** The block of a huge entry, 0 of the huge zero page. */
export function blockOf(entry: number): number {
  return (entry & ~HUGE) >>> PTE.shift;
}

/** What a PTE of its own would say for one page of a huge entry. */
export function pteInHuge(km: KernelMemory, entry: number, page: number): number {
  const block = blockOf(entry);
  const frame = block === 0 ? km.zeroFrame : (block << BLOCK_SHIFT) | (page & (HUGE_PAGES - 1));
  return (frame << PTE.shift) | (entry & (PTE.present | PTE.write | PTE.dirty));
}

/** The same for whatever maps `page`, 0 when there is no huge entry. */
export function hugePte(km: KernelMemory, root: number, page: number): number {
  const entry = hugeEntry(km, root, page);
  return entry === 0 ? 0 : pteInHuge(km, entry, page);
}

/** pmd_lock: takes the lock under which the entry may change; returns its word. */
export function* lockPmd(cpu: Cpu, slot: number): Op<number> {
  const lock = cpu.km.tableRecordAt(slot >>> 9) + TABLE.lock;
  yield* spinLock(cpu, lock);
  return lock;
}
