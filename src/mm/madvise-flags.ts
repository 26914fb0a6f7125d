/** Advices that change a VMA's flags (mm/madvise.c: madvise_vma_behavior), under mmap_sem for write. */
import type { KernelMemory } from './kernel-memory.js';
import { MADV } from './uapi.js';
import {
  VM_DONTCOPY,
  VM_DONTDUMP,
  VM_HUGEPAGE,
  VM_HUGETLB,
  VM_MAYSHARE,
  VM_MERGEABLE,
  VM_NOHUGEPAGE,
  VM_RAND_READ,
  VM_SEQ_READ,
  VM_SHARED,
  VM_SPECIAL,
  VM_WIPEONFORK,
  fileOf,
  flagsOf,
} from './vma.js';

/** The flags afterwards; undefined where the advice cannot be taken. */
type Change = (flags: number, hasFile: boolean) => number | undefined;

const NOT_MERGEABLE = VM_SHARED | VM_MAYSHARE | VM_HUGETLB | VM_SPECIAL;

const CHANGES: Readonly<Record<number, Change>> = {
  [MADV.normal]: (flags) => flags & ~(VM_RAND_READ | VM_SEQ_READ),
  [MADV.sequential]: (flags) => (flags & ~VM_RAND_READ) | VM_SEQ_READ,
  [MADV.random]: (flags) => (flags & ~VM_SEQ_READ) | VM_RAND_READ,
  [MADV.dontFork]: (flags) => flags | VM_DONTCOPY,
  [MADV.doFork]: (flags) => flags & ~VM_DONTCOPY,
  [MADV.wipeOnFork]: (flags, hasFile) => (hasFile ? undefined : flags | VM_WIPEONFORK),
  [MADV.keepOnFork]: (flags) => flags & ~VM_WIPEONFORK,
  [MADV.dontDump]: (flags) => flags | VM_DONTDUMP,
  [MADV.doDump]: (flags) => ((flags & VM_SPECIAL) !== 0 ? undefined : flags & ~VM_DONTDUMP),
  // KSM passes over what it cannot merge without a word.
  [MADV.mergeable]: (flags) => ((flags & NOT_MERGEABLE) !== 0 ? flags : flags | VM_MERGEABLE),
  [MADV.unmergeable]: (flags) => flags & ~VM_MERGEABLE,
  [MADV.hugePage]: (flags) => (flags & ~VM_NOHUGEPAGE) | VM_HUGEPAGE,
  [MADV.noHugePage]: (flags) => (flags & ~VM_HUGEPAGE) | VM_NOHUGEPAGE,
};

export function changesFlags(advice: number): boolean {
  return CHANGES[advice] !== undefined;
}

/** A VMA's flags after an advice that `changesFlags`; undefined where it cannot be taken. */
export function adviseFlags(km: KernelMemory, vma: number, advice: number): number | undefined {
  return CHANGES[advice]?.(flagsOf(km, vma), fileOf(km, vma) !== 0);
}
