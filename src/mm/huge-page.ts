/**
 * What becomes of 2 MiB mappings (4.17 mm/huge_memory.c): zapped as one, changed as one, or split into
 * pages of a page table that was put by at the fault, so that a split cannot fail. `fault-huge.ts` makes
 * them.
 */
import { HUGE_PAGES, blockOf, hugeEntry, lockPmd, pmdSlot, pteInHuge } from './huge-entry.js';
import type { KernelMemory } from './kernel-memory.js';
import { BLOCK, BLOCK_WORDS, PTE } from './layout.js';
import { addRss, type Mm } from './mm.js';
import { COST, type Cpu, type Op } from './op.js';
import { give, take, tablePool } from './pool.js';
import { spinUnlock } from './spinlock.js';
import { flushTlb } from './tlb.js';

/** Where in `km.words` the page table is that was put by for the split of a block. */
export function depositOf(km: KernelMemory, block: number): number {
  return km.at.blocks + block * BLOCK_WORDS + BLOCK.deposit;
}

/** First page of the 2 MiB around `page`. */
export function hugeStart(page: number): number {
  return page - (page & (HUGE_PAGES - 1));
}

/**
 * zap_huge_pmd: takes a huge page out whole and gathers its block and the table put by. False when
 * there is none any more. The caller flushes.
 */
export function* zapHuge(cpu: Cpu, mm: Mm, page: number): Op<boolean> {
  const { km, gather } = cpu;
  const slot = pmdSlot(km, mm.root, page);
  const lock = yield* lockPmd(cpu, slot);
  const entry = km.tables[slot]!;
  if (entry < 0) km.tables[slot] = 0;
  spinUnlock(cpu, lock);
  if (entry >= 0) return false;
  cpu.charge(COST.zapPage, 1);
  const block = blockOf(entry);
  if (block === 0) {
    gather.hasUncounted = true;
    return true;
  }
  gather.addBlock(block);
  gather.tables[gather.tableCount] = km.words[depositOf(km, block)]!;
  gather.tableCount += 1;
  addRss(cpu, mm, -HUGE_PAGES);
  return true;
}

/**
 * __split_huge_pmd: the same pages, with the same permissions, as entries of a page table; nothing
 * where no huge page is. In either mode of mmap_sem. The huge zero page has no table put by: if there
 * is none to be had, its pages are no longer mapped, which is what they hold.
 */
export function* splitHuge(cpu: Cpu, mm: Mm, page: number): Op<void> {
  const { km } = cpu;
  const found = hugeEntry(km, mm.root, page);
  if (found === 0) return;
  const pool = tablePool(km);
  const spare = blockOf(found) === 0 ? yield* take(cpu, pool) : 0;
  const slot = pmdSlot(km, mm.root, page);
  const lock = yield* lockPmd(cpu, slot);
  const entry = km.tables[slot]!;
  const block = blockOf(entry);
  const usesSpare = entry < 0 && block === 0;
  if (entry < 0) {
    const table = usesSpare ? spare : km.words[depositOf(km, block)]!;
    for (let i = 0; table !== 0 && i < HUGE_PAGES; i++) {
      km.tables[(table << 9) | i] = pteInHuge(km, entry, i);
    }
    Atomics.store(km.tables, slot, table);
  }
  spinUnlock(cpu, lock);
  if (spare !== 0 && !usesSpare) yield* give(cpu, pool, spare);
  if (entry >= 0) return;
  cpu.charge(COST.pteWork, 1);
  yield* flushTlb(cpu, mm);
}

/** split_huge_pmd_address: where a VMA is to begin or end, no huge page may lie across. */
export function* splitHugeAt(cpu: Cpu, mm: Mm, page: number): Op<void> {
  if ((page & (HUGE_PAGES - 1)) !== 0) yield* splitHuge(cpu, mm, page);
}

/**
 * change_huge_pmd for a range that begins at `first`: gives a huge page that lies wholly in it the flag
 * bits that `rewrite` says for its first page, but for the dirty bit, which stays. A huge page that does
 * not is split. Returns whether there are others now.
 */
export function* rewriteHuge(
  cpu: Cpu,
  mm: Mm,
  first: number,
  end: number,
  rewrite: (pte: number) => number,
): Op<boolean> {
  const { km } = cpu;
  if (hugeStart(first) !== first || end - first < HUGE_PAGES) {
    yield* splitHuge(cpu, mm, first);
    return false;
  }
  const slot = pmdSlot(km, mm.root, first);
  const lock = yield* lockPmd(cpu, slot);
  const entry = km.tables[slot]!;
  const bits = PTE.present | PTE.write;
  const isHuge = entry < 0;
  const wanted = isHuge ? (entry & ~bits) | (rewrite(pteInHuge(km, entry, first)) & bits) : entry;
  Atomics.store(km.tables, slot, wanted);
  spinUnlock(cpu, lock);
  return wanted !== entry;
}

/**
 * Puts `wanted` where the huge `entry` was read: more permissions, or a block of its own for the huge
 * zero page, which every CPU has to forget then. Whether it was still there.
 */
export function* replaceHuge(
  cpu: Cpu,
  mm: Mm,
  slot: number,
  { entry, wanted }: { readonly entry: number; readonly wanted: number },
): Op<boolean> {
  const lock = yield* lockPmd(cpu, slot);
  const isMine = Atomics.compareExchange(cpu.km.tables, slot, entry, wanted) === entry;
  spinUnlock(cpu, lock);
  if (isMine && entry !== 0 && blockOf(entry) === 0) yield* flushTlb(cpu, mm);
  return isMine;
}

/** How many huge pages with memory of their own begin in [first, end): AnonHugePages of smaps. */
export function countHuge(km: KernelMemory, mm: Mm, first: number, end: number): number {
  let count = 0;
  for (let page = hugeStart(first + HUGE_PAGES - 1); page < end; page += HUGE_PAGES) {
    if (blockOf(hugeEntry(km, mm.root, page)) !== 0) count += 1;
  }
  return count;
}
