/**
 * VMAs that patches of munmap treat apart, made so by hand: what makes them in Linux (a driver's
 * remap_pfn_range, hugetlbfs, uprobe_register, the ioctls of userfaultfd) is not modelled, only what
 * is told by the VMA.
 */
import { ENOMEM } from './errno.js';
import { PAGE_SIZE } from './layout.js';
import type { Mm } from './mm.js';
import type { Cpu, Op } from './op.js';
import { downWrite, upWrite } from './rwsem.js';
import { modifyVma } from './vma-edit.js';
import {
  VM_DONTEXPAND,
  VM_HUGETLB,
  VM_PFNMAP,
  VM_UFFD_MISSING,
  VM_UPROBES,
  endOf,
  findVma,
  flagsOf,
  startOf,
} from './vma.js';

/** Flags by what they stand for. A locked VMA is made by mlock. */
export const SPECIAL_MARKS = {
  hugetlb: VM_HUGETLB,
  pfnmap: VM_PFNMAP | VM_DONTEXPAND,
  uprobes: VM_UPROBES,
  userfaultfd: VM_UFFD_MISSING,
} as const;

/** Marks what is mapped of a range of whole pages. 0, or -ENOMEM where a VMA cannot be split. */
export function* markSpecial(
  cpu: Cpu,
  mm: Mm,
  { address, bytes }: { readonly address: number; readonly bytes: number },
  mark: keyof typeof SPECIAL_MARKS,
): Op<number> {
  const { km } = cpu;
  const end = (address + bytes) / PAGE_SIZE;
  let result = 0;
  yield* downWrite(cpu, mm.sem);
  for (let page = address / PAGE_SIZE; page < end && result === 0;) {
    const vma = findVma(km, mm, page);
    if (vma === 0 || startOf(km, vma) >= end) break;
    const part = { start: Math.max(page, startOf(km, vma)), end: Math.min(end, endOf(km, vma)) };
    const modified = yield* modifyVma(cpu, mm, vma, part, flagsOf(km, vma) | SPECIAL_MARKS[mark]);
    if (modified < 0) result = -ENOMEM;
    page = part.end;
  }
  yield* upWrite(cpu, mm.sem);
  return result;
}
