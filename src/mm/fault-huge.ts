/** Faults that 2 MiB answer at once (4.17 do_huge_pmd_anonymous_page, do_huge_pmd_wp_page). */
import { anonVmaPrepare } from './anon-vma.js';
import { giveBlocks, takeBlock } from './block-alloc.js';
import { ACCESS, FAULT, type Access, type FaultResult } from './fault-result.js';
import { HUGE_PAGES, HUGE_ZERO, blockOf, pmdSlot } from './huge-entry.js';
import { depositOf, hugeStart, replaceHuge, splitHuge } from './huge-page.js';
import { HUGE, PTE } from './layout.js';
import { addRss, type Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { allocTables } from './page-table.js';
import { give, take, tablePool } from './pool.js';
import {
  VM_HUGEPAGE,
  VM_NOHUGEPAGE,
  VM_SHARED,
  VM_SPECIAL,
  endOf,
  fileOf,
  flagsOf,
  startOf,
} from './vma.js';

const OWN = PTE.present | PTE.write | PTE.dirty;
const NEVER = VM_NOHUGEPAGE | VM_SHARED | VM_SPECIAL;

/**
 * A fault in private anonymous memory, with mmap_sem held and permissions checked: its end, or
 * undefined when the page is to be had as a small one.
 */
export function* faultHuge(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  page: number,
  access: Access,
): Op<FaultResult | undefined> {
  const { tables } = cpu.km;
  let slot = pmdSlot(cpu.km, mm.root, page);
  const entry = slot === 0 ? 0 : tables[slot]!;
  // The access will find it by itself: there is no PTE to be told of.
  cpu.faultSlot = 0;
  if (entry < 0) return yield* faultInHuge(cpu, mm, vma, { page, access, slot, entry });
  if (entry > 0 || !isEligible(cpu, vma, page)) return undefined;
  if (slot === 0) {
    if (!(yield* allocTables(cpu, mm, page, 1))) return FAULT.outOfMemory;
    slot = pmdSlot(cpu.km, mm.root, page);
  }
  if (access === ACCESS.store) return yield* installBlock(cpu, mm, vma, { slot, entry: 0 });
  cpu.charge(COST.pteWork, 1);
  if (cpu.mustYield()) yield STOP.step;
  Atomics.compareExchange(tables, slot, 0, HUGE_ZERO);
  return FAULT.done;
}

/** transparent_hugepage_enabled and transhuge_vma_suitable. */
function isEligible(cpu: Cpu, vma: number, page: number): boolean {
  const { km, rules } = cpu;
  const flags = flagsOf(km, vma);
  if (rules.thp === 'never' || (flags & NEVER) !== 0 || fileOf(km, vma) !== 0) return false;
  if (rules.thp === 'madvise' && (flags & VM_HUGEPAGE) === 0) return false;
  const first = hugeStart(page);
  return startOf(km, vma) <= first && first + HUGE_PAGES <= endOf(km, vma);
}

/** A huge page is there: somebody was first, or it may only be loaded from. */
function* faultInHuge(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  at: {
    readonly page: number;
    readonly access: Access;
    readonly slot: number;
    readonly entry: number;
  },
): Op<FaultResult | undefined> {
  const { entry, slot } = at;
  const needed = at.access | PTE.present;
  if ((entry & needed) === needed) return FAULT.done;
  const isStore = at.access === ACCESS.store;
  if (!isStore || blockOf(entry) !== 0) {
    cpu.charge(COST.pteWork, 1);
    yield* replaceHuge(cpu, mm, slot, { entry, wanted: entry | (isStore ? OWN : PTE.present) });
    return FAULT.done;
  }
  const result = yield* installBlock(cpu, mm, vma, { slot, entry });
  if (result === undefined) yield* splitHuge(cpu, mm, at.page);
  return result;
}

/**
 * A block in place of what was read, none or the huge zero page. Undefined when there is no block.
 * Whoever was first keeps his, and this one goes back.
 */
function* installBlock(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  { slot, entry }: { readonly slot: number; readonly entry: number },
): Op<FaultResult | undefined> {
  const { km } = cpu;
  const block = yield* takeBlock(cpu);
  if (block === 0) return undefined;
  const deposit = yield* take(cpu, tablePool(km));
  if (deposit === 0) {
    yield* giveBlocks(cpu, Int32Array.of(block), 1);
    return FAULT.outOfMemory;
  }
  km.words[depositOf(km, block)] = deposit;
  anonVmaPrepare(cpu, mm, vma);
  cpu.charge(COST.allocTable, 1);
  cpu.charge(COST.zeroPage, HUGE_PAGES);
  cpu.charge(COST.pteWork, 1);
  const wanted = HUGE | (block << PTE.shift) | OWN;
  if (yield* replaceHuge(cpu, mm, slot, { entry, wanted })) {
    addRss(cpu, mm, HUGE_PAGES);
    return FAULT.done;
  }
  yield* give(cpu, tablePool(km), deposit);
  yield* giveBlocks(cpu, Int32Array.of(block), 1);
  return FAULT.done;
}
