/** Huge pages at rest: part of the audit of `check.ts`. */
import { isCovered, type Covered } from './check-vmas.js';
import type { KernelMemory } from './kernel-memory.js';
import { BLOCK, BLOCK_SHIFT, BLOCK_WORDS, HUGE, POOL, PTE, PTRS_PER_TABLE } from './layout.js';

export interface HugeAudit {
  readonly km: KernelMemory;
  readonly claim: (holds: boolean, otherwise: () => string) => void;
  addMapping(frame: number): void;
  tablesInUse: number;
}

/**
 * A huge entry of address space `mm` over 512 pages from `base` on: lies in VMAs, in memory that was
 * handed out, with a page table put by. Returns how many pages of it are counted in rss.
 */
export function checkHuge(
  audit: HugeAudit,
  mm: number,
  entry: number,
  base: number,
  covered: Covered,
): number {
  const { km, claim } = audit;
  const block = (entry & ~HUGE) >>> PTE.shift;
  const at = `mm ${mm}: huge page at page ${base}`;
  claim(isCovered(covered, base, base + PTRS_PER_TABLE), () => `${at} is outside every VMA`);
  if (block === 0) {
    claim((entry & PTE.write) === 0, () => `${at} may write the zero page`);
    return 0;
  }
  claim((entry & PTE.write) === 0 || (entry & PTE.dirty) !== 0, () => `${at} is written and clean`);
  const last = ((block + 1) << BLOCK_SHIFT) - 1;
  if (last > km.words[km.at.zone + POOL.brk]!) {
    claim(false, () => `${at} is block ${block}, never allocated`);
    return 0;
  }
  for (let frame = block << BLOCK_SHIFT; frame <= last; frame++) audit.addMapping(frame);
  const deposit = km.words[km.at.blocks + block * BLOCK_WORDS + BLOCK.deposit]!;
  const taken = km.words[km.at.tablePool + POOL.brk]!;
  claim(deposit > 0 && deposit <= taken, () => `${at} has put no page table by, but ${deposit}`);
  audit.tablesInUse += 1;
  return PTRS_PER_TABLE;
}
