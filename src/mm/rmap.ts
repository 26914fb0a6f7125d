/**
 * From a file to the VMAs that map it (i_mmap), and from there to their PTEs, in whatever address space
 * they are. All of it under the file's lock, which keeps the VMAs and their edges in place; and as long
 * as a VMA is linked here, its page tables are not freed: they go after it has been taken out.
 */
import type { KernelMemory } from './kernel-memory.js';
import { nextMapping } from './file-mappings.js';
import {
  FRAME,
  FRAME_CACHED,
  FRAME_DIRTY,
  FRAME_WORDS,
  MM,
  PTE,
  TASK,
  VMA,
  VMA_WORDS,
} from './layout.js';
import { Mm, addRss } from './mm.js';
import type { Cpu, Op } from './op.js';
import { endOfPopulated, pteIndex, pteTableOf } from './page-table.js';
import { spinLock, spinUnlock } from './spinlock.js';
import { tableLockOf } from './fault-anon.js';
import { flushTlb, freeGathered } from './tlb.js';
import { VM_SHARED, endOf, flagsOf, pgoffOf, startOf } from './vma.js';
import { zapShared } from './zap-shared.js';

/** Page of the file that a VMA's page shows. */
export function fileIndexOf(km: KernelMemory, vma: number, page: number): number {
  return page - startOf(km, vma) + pgoffOf(km, vma);
}

/**
 * What to do with one PTE that is not 0, under its table's lock; whether other CPUs may still go by
 * what it was. `slot` is its index in `km.tables`.
 */
type PteVisitor = (cpu: Cpu, mm: Mm, slot: number) => boolean;

/** unmap_mapping_range: takes pages [first, end) out of every mapping, private copies `evenCows`. */
export function* unmapFile(
  cpu: Cpu,
  file: number,
  first: number,
  end: number,
  evenCows: boolean,
): Op<void> {
  const { km } = cpu;
  const visit = evenCows ? unmap : unmapCached;
  let vma = nextMapping(km, file, 0, first, end);
  for (; vma !== 0; vma = nextMapping(km, file, vma, first, end)) {
    yield* visitPages(cpu, vma, first, end, visit);
  }
}

/**
 * page_mkclean: takes write permission and dirt away from all shared mappings of pages [first, end), so
 * that the next write to each traps. Dirt goes to the frames.
 */
export function* writeProtect(cpu: Cpu, file: number, first: number, end: number): Op<void> {
  const { km } = cpu;
  let vma = nextMapping(km, file, 0, first, end);
  for (; vma !== 0; vma = nextMapping(km, file, vma, first, end)) {
    if ((flagsOf(km, vma) & VM_SHARED) !== 0) yield* visitPages(cpu, vma, first, end, protect);
  }
}

/**
 * Visits the PTEs of one VMA for pages [first, end) of its file, and flushes TLBs before a table's lock
 * is dropped. What the visitor has put into the gather is freed then.
 */
export function* visitPages(
  cpu: Cpu,
  vma: number,
  first: number,
  end: number,
  visit: PteVisitor,
): Op<void> {
  const { km } = cpu;
  const mm = mmOf(km, vma);
  const shift = startOf(km, vma) - pgoffOf(km, vma);
  const last = Math.min(endOf(km, vma), end + shift);
  for (let page = Math.max(startOf(km, vma), first + shift); page < last;) {
    const table = pteTableOf(km, mm.root, page);
    const next = Math.min(last, endOfPopulated(km, mm.root, page));
    if (table !== 0) yield* visitTable(cpu, mm, pteIndex(table, page), next - page, visit);
    page = next;
  }
}

function* visitTable(cpu: Cpu, mm: Mm, from: number, count: number, visit: PteVisitor): Op<void> {
  const { tables } = cpu.km;
  const lock = tableLockOf(cpu, from);
  yield* spinLock(cpu, lock);
  let stale = false;
  for (let slot = from; slot < from + count; slot++) {
    if (tables[slot] !== 0 && visit(cpu, mm, slot)) stale = true;
  }
  cpu.gather.forceFlush = false;
  if (stale) yield* flushTlb(cpu, mm);
  spinUnlock(cpu, lock);
  if (cpu.gather.frameCount > 0) yield* freeGathered(cpu);
}

/** The address space of a VMA, which need not be the CPU's. */
function mmOf(km: KernelMemory, vma: number): Mm {
  return Mm.attach(km, km.vmaWords[vma * VMA_WORDS + VMA.mm]!);
}

/** State of the frame that a PTE maps. */
export function frameStateAt(km: KernelMemory, slot: number): number {
  return Atomics.load(km.frames, (km.tables[slot]! >>> PTE.shift) * FRAME_WORDS + FRAME.state);
}

/** PteVisitor: whatever is mapped goes. */
export function unmap(cpu: Cpu, mm: Mm, slot: number): boolean {
  const { km, gather } = cpu;
  const frame = km.tables[slot]! >>> PTE.shift;
  if (!zapShared(cpu, slot)) return true;
  gather.frames[gather.frameCount] = frame;
  gather.frameCount += 1;
  // A task keeps a share of its own address space's rss alone.
  if (km.words[cpu.self + TASK.mm] === mm.id) addRss(cpu, mm, -1);
  else Atomics.sub(km.words, mm.at + MM.rss, 1);
  return true;
}

/** PteVisitor: pages of the file go, private copies of them stay. */
function unmapCached(cpu: Cpu, mm: Mm, slot: number): boolean {
  return (frameStateAt(cpu.km, slot) & FRAME_CACHED) !== 0 && unmap(cpu, mm, slot);
}

/** PteVisitor: see writeProtect. */
function protect({ km }: Cpu, _mm: Mm, slot: number): boolean {
  const { tables, frames } = km;
  if ((tables[slot]! & (PTE.write | PTE.dirty)) === 0) return false;
  const pte = Atomics.and(tables, slot, ~(PTE.write | PTE.dirty));
  if ((pte & PTE.dirty) !== 0) {
    Atomics.or(frames, (pte >>> PTE.shift) * FRAME_WORDS + FRAME.state, FRAME_DIRTY);
  }
  return true;
}
