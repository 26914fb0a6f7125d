/**
 * Permissions of present pages (4.17 change_protection, change_pte_range): what a VMA's pages may be
 * used for right now, which may be less than the VMA allows, never more.
 */
import { hugeEntry } from './huge-entry.js';
import { protectHuge } from './huge-page.js';
import { FILE, FILE_KIND, FRAME, FRAME_CACHED, FRAME_WORDS, PTE, TABLE } from './layout.js';
import type { Mm } from './mm.js';
import { COST, type Cpu, type Op } from './op.js';
import { endOfPopulated, pteIndex, pteTableOf } from './page-table.js';
import { spinLock, spinUnlock } from './spinlock.js';
import { flushTlb } from './tlb.js';
import { VM_ACCESS_FLAGS, VM_SHARED, VM_WRITE, fileOf, flagsOf } from './vma.js';

/**
 * Gives the present pages of [first, end), all in `vma`, the permissions of the VMA. Needs mmap_sem
 * for write.
 */
export function* changeProtection(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  first: number,
  end: number,
): Op<void> {
  const { km } = cpu;
  let changed = 0;
  for (let page = first; page < end;) {
    const next = Math.min(end, endOfPopulated(km, mm.root, page));
    let table = pteTableOf(km, mm.root, page);
    if (table === 0 && hugeEntry(km, mm.root, page) !== 0) {
      const bits = (pte: number): number => permitted(cpu, vma, pte);
      if (yield* protectHuge(cpu, mm, page, next, bits)) changed += 1;
      table = pteTableOf(km, mm.root, page);
    }
    if (table !== 0) {
      const lock = km.tableRecordAt(table) + TABLE.lock;
      yield* spinLock(cpu, lock);
      changed += protectPtes(cpu, vma, pteIndex(table, page), next - page);
      spinUnlock(cpu, lock);
    }
    page = next;
  }
  if (changed > 0) yield* flushTlb(cpu, mm);
}

/** Within one table, which is locked. How many pages have other permissions now. */
function protectPtes(cpu: Cpu, vma: number, from: number, count: number): number {
  const { tables } = cpu.km;
  let changed = 0;
  for (let slot = from; slot < from + count; slot++) {
    for (;;) {
      const pte = tables[slot]!;
      if (pte === 0) break;
      const wanted = (pte & ~(PTE.present | PTE.write)) | permitted(cpu, vma, pte);
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

/** The permission bits that a present page gets in a VMA (vm_page_prot, can_change_pte_writable). */
function permitted(cpu: Cpu, vma: number, pte: number): number {
  const { km } = cpu;
  const flags = flagsOf(km, vma);
  if ((flags & VM_ACCESS_FLAGS) === 0) return 0;
  if ((flags & VM_WRITE) === 0) return PTE.present;
  if ((flags & VM_SHARED) !== 0) {
    // Files on disks want to be told of the first store to a clean page.
    const isTracked = km.words[km.fileAt(fileOf(km, vma)) + FILE.kind] === FILE_KIND.disk;
    return isTracked && (pte & PTE.dirty) === 0 ? PTE.present : PTE.present | PTE.write;
  }
  const mayWrite = cpu.rules.mprotectRestoresWrite && isOwn(cpu, pte);
  return mayWrite ? PTE.present | PTE.write : PTE.present;
}

/** An anonymous page, which nobody else can have: not a file's, not the zero page. */
function isOwn(cpu: Cpu, pte: number): boolean {
  const { km } = cpu;
  const frame = pte >>> PTE.shift;
  if (frame === km.zeroFrame) return false;
  return (km.frames[frame * FRAME_WORDS + FRAME.state]! & FRAME_CACHED) === 0;
}
