/** Page-table entries from one place of an address space to another (4.17 move_page_tables). */
import { lockFile, unlockFile } from './file.js';
import { hugeEntry } from './huge-entry.js';
import { splitHuge } from './huge-page.js';
import type { Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { allocTables, endOfPopulated, pteSlot } from './page-table.js';
import { flushTlb } from './tlb.js';
import { fileOf } from './vma.js';

/**
 * Moves what is present in [from, from + pages) to `to`, where nothing is. Needs mmap_sem for write;
 * under the lock of the VMA's file, so that whoever unmaps a page everywhere finds it at one place.
 * Returns how many pages it got through: fewer than `pages` when a page table cannot be had.
 */
export function* movePages(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  { from, to, pages }: { readonly from: number; readonly to: number; readonly pages: number },
): Op<number> {
  const { km } = cpu;
  const file = fileOf(km, vma);
  yield* lockFile(cpu, file);
  let done = 0;
  let moved = 0;
  while (done < pages) {
    const slot = pteSlot(km, mm.root, from + done);
    if (slot === 0 && hugeEntry(km, mm.root, from + done) !== 0) {
      yield* splitHuge(cpu, mm, from + done);
      continue;
    }
    if (slot === 0) {
      done = Math.min(pages, endOfPopulated(km, mm.root, from + done) - from);
      continue;
    }
    if (km.tables[slot] !== 0) {
      if (pteSlot(km, mm.root, to + done) === 0 && !(yield* allocTables(cpu, mm, to + done))) break;
      if (cpu.mustYield()) yield STOP.step;
      const pte = Atomics.exchange(km.tables, slot, 0);
      Atomics.store(km.tables, pteSlot(km, mm.root, to + done), pte);
      moved += 1;
    }
    done += 1;
  }
  cpu.charge(COST.pteWork, moved);
  if (moved > 0) yield* flushTlb(cpu, mm);
  unlockFile(cpu, file);
  return done;
}
