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
 * Whether a page that has to be read from a disk may cost mmap_sem (FAULT_FLAG_ALLOW_RETRY): `tried` says
 * that it did for the first page already (FAULT_FLAG_TRIED), which is a major fault now, and is not to
 * cost it again.
 */
export const RETRY = { never: 0, allowed: 1, tried: 2 } as const;
export type Retry = (typeof RETRY)[keyof typeof RETRY];

/** How far it went and why no further; FAULT.retry: mmap_sem was let go, and VMAs are to be looked up again. */
export interface Populated {
  readonly done: number;
  readonly result: FaultResult;
}

/** 0 or a negated errno. */
export function errnoOfFault(result: FaultResult): number {
  if (result === FAULT.done || result === FAULT.retry) return 0;
  return result === FAULT.outOfMemory ? -ENOMEM : -EFAULT;
}

/**
 * Makes the pages from `first` on present as stores do. Returns how many are, fewer than `count` when
 * one cannot be.
 */
export function* populate(cpu: Cpu, mm: Mm, first: number, count: number): Op<number> {
  let done = 0;
  let result: FaultResult = FAULT.done;
  while (done < count && errnoOfFault(result) === 0) {
    if (!downReadTrylock(cpu, mm.sem)) yield* downRead(cpu, mm.sem);
    const until = Math.min(count, done + POPULATE_BATCH);
    const pages = until - done;
    const run = yield* populateRun(cpu, mm, first + done, pages, ACCESS.store, RETRY.allowed);
    done += run.done;
    result = run.result;
    if (result !== FAULT.retry) yield* upRead(cpu, mm.sem);
    cpu.km.stats[cpu.stat + STAT.populated] = done;
  }
  return done;
}

/**
 * mm_populate of whatever is mapped in [first, first + count): 0, or with `stopAtError` the first
 * error, -EFAULT or -ENOMEM. Without it the VMA after the one that failed is next.
 *
 * After a page that was read from a disk it starts over there, as if for the first time: the fault that
 * maps the page is a minor one.
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
    if (vma === 0 || startOf(km, vma) >= end) {
      yield* upRead(cpu, mm.sem);
      return 0;
    }
    page = Math.max(page, startOf(km, vma));
    const vmaEnd = Math.min(end, endOf(km, vma));
    const until = Math.min(vmaEnd, page + POPULATE_BATCH);
    const run = yield* populateVma(cpu, mm, vma, page, until, RETRY.allowed);
    if (run.result !== FAULT.retry) yield* upRead(cpu, mm.sem);
    const failed = errnoOfFault(run.result);
    if (failed < 0 && stopAtError) return failed;
    page = failed < 0 ? vmaEnd : page + run.done;
  }
  return 0;
}

/** populate_vma_page_range: with mmap_sem held. */
export function* populateVma(
  cpu: Cpu,
  mm: Mm,
  vma: number,
  first: number,
  end: number,
  retry: Retry = RETRY.never,
): Op<Populated> {
  const flags = flagsOf(cpu.km, vma);
  const pages = end - first;
  if ((flags & (VM_LOCKONFAULT | VM_PFNMAP)) !== 0) return { done: pages, result: FAULT.done };
  if ((flags & VM_ACCESS_FLAGS) === 0) return { done: 0, result: FAULT.sigsegv };
  // A store would make pages of shared files dirty; of private ones it saves the copy later.
  const access = (flags & (VM_WRITE | VM_SHARED)) === VM_WRITE ? ACCESS.store : ACCESS.load;
  return yield* populateRun(cpu, mm, first, pages, access, retry);
}

/** Pages of one VMA, up to the first that cannot be made present. With mmap_sem held. */
export function* populateRun(
  cpu: Cpu,
  mm: Mm,
  first: number,
  count: number,
  access: Access,
  retry: Retry,
): Op<Populated> {
  const handleMmFault = faultHandler(cpu);
  let done = 0;
  for (;;) {
    done += populatePlain(cpu, mm, first + done, count - done, access);
    if (done === count) return { done, result: FAULT.done };
    if (cpu.mustYield()) yield STOP.step;
    const page = first + done;
    if (!isPresent(cpu, mm, page, access)) {
      const wasTried = retry === RETRY.tried && done === 0;
      const mayLetGo = retry !== RETRY.never && !wasTried;
      let result = handleMmFault(mm, page, access);
      if (result > FAULT.outOfMemory) {
        result = yield* finishFault(cpu, mm, page, access, result, mayLetGo);
      }
      if (result > FAULT.doneMajor) return { done, result };
      const isMajor = wasTried || result === FAULT.doneMajor;
      cpu.km.stats[cpu.stat + (isMajor ? STAT.kernelMajor : STAT.kernelMinor)]! += 1;
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
