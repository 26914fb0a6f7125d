/**
 * The steps that every munmap is made of. A strategy strings them together between lock lines;
 * what is done to pages, tables and VMAs is written here once.
 *
 * Each phase looks its VMAs up by address. RFC v3 kept pointers across the gaps between its lock
 * holds, where another writer may split or free what they point to; a range cannot dangle.
 */
import { ENOMEM } from '../errno.js';
import { putFile } from '../file.js';
import { STAT } from '../layout.js';
import { HIGHEST_PAGE, mapCount, type Mm } from '../mm.js';
import { COST, type Cpu, type Op } from '../op.js';
import { freeTables, zapRange } from '../page-table.js';
import { give, vmaPool } from '../pool.js';
import { assertHeld, assertHeldForWrite } from '../rwsem.js';
import { flushAndFree } from '../tlb.js';
import { splitVma } from '../vma-edit.js';
import { unlinkVma } from '../vma-link.js';
import { lastBelow } from '../vma-index.js';
import {
  VM_DEAD,
  VM_HUGETLB,
  VM_LOCKED,
  VM_PFNMAP,
  VM_UPROBES,
  VM_ZAPPED,
  addFlags,
  endOf,
  fileOf,
  findVma,
  flagsOf,
  nextOf,
  startOf,
} from '../vma.js';

/** What lookupAndSplit found. */
export const HOLE = 0;
export const FOUND = 1;

/** The pages [start, end) that a munmap is about, and the VMAs it has taken out of the index. */
export class MunmapRange {
  readonly start: number;
  readonly end: number;
  /** In address order. */
  readonly detached: number[] = [];

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }

  get pages(): number {
    return this.end - this.start;
  }
}

/**
 * Makes the range begin and end at VMA edges. FOUND, HOLE when no VMA is in it, or -ENOMEM, after
 * which a split at the low edge may remain, as in Linux. Needs mmap_sem for write.
 */
export function* lookupAndSplit(cpu: Cpu, mm: Mm, range: MunmapRange): Op<number> {
  const { km } = cpu;
  assertHeldForWrite(cpu, mm.sem);
  const first = findVma(km, mm, range.start);
  if (first === 0 || startOf(km, first) >= range.end) return HOLE;
  const split = startOf(km, first) < range.start;
  if (split) {
    // Only a hole in the middle leaves one VMA more than before; trimming an edge never fails here.
    const middle = range.end < endOf(km, first);
    if (middle && mapCount(km, mm) >= km.geometry.maxMapCount) return -ENOMEM;
    if ((yield* splitVma(cpu, mm, first, range.start)) === 0) return -ENOMEM;
  }
  const last = findVma(km, mm, range.end - 1);
  if (last !== 0 && startOf(km, last) < range.end && endOf(km, last) > range.end) {
    if ((yield* splitVma(cpu, mm, last, range.end)) === 0) {
      if (split) km.stats[cpu.stat + STAT.splitsLeft]! += 1;
      return -ENOMEM;
    }
  }
  return FOUND;
}

/** What RFC v3 leaves to the regular path: locked, hugetlb, PFN-mapped VMAs, and those with uprobes. */
const SPECIAL = VM_LOCKED | VM_HUGETLB | VM_PFNMAP | VM_UPROBES;

/** Whether a VMA of the range is one that needs mmap_sem for write all the time. */
export function hasSpecial(cpu: Cpu, mm: Mm, range: MunmapRange): boolean {
  return vmasInside(cpu, mm, range).some((vma) => (flagsOf(cpu.km, vma) & SPECIAL) !== 0);
}

/** Turns every VMA of the range dead: from here on its faults are SIGSEGV. */
export function markDead(cpu: Cpu, mm: Mm, range: MunmapRange): void {
  assertHeldForWrite(cpu, mm.sem);
  for (const vma of vmasInside(cpu, mm, range)) addFlags(cpu.km, vma, VM_DEAD);
}

/**
 * Zaps the dead VMAs of the range that nobody has zapped yet, page tables left in place. Under
 * mmap_sem in either mode: a dead VMA cannot gain pages. A VMA that is alive belongs to somebody
 * who mapped it after the range was given up, and is left alone.
 */
export function* zapDead(cpu: Cpu, mm: Mm, range: MunmapRange): Op<void> {
  const { km } = cpu;
  assertHeld(cpu, mm.sem);
  const dying = vmasInside(cpu, mm, range).filter(
    (vma) => (flagsOf(km, vma) & (VM_DEAD | VM_ZAPPED)) === VM_DEAD,
  );
  for (const vma of dying) yield* zapRange(cpu, mm, startOf(km, vma), endOf(km, vma));
  yield* flushAndFree(cpu, mm);
  for (const vma of dying) addFlags(km, vma, VM_ZAPPED);
}

/** Takes the dead VMAs of the range out of the index. Needs mmap_sem for write, and zapDead. */
export function* detachDead(cpu: Cpu, mm: Mm, range: MunmapRange): Op<void> {
  assertHeldForWrite(cpu, mm.sem);
  for (const vma of vmasInside(cpu, mm, range)) {
    if ((flagsOf(cpu.km, vma) & VM_DEAD) !== 0) yield* detachOne(cpu, mm, range, vma);
  }
}

/** Takes every VMA of the range out of the index (detach_vmas_to_be_unmapped). */
export function* detach(cpu: Cpu, mm: Mm, range: MunmapRange): Op<void> {
  assertHeldForWrite(cpu, mm.sem);
  for (const vma of vmasInside(cpu, mm, range)) yield* detachOne(cpu, mm, range, vma);
}

function* detachOne(cpu: Cpu, mm: Mm, range: MunmapRange, vma: number): Op<void> {
  cpu.charge(COST.linkVma, 1);
  yield* unlinkVma(cpu, mm, vma);
  range.detached.push(vma);
}

/** Zaps the pages of detached VMAs. Under mmap_sem in either mode: no fault can find them. */
export function* zapDetached(cpu: Cpu, mm: Mm, range: MunmapRange): Op<void> {
  const { km } = cpu;
  assertHeld(cpu, mm.sem);
  for (const vma of range.detached) yield* zapRange(cpu, mm, startOf(km, vma), endOf(km, vma));
  yield* flushAndFree(cpu, mm);
}

/**
 * Frees the page tables that only detached VMAs used (free_pgtables). Detached VMAs with nothing left
 * between them go together: a table above the lowest level may lead to tables of several.
 *
 * Under mmap_sem in either mode. Floor and ceiling are edges of VMAs, which only a writer moves, except
 * that before Linux 6.5 a stack above the range grows under read (`stack.ts`): beside it a munmap that has
 * downgraded is as wrong here as in 4.20, where it took until 5.8 to be seen. And
 * whatever a fault beside the range makes under read meanwhile leads to a page beyond floor or
 * ceiling, so that no table with that page in its span is freed.
 */
export function* freePageTables(cpu: Cpu, mm: Mm, range: MunmapRange): Op<void> {
  const { km } = cpu;
  const { detached } = range;
  assertHeld(cpu, mm.sem);
  for (let i = 0; i < detached.length; i++) {
    const first = startOf(km, detached[i]!);
    const below = lastBelow(km, mm, first);
    const above = findVma(km, mm, first);
    const floor = below === 0 ? 0 : endOf(km, below);
    const ceiling = above === 0 ? HIGHEST_PAGE : startOf(km, above);
    while (i + 1 < detached.length && startOf(km, detached[i + 1]!) < ceiling) i += 1;
    yield* freeTables(cpu, mm, { first, end: endOf(km, detached[i]!), floor, ceiling });
  }
}

/**
 * Gives the records of detached VMAs back (remove_vma_list). In any mode: nobody finds a detached VMA,
 * neither in the index nor in a VMA cache, and whoever uses its record next needs mmap_sem for write.
 */
export function* freeVmas(cpu: Cpu, range: MunmapRange): Op<void> {
  const pool = vmaPool(cpu.km);
  for (const vma of range.detached) {
    const file = fileOf(cpu.km, vma);
    if (file !== 0) yield* putFile(cpu, file);
    yield* give(cpu, pool, vma);
  }
  range.detached.length = 0;
}

/**
 * do_munmap: all phases under one hold of mmap_sem for write, which the caller has. 0 or -ENOMEM.
 */
export function* doMunmap(cpu: Cpu, mm: Mm, range: MunmapRange): Op<number> {
  const found = yield* lookupAndSplit(cpu, mm, range);
  if (found !== FOUND) return found;
  yield* detach(cpu, mm, range);
  yield* zapDetached(cpu, mm, range);
  yield* freePageTables(cpu, mm, range);
  yield* freeVmas(cpu, range);
  return 0;
}

/** The VMAs that lie wholly in the range, in address order. */
function vmasInside(cpu: Cpu, mm: Mm, range: MunmapRange): number[] {
  const { km } = cpu;
  const inside: number[] = [];
  let vma = findVma(km, mm, range.start);
  for (; vma !== 0 && startOf(km, vma) < range.end; vma = nextOf(km, vma)) {
    if (startOf(km, vma) >= range.start && endOf(km, vma) <= range.end) inside.push(vma);
  }
  return inside;
}
