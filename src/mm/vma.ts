/**
 * VMAs: records, flags, and finding the one that covers a page (4.17 find_vma with its per-task
 * cache). The index over them is `vma-index.ts`.
 */
import type { KernelMemory } from './kernel-memory.js';
import { MM, VMA, VMA_PAGES, VMA_WORDS } from './layout.js';
import type { Mm } from './mm.js';
import type { Cpu } from './op.js';

export const VM_READ = 0x1;
export const VM_WRITE = 0x2;
export const VM_EXEC = 0x4;
export const VM_SHARED = 0x8;
/** What mprotect may give: the MAY bit of a permission is its bit shifted by 4. */
export const VM_MAYREAD = 0x10;
export const VM_MAYWRITE = 0x20;
export const VM_MAYEXEC = 0x40;
export const VM_MAYSHARE = 0x80;
export const VM_GROWSDOWN = 0x100;
/** userfaultfd has been told of this VMA. */
export const VM_UFFD_MISSING = 0x200;
/** Pages of a device: mapped without frames of the allocator. */
export const VM_PFNMAP = 0x400;
/** The file of the VMA has uprobes in it; a marker of ours, Linux asks the inode. */
export const VM_UPROBES = 0x800;
/** Nobody has an anonymous page in it yet: `anonVma` is 0. In the flags, where a fault looks anyway. */
export const VM_UNWRITTEN = 0x1000;
export const VM_LOCKED = 0x2000;
export const VM_SEQ_READ = 0x8000;
export const VM_RAND_READ = 0x1_0000;
export const VM_DONTCOPY = 0x2_0000;
export const VM_DONTEXPAND = 0x4_0000;
export const VM_LOCKONFAULT = 0x8_0000;
/** Its private writable pages are charged against the commit limit. */
export const VM_ACCOUNT = 0x10_0000;
export const VM_NORESERVE = 0x20_0000;
export const VM_HUGETLB = 0x40_0000;
/** A dead VMA whose pages are gone. Set under mmap_sem in either mode. */
export const VM_ZAPPED = 0x80_0000;
/** Its pages come from a file, of shared anonymous memory, too; a marker of ours. */
export const VM_FILE = 0x100_0000;
export const VM_WIPEONFORK = 0x200_0000;
export const VM_DONTDUMP = 0x400_0000;
/** Being unmapped in phases: every fault is a SIGSEGV (RFC v3's flag). */
export const VM_DEAD = 0x1000_0000;
export const VM_HUGEPAGE = 0x2000_0000;
export const VM_NOHUGEPAGE = 0x4000_0000;
export const VM_MERGEABLE = 0x8000_0000 | 0;

export const VM_ACCESS_FLAGS = VM_READ | VM_WRITE | VM_EXEC;
/** VMAs with one of these never merge, are never locked, never dumped (4.17 VM_SPECIAL). */
export const VM_SPECIAL = VM_DONTEXPAND | VM_PFNMAP;

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { start: START, end: END, pgoff: PGOFF } = VMA_PAGES;
const { flags: FLAGS, file: FILE_FIELD, anonVma: ANON_VMA } = VMA;
const { vmacacheSeq: VMACACHE_SEQ } = MM;
const WORDS_PER_VMA = VMA_WORDS;
const PAGE_FIELDS = VMA_WORDS / 2;

export function startOf(km: KernelMemory, vma: number): number {
  return km.vmaPages[vma * PAGE_FIELDS + START]!;
}

/** First page behind the VMA. */
export function endOf(km: KernelMemory, vma: number): number {
  return km.vmaPages[vma * PAGE_FIELDS + END]!;
}

/** VM_* flags but for VM_UNWRITTEN, which says nothing that `anonVmaOf` does not. */
export function flagsOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * WORDS_PER_VMA + FLAGS]! & ~VM_UNWRITTEN;
}

export function allFlagsOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * WORDS_PER_VMA + FLAGS]!;
}

/** Next VMA by address, 0 at the end. */
export function nextOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * VMA_WORDS + VMA.next]!;
}

export function prevOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * VMA_WORDS + VMA.prev]!;
}

/** The file of the VMA's pages, 0 of private anonymous memory. */
export function fileOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * WORDS_PER_VMA + FILE_FIELD]!;
}

/** Page of the file at the VMA's start; see VMA. */
export function pgoffOf(km: KernelMemory, vma: number): number {
  return km.vmaPages[vma * PAGE_FIELDS + PGOFF]!;
}

/** Whose anonymous pages are in it, 0 while none ever were. */
export function anonVmaOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * WORDS_PER_VMA + ANON_VMA]!;
}

export function setFlags(km: KernelMemory, vma: number, flags: number): void {
  const unwritten = anonVmaOf(km, vma) === 0 ? VM_UNWRITTEN : 0;
  km.vmaWords[vma * WORDS_PER_VMA + FLAGS] = flags | unwritten;
}

/** Whose anonymous pages are in it from now on. Needs mmap_sem for write. */
export function setAnonVma(km: KernelMemory, vma: number, anonVma: number): void {
  const flags = flagsOf(km, vma);
  km.vmaWords[vma * WORDS_PER_VMA + ANON_VMA] = anonVma;
  setFlags(km, vma, flags);
}

/** Sets flags by atomics, so that holders of mmap_sem for read may do it too. */
export function addFlags(km: KernelMemory, vma: number, flags: number): void {
  Atomics.or(km.vmaWords, vma * VMA_WORDS + VMA.flags, flags);
}

/** Fills a record that is in no index yet. */
export function initVma(
  km: KernelMemory,
  vma: number,
  fields: {
    start: number;
    end: number;
    flags: number;
    mm: number;
    /** Defaults to private anonymous memory that was mapped here. */
    file?: number;
    pgoff?: number;
    anonVma?: number;
  },
): void {
  const at = vma * VMA_WORDS;
  km.vmaPages[vma * PAGE_FIELDS + START] = fields.start;
  km.vmaPages[vma * PAGE_FIELDS + END] = fields.end;
  km.vmaPages[vma * PAGE_FIELDS + PGOFF] = fields.pgoff ?? fields.start;
  km.vmaWords.fill(0, at + VMA.left, at + VMA.flags);
  km.vmaWords[at + VMA.file] = fields.file ?? 0;
  km.vmaWords[at + VMA.anonVma] = fields.anonVma ?? 0;
  setFlags(km, vma, fields.flags);
  km.vmaWords[at + VMA.mm] = fields.mm;
  km.vmaWords[at + VMA.mapLeft] = 0;
  km.vmaWords[at + VMA.mapRight] = 0;
}

/** The lowest VMA that ends above `page`, 0 if none. Needs mmap_sem in either mode. */
export function findVma(km: KernelMemory, mm: Mm, page: number): number {
  let found = 0;
  let node = km.words[mm.at + MM.tree]!;
  while (node !== 0) {
    if (endOf(km, node) > page) {
      found = node;
      if (startOf(km, node) <= page) break;
      node = km.vmaWords[node * VMA_WORDS + VMA.left]!;
    } else {
      node = km.vmaWords[node * VMA_WORDS + VMA.right]!;
    }
  }
  return found;
}

/** The VMA that covers `page`, 0 if none, by way of the task's VMA cache. */
export function vmaAt(cpu: Cpu, mm: Mm, page: number): number {
  const { km, vmacache } = cpu;
  const seq = km.words[mm.at + VMACACHE_SEQ]!;
  if (cpu.vmacacheSeq !== seq) {
    // A detach since: what the cache names may be another VMA by now.
    cpu.vmacacheSeq = seq;
    vmacache.fill(0);
  }
  const slot = page & 3;
  const cached = vmacache[slot]!;
  if (cached !== 0 && startOf(km, cached) <= page && page < endOf(km, cached)) return cached;
  const vma = findVma(km, mm, page);
  if (vma === 0 || startOf(km, vma) > page) return 0;
  vmacache[slot] = vma;
  return vma;
}
