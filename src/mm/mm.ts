/**
 * The address space record (`struct mm_struct`): where its words are, how it is born, its resident
 * set counter.
 */
import { assert } from '../util/assert.js';
import type { KernelMemory } from './kernel-memory.js';
import { MM, MM_PAGES, TASK } from './layout.js';
import type { Cpu } from './op.js';
import { tablePool, takeUnlocked } from './pool.js';
import { VM_LOCKED } from './vma.js';

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { rssPending: RSS_PENDING } = TASK;
const { rss: RSS } = MM;

/** First page no mapping may contain: 47 bits of user address space (x86-64 TASK_SIZE). */
export const TASK_SIZE_PAGES = 2 ** 35 - 1;
/** End of what the page tables of user space reach: the hole above the last VMA ends here. */
export const HIGHEST_PAGE = 2 ** 35;
/** Top-down placement starts here: the smallest stack gap of 128 MiB, no randomisation. */
export const MMAP_BASE_PAGE = TASK_SIZE_PAGES - 32768;
/** `vm.mmap_min_addr` of 64 KiB. */
export const MMAP_MIN_PAGE = 16;

/** rss is added to the mm in batches of so many pages (TASK_RSS_EVENTS_THRESH). */
const RSS_BATCH = 64;

/** One thread's handle on an address space; all its state is in the shared buffer. */
export class Mm {
  readonly id: number;
  /** First word of the record (`layout.ts`, MM). */
  readonly at: number;
  /** First word of its mmap_sem. */
  readonly sem: number;
  /** Top-level page table. */
  readonly root: number;

  private constructor(km: KernelMemory, id: number) {
    this.id = id;
    this.at = km.mmAt(id);
    this.sem = this.at + MM.sem;
    this.root = km.words[this.at + MM.root]!;
  }

  /** mm_init: before any task runs. */
  static create(km: KernelMemory, id: number): Mm {
    const root = takeUnlocked(km, tablePool(km));
    assert(root !== 0, 'no page table for a new address space');
    km.words[km.mmAt(id) + MM.root] = root;
    return new Mm(km, id);
  }

  static attach(km: KernelMemory, id: number): Mm {
    const mm = new Mm(km, id);
    assert(mm.root !== 0, `address space ${id} was never created`);
    return mm;
  }
}

/** Adds to the task's share of rss, and to the mm's once enough has come together. */
export function addRss(cpu: Cpu, mm: Mm, pages: number): void {
  const { words } = cpu.km;
  const pending = words[cpu.self + RSS_PENDING]! + pages;
  if (pending < RSS_BATCH && pending > -RSS_BATCH) {
    words[cpu.self + RSS_PENDING] = pending;
    return;
  }
  words[cpu.self + RSS_PENDING] = 0;
  cpu.touch(mm.at + RSS);
  const rss = Atomics.add(words, mm.at + RSS, pending) + pending;
  if (rss > words[mm.at + MM.rssMax]!) words[mm.at + MM.rssMax] = rss;
}

/** Writes under mmap_sem held for write. */
export function addMapCount(km: KernelMemory, mm: Mm, vmas: number): void {
  const { words } = km;
  const count = words[mm.at + MM.mapCount]! + vmas;
  words[mm.at + MM.mapCount] = count;
  if (count > words[mm.at + MM.mapCountMax]!) words[mm.at + MM.mapCountMax] = count;
}

/** `pages` more in VMAs with these flags. Writes under mmap_sem held for write. */
export function addPages(km: KernelMemory, mm: Mm, flags: number, pages: number): void {
  km.stats[mm.at / 2 + MM_PAGES.total]! += pages;
  if ((flags & VM_LOCKED) !== 0) km.stats[mm.at / 2 + MM_PAGES.locked]! += pages;
}

export function mapCount(km: KernelMemory, mm: Mm): number {
  return km.words[mm.at + MM.mapCount]!;
}

/** A VMA leaves the index: no task's VMA cache may name it any longer (vmacache_invalidate). */
export function invalidateVmacache(km: KernelMemory, mm: Mm): void {
  const { words } = km;
  words[mm.at + MM.vmacacheSeq] = words[mm.at + MM.vmacacheSeq]! + 1;
}
