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
/** Being unmapped in phases: every fault is a SIGSEGV (RFC v3's flag). */
export const VM_DEAD = 0x1000_0000;
/** A dead VMA whose pages are gone. Set under mmap_sem in either mode. */
export const VM_ZAPPED = 0x2000_0000;

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { start: START, end: END } = VMA_PAGES;
const { flags: FLAGS } = VMA;
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

export function flagsOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * WORDS_PER_VMA + FLAGS]!;
}

/** Next VMA by address, 0 at the end. */
export function nextOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * VMA_WORDS + VMA.next]!;
}

export function prevOf(km: KernelMemory, vma: number): number {
  return km.vmaWords[vma * VMA_WORDS + VMA.prev]!;
}

/** Sets flags by atomics, so that holders of mmap_sem for read may do it too. */
export function addFlags(km: KernelMemory, vma: number, flags: number): void {
  Atomics.or(km.vmaWords, vma * VMA_WORDS + VMA.flags, flags);
}

/** Fills a record that is in no index yet. */
export function initVma(
  km: KernelMemory,
  vma: number,
  fields: { start: number; end: number; flags: number },
): void {
  const at = vma * VMA_WORDS;
  km.vmaPages[vma * PAGE_FIELDS + START] = fields.start;
  km.vmaPages[vma * PAGE_FIELDS + END] = fields.end;
  km.vmaWords.fill(0, at + VMA.left, at + VMA.flags);
  km.vmaWords[at + VMA.flags] = fields.flags;
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
