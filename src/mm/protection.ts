/**
 * Permissions of present pages (4.17 change_protection, change_pte_range): what a VMA's pages may be
 * used for right now, which may be less than the VMA allows, never more.
 */
import { FILE, FILE_KIND, PTE } from './layout.js';
import type { Mm } from './mm.js';
import type { Cpu, Op } from './op.js';
import { isOwn, rewritePtes } from './rewrite-ptes.js';
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
  const rewrite = (pte: number): number => permitted(cpu, vma, pte) | (pte & PTE.dirty);
  yield* rewritePtes(cpu, mm, first, end, rewrite);
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
  const mayWrite = cpu.rules.mprotectRestoresWrite && isOwn(km, pte);
  return mayWrite ? PTE.present | PTE.write : PTE.present;
}
