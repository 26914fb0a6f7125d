/**
 * Pages made present without the task touching them (mm_populate, get_user_pages): MAP_POPULATE,
 * mlock, MADV_POPULATE_*. perf counts none of these faults, getrusage does.
 */
import { EFAULT, ENOMEM } from './errno.js';
import { faultHandler, finishFault } from './fault.js';
import { ACCESS, FAULT, type Access, type FaultResult } from './fault-result.js';
import { PTE, STAT } from './layout.js';
import type { Mm } from './mm.js';
import { STOP, type Cpu, type Op } from './op.js';
import { pteAt, pteSlot } from './page-table.js';
import { downRead, downReadTrylock, upRead } from './rwsem.js';
import {
  VM_ACCESS_FLAGS,
  VM_LOCKONFAULT,
  VM_PFNMAP,
  VM_SHARED,
  VM_WRITE,
  endOf,
  findVma,
  flagsOf,
  startOf,
} from './vma.js';

/** Pages that one hold of mmap_sem populates; between holds a waiting writer gets its turn. */
export const POPULATE_BATCH = 512;

/**
 * Makes the pages from `first` on present as stores do. Returns how many are, fewer than `count` when
 * one cannot be.
 */
export function* populate(cpu: Cpu, mm: Mm, first: number, count: number): Op<number> {
  let done = 0;
  let result: FaultResult = FAULT.done;
  while (done < count && result === FAULT.done) {
    if (!downReadTrylock(cpu, mm.sem)) yield* downRead(cpu, mm.sem);
    const until = Math.min(count, done + POPULATE_BATCH);
    const run = yield* populateRun(cpu, mm, first + done, until - done, ACCESS.store);
    done += run.done;
    result = run.result;
    yield* upRead(cpu, mm.sem);
    cpu.km.stats[cpu.stat + STAT.populated] = done;
  }
  return done;
}

/**
 * mm_populate of whatever is mapped in [first, first + count): 0, or with `stopAtError` the first
 * error, -EFAULT or -ENOMEM. Without it the VMA after the one that failed is next.
 */
export function* mmPopulate(
  cpu: Cpu,
  mm: Mm,
  first: number,
  count: number,
  stopAtError = false,
): Op<number> {
  const { km } = cpu;
  const end = first + count;
  for (let page = first; page < end;) {
    yield* downRead(cpu, mm.sem);
    const vma = findVma(km, mm, page);
    if (vma === 0 || startOf(km, vma) >= end) page = end;
    else page = Math.max(page, startOf(km, vma));
    const vmaEnd = page === end ? end : Math.min(end, endOf(km, vma));
    const until = Math.min(vmaEnd, page + POPULATE_BATCH);
    const failed = page === end ? 0 : yield* populateVma(cpu, mm, vma, page, until, true);
    yield* upRead(cpu, mm.sem);
    if (failed < 0 && stopAtError) return failed;
    page = failed < 0 ? vmaEnd : until;
  }
  return 0;
}

/**
 * populate_vma_page_range: with mmap_sem held. 0 or a negated errno. A page that has to be read from a
 * disk is a second, minor, attempt for a caller that lets go of mmap_sem meanwhile: no major fault.
 */
export function* populateVma(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  first: number,
  end: number,
  mayLetGo = false,
): Op<number> {
  const flags = flagsOf(cpu.km, vma);
  if ((flags & (VM_LOCKONFAULT | VM_PFNMAP)) !== 0) return 0;
  if ((flags & VM_ACCESS_FLAGS) === 0) return -EFAULT;
  // A store would make pages of shared files dirty; of private ones it saves the copy later.
  const access = (flags & (VM_WRITE | VM_SHARED)) === VM_WRITE ? ACCESS.store : ACCESS.load;
  const major = mayLetGo ? STAT.kernelMinor : STAT.kernelMajor;
  const { result } = yield* populateRun(cpu, mm, first, end - first, access, major);
  if (result === FAULT.done) return 0;
  return result === FAULT.outOfMemory ? -ENOMEM : -EFAULT;
}

/** Pages of one VMA, up to the first that cannot be made present; `major` counts those that are read. With mmap_sem held. */
export function* populateRun(
  cpu: Cpu,
  mm: Mm,
  first: number,
  count: number,
  access: Access,
  major: number = STAT.kernelMajor,
): Op<{ readonly done: number; readonly result: FaultResult }> {
  const handleMmFault = faultHandler(cpu);
  let done = 0;
  for (;;) {
    done += populatePlain(cpu, mm, first + done, count - done, access);
    if (done === count) return { done, result: FAULT.done };
    if (cpu.mustYield()) yield STOP.step;
    if (!isPresent(cpu, mm, first + done, access)) {
      let result = handleMmFault(mm, first + done, access);
      if (result > FAULT.outOfMemory) {
        result = yield* finishFault(cpu, mm, first + done, access, result);
      }
      if (result > FAULT.doneMajor) return { done, result };
      const counter = result === FAULT.doneMajor ? major : STAT.kernelMinor;
      cpu.km.stats[cpu.stat + counter]! += 1;
    }
    done += 1;
  }
}

/** How many pages from `first` on can be made present without stopping; makes them. */
function populatePlain(cpu: Cpu, mm: Mm, first: number, count: number, access: Access): number {
  const handleMmFault = faultHandler(cpu);
  let done = 0;
  let faults = 0;
  for (; done < count && !cpu.mustYield(); done++) {
    if (isPresent(cpu, mm, first + done, access)) continue;
    if (handleMmFault(mm, first + done, access) !== FAULT.done) break;
    faults += 1;
  }
  cpu.km.stats[cpu.stat + STAT.kernelMinor]! += faults;
  return done;
}

/** follow_page: whether the page is there for this access already, which a store makes dirty. */
function isPresent(cpu: Cpu, mm: Mm, page: number, access: Access): boolean {
  const { km } = cpu;
  const needed = access === ACCESS.store ? PTE.present | PTE.write : PTE.present;
  const pte = pteAt(km, mm.root, page);
  if ((pte & needed) !== needed) return false;
  if (access === ACCESS.store && (pte & PTE.dirty) === 0) markDirty(cpu, mm, page);
  return true;
}

/** As the store would, whatever another CPU does to the PTE meanwhile. */
function markDirty({ km }: Cpu, mm: Mm, page: number): void {
  const slot = pteSlot(km, mm.root, page);
  if (slot === 0) return;
  const pte = km.tables[slot]!;
  if ((pte & PTE.write) !== 0) Atomics.compareExchange(km.tables, slot, pte, pte | PTE.dirty);
}
