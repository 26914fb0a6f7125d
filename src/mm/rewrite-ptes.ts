/** The flag bits of what is present in a range, all at once: permissions, and whether it is dirty. */
import { hugeEntry } from './huge-entry.js';
import { rewriteHuge } from './huge-page.js';
import { FRAME, FRAME_CACHED, FRAME_WORDS, PTE, TABLE } from './layout.js';
import type { KernelMemory } from './kernel-memory.js';
import type { Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { endOfPopulated, pteIndex, pteTableOf } from './page-table.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';
import { flushTlb } from './tlb.js';

/** The three flag bits of a PTE (`layout.ts`). */
const FLAGS = PTE.present | PTE.write | PTE.dirty;

/** The flag bits that a PTE is to have. */
export type Rewrite = (pte: number) => number;

/**
 * Gives every PTE of [first, end) the flag bits that `rewrite` says, and flushes what CPUs remember of
 * them. Needs mmap_sem in either mode. A huge page that lies in the range in part is split.
 */
export function* rewritePtes(
  cpu: Cpu,
  mm: Mm,
  first: number,
  end: number,
  rewrite: Rewrite,
): Op<void> {
  const { km } = cpu;
  let changed = 0;
  for (let page = first; page < end;) {
    let table = pteTableOf(km, mm.root, page);
    const next = Math.min(end, endOfPopulated(km, mm.root, page));
    if (table === 0 && hugeEntry(km, mm.root, page) !== 0) {
      if (yield* rewriteHuge(cpu, mm, page, next, rewrite)) changed += 1;
      table = pteTableOf(km, mm.root, page);
    }
    if (table !== 0) {
      const lock = km.tableRecordAt(table) + TABLE.lock;
      if (cpu.mustYield()) yield STOP.step;
      if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
      changed += rewriteIn(cpu, pteIndex(table, page), next - page, rewrite);
      spinUnlock(cpu, lock);
    }
    page = next;
  }
  if (changed > 0) yield* flushTlb(cpu, mm);
}

/** Within one table, which is locked. How many PTEs are others now. */
function rewriteIn(cpu: Cpu, from: number, count: number, rewrite: Rewrite): number {
  const { tables } = cpu.km;
  let changed = 0;
  for (let slot = from; slot < from + count; slot++) {
    for (;;) {
      const pte = tables[slot]!;
      if (pte === 0) break;
      const wanted = (pte & ~FLAGS) | rewrite(pte);
      if (wanted === pte) break;
      // A store of another CPU may make it dirty meanwhile.
      if (Atomics.compareExchange(tables, slot, pte, wanted) !== pte) continue;
      changed += 1;
      break;
    }
  }
  cpu.charge(COST.pteWork, changed);
  return changed;
}

/** An anonymous page, which nobody else can have: not a file's, not the zero page. */
export function isOwn(km: KernelMemory, pte: number): boolean {
  const frame = pte >>> PTE.shift;
  if (frame === km.zeroFrame) return false;
  return (km.frames[frame * FRAME_WORDS + FRAME.state]! & FRAME_CACHED) === 0;
}
