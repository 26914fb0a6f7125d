/**
 * The x86 page fault of Linux 4.17: __do_page_fault and the anonymous part of handle_mm_fault.
 * `access.ts` is the instruction that traps and the way in and out with mmap_sem.
 */
import { assert } from '../util/assert.js';
import { PTE, STAT } from './layout.js';
import { addRss, type Mm } from './mm.js';
import { COST, type Cpu, type Op } from './op.js';
import { putBackFrame, refill, tryAllocFrame } from './page-alloc.js';
import { allocTables, pteSlot } from './page-table.js';
import { VM_DEAD, VM_EXEC, VM_READ, VM_WRITE, flagsOf, vmaAt } from './vma.js';

/** What an access needs of the VMA; the same bits in a PTE let it through without a trap. */
export const ACCESS = { load: VM_READ, store: VM_WRITE } as const;
export type Access = (typeof ACCESS)[keyof typeof ACCESS];
assert(PTE.present === VM_READ && PTE.write === VM_WRITE, 'PTE and VMA bits have parted ways');

/** How a fault ends. The last two need work that may stop: finishFault does it. */
export const FAULT = { done: 0, sigsegv: 1, outOfMemory: 2, needsFrame: 3, needsTable: 4 } as const;
export type FaultResult = (typeof FAULT)[keyof typeof FAULT];

// Bound here because compiled code folds a module's own constants, but reads a binding that is
// imported or exported again at every use.
const { present: PRESENT, write: WRITABLE, dirty: DIRTY, shift: SHIFT } = PTE;
const { zeroPage: ZERO_PAGE, pteWork: PTE_WORK } = COST;
const { done: DONE, sigsegv: SIGSEGV, needsFrame: NEEDS_FRAME, needsTable: NEEDS_TABLE } = FAULT;
const DEAD = VM_DEAD;
const WRITE = VM_WRITE;
const READ_WRITE_EXEC = VM_READ | VM_WRITE | VM_EXEC;

/** 4.17 access_error: a load may use whatever is mapped with any permission. */
function neededFor(access: Access): number {
  return access === WRITE ? WRITE : READ_WRITE_EXEC;
}

export type FaultHandler = (mm: Mm, page: number, access: Access) => FaultResult;

/** A CPU's fault handler, made when it is first needed. */
export function faultHandler(cpu: Cpu): FaultHandler {
  return (cpu.faultHandler ??= makeFaultHandler(cpu));
}

/**
 * Makes a CPU's handle_mm_fault. It makes one attempt at a fault, with mmap_sem held: VMA lookup,
 * VM_DEAD and permission checks, then a zeroed page (do_anonymous_page), which one visible swap
 * makes present. perf's events are the caller's business, because populate comes this way too.
 *
 * A function of its own per CPU, because on threads a CPU is alone in its isolate: the compiler then
 * knows the CPU's arrays and their lengths as constants, through all that is inlined here.
 */
function makeFaultHandler(cpu: Cpu): FaultHandler {
  const { km } = cpu;
  const { tables } = km;
  return (mm, page, access) => {
    const vma = vmaAt(cpu, mm, page);
    if (vma === 0) return SIGSEGV;
    const flags = flagsOf(km, vma);
    if ((flags & DEAD) !== 0 || (flags & neededFor(access)) === 0) return SIGSEGV;
    const slot = pteSlot(km, mm.root, page);
    if (slot === 0) return NEEDS_TABLE;
    cpu.faultSlot = slot;
    // Another task was first, or the access came a moment too early to see its own page.
    if (tables[slot] !== 0) return DONE;
    const frame = tryAllocFrame(cpu);
    if (frame === 0) return NEEDS_FRAME;
    cpu.charge(ZERO_PAGE, 1);
    cpu.charge(PTE_WORK, 1);
    const pte = (frame << SHIFT) | PRESENT | ((flags & WRITE) === 0 ? 0 : WRITABLE | DIRTY);
    if (Atomics.compareExchange(tables, slot, 0, pte) === 0) addRss(cpu, mm, 1);
    else putBackFrame(cpu, frame);
    return DONE;
  };
}

/** Fetches what the last attempt lacked and tries again until the fault is decided. */
export function* finishFault(
  cpu: Cpu,
  mm: Mm,
  page: number,
  access: Access,
  attempt: FaultResult,
): Op<FaultResult> {
  let result = attempt;
  while (result > FAULT.outOfMemory) {
    const fetched =
      result === FAULT.needsFrame ? yield* refill(cpu) : yield* allocTables(cpu, mm, page);
    result = fetched ? faultHandler(cpu)(mm, page, access) : FAULT.outOfMemory;
  }
  return result;
}

/** perf's view of a fault that failed: PAGE_FAULTS was raised on entry, MIN is raised on success. */
export function countFailure(cpu: Cpu, result: FaultResult): void {
  const counter = result === FAULT.sigsegv ? STAT.sigsegv : STAT.outOfMemory;
  cpu.km.stats[cpu.stat + counter]! += 1;
}
