/**
 * The x86 page fault of Linux 4.17: __do_page_fault and the anonymous part of handle_mm_fault.
 * `access.ts` is the instruction that traps and the way in and out with mmap_sem.
 */
import { assert } from '../util/assert.js';
import { anonVmaPrepare } from './anon-vma.js';
import { faultAnon } from './fault-anon.js';
import { faultFile } from './fault-file.js';
import { FAULT, SEGV, type Access, type FaultResult } from './fault-result.js';
import { hugeEntry } from './huge-entry.js';
import { PTE, STAT } from './layout.js';
import { addRss, type Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { putBackFrame, refill, tryAllocFrame } from './page-alloc.js';
import { allocTables, pteSlot } from './page-table.js';
import { downRead, downReadTrylock } from './rwsem.js';
import { growStack, growsTo } from './stack.js';
import { leaveUser } from './tlb.js';
import {
  VM_DEAD,
  VM_EXEC,
  VM_FILE,
  VM_HUGEPAGE,
  VM_HUGETLB,
  VM_MAYREAD,
  VM_PFNMAP,
  VM_READ,
  VM_WRITE,
  VM_UNWRITTEN,
  allFlagsOf,
  fileOf,
  flagsOf,
  vmaAt,
} from './vma.js';

// Bound here because compiled code folds a module's own constants, but reads a binding that is
// imported or exported again at every use.
const { present: PRESENT, write: WRITABLE, dirty: DIRTY, shift: SHIFT } = PTE;
const { zeroPage: ZERO_PAGE, pteWork: PTE_WORK } = COST;
const { done: DONE, sigsegv: SIGSEGV, needsFrame: NEEDS_FRAME, needsTable: NEEDS_TABLE } = FAULT;
const { other: OTHER } = FAULT;
const { mapError: MAP_ERROR, accessError: ACCESS_ERROR } = SEGV;
const DEAD = VM_DEAD;
const WRITE = VM_WRITE;
const READ_WRITE_EXEC = VM_READ | VM_WRITE | VM_EXEC;

/** A device's pages, and huge pages of which none are reserved: what is not there cannot be had. */
const WITHOUT_FRAMES = VM_PFNMAP | VM_HUGETLB;

/** VMAs that the plain handler leaves to others: VM_MAYREAD, which all have, when any may be huge. */
const NOT_PLAIN = {
  never: VM_FILE | WITHOUT_FRAMES,
  madvise: VM_FILE | WITHOUT_FRAMES | VM_HUGEPAGE,
  always: VM_FILE | VM_MAYREAD,
} as const;
/** VMAs that it looks at twice. */
const DEAD_OR_UNWRITTEN = VM_DEAD | VM_UNWRITTEN;

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
 * VM_DEAD and permission checks, then for the first access to a page of private anonymous memory
 * (do_anonymous_page) a zeroed page, or for loads the zero page, which one visible swap makes
 * present. perf's events are the caller's business, because populate comes this way too.
 *
 * A function of its own per CPU, because on threads a CPU is alone in its isolate: the compiler then
 * knows the CPU's arrays and their lengths as constants, through all that is inlined here.
 */
function makeFaultHandler(cpu: Cpu): FaultHandler {
  const { km } = cpu;
  const { tables } = km;
  const others: number = NOT_PLAIN[cpu.rules.thp];
  const notPlain = others | DEAD_OR_UNWRITTEN;
  const zeroPte = (km.zeroFrame << SHIFT) | PRESENT;
  // What is not a first store to a page, out of the way: a handler that is too long is called from the
  // instruction that traps, instead of being compiled into it.
  const notToBeHad = (mm: Mm, page: number, vma: number, access: Access): FaultResult => {
    if (vma === 0) return noVma(cpu, mm, page);
    const flags = allFlagsOf(km, vma);
    if ((flags & DEAD) !== 0 || (flags & neededFor(access)) === 0) return refused(cpu, flags);
    if ((flags & others) !== 0) return OTHER;
    if (access === WRITE) anonVmaPrepare(cpu, mm, vma);
    return DONE;
  };
  const mapZeroPage = (slot: number): FaultResult => {
    cpu.charge(PTE_WORK, 1);
    Atomics.compareExchange(tables, slot, 0, zeroPte);
    return DONE;
  };
  return (mm, page, access) => {
    const vma = vmaAt(cpu, mm, page);
    const flags = allFlagsOf(km, vma);
    if ((flags & notPlain) !== 0 || (flags & neededFor(access)) === 0) {
      const refusal = notToBeHad(mm, page, vma, access);
      if (refusal !== DONE) return refusal;
    }
    const slot = pteSlot(km, mm.root, page);
    if (slot === 0) return NEEDS_TABLE;
    cpu.faultSlot = slot;
    const present = tables[slot]!;
    // Another task was first, or the access came a moment too early to see its own page.
    if (present !== 0) return (present & access) !== 0 ? DONE : OTHER;
    if (access !== WRITE) return mapZeroPage(slot);
    const frame = tryAllocFrame(cpu);
    if (frame === 0) return NEEDS_FRAME;
    cpu.charge(ZERO_PAGE, 1);
    cpu.charge(PTE_WORK, 1);
    const pte = (frame << SHIFT) | PRESENT | WRITABLE | DIRTY;
    if (Atomics.compareExchange(tables, slot, 0, pte) === 0) addRss(cpu, mm, 1);
    else putBackFrame(cpu, frame);
    return DONE;
  };
}

/** No VMA covers the page: a stack may grow to it, else it is a SIGSEGV. */
function noVma(cpu: Cpu, mm: Mm, page: number): FaultResult {
  if (growsTo(cpu, mm, page) !== 0) return OTHER;
  cpu.segvCode = MAP_ERROR;
  return SIGSEGV;
}

function refused(cpu: Cpu, flags: number): FaultResult {
  cpu.segvCode = (flags & DEAD) !== 0 ? MAP_ERROR : ACCESS_ERROR;
  return SIGSEGV;
}

/**
 * Fetches what the last attempt lacked and tries again until the fault is decided. FAULT.retry is an end
 * for who `mayLetGo` of mmap_sem (FAULT_FLAG_ALLOW_RETRY).
 */
export function* finishFault(
  cpu: Cpu,
  mm: Mm,
  page: number,
  access: Access,
  attempt: FaultResult,
  mayLetGo: boolean,
): Op<FaultResult> {
  let result = attempt;
  while (result > FAULT.outOfMemory && result !== FAULT.retry) {
    // A huge page has no PTE table, and none is to be made under it.
    const isHuge = result === FAULT.needsTable && hugeEntry(cpu.km, mm.root, page) !== 0;
    if (result === FAULT.other || isHuge) {
      result = yield* faultOther(cpu, mm, page, access, mayLetGo);
      continue;
    }
    const fetched =
      result === FAULT.needsFrame ? yield* refill(cpu) : yield* allocTables(cpu, mm, page);
    result = fetched ? faultHandler(cpu)(mm, page, access) : FAULT.outOfMemory;
  }
  return result;
}

/**
 * The second attempt of a task whose first was FAULT.retry, from the lookup of the VMA on, which may be
 * another or gone. The first has read the disk: a fault that ends well is major whatever this one finds.
 */
export function* retryFault(cpu: Cpu, mm: Mm, page: number, access: Access): Op<FaultResult> {
  if (cpu.mustYield('down_read_trylock of a retry')) yield STOP.step;
  if (!downReadTrylock(cpu, mm.sem)) {
    countFailedTrylock(cpu);
    const since = cpu.now();
    yield* downRead(cpu, mm.sem);
    cpu.recorder.faultWait(cpu.now() - since);
  }
  if (cpu.mustYield()) yield STOP.step;
  const attempt = faultHandler(cpu)(mm, page, access);
  const result = yield* finishFault(cpu, mm, page, access, attempt, false);
  return result === FAULT.done ? FAULT.doneMajor : result;
}

/**
 * Everything that the plain handler leaves to others. Some of that waits for a lock whose holder flushes
 * TLBs, and that one must not wait for this task's answer: it is in the kernel for good.
 */
function faultOther(
  cpu: Cpu,
  mm: Mm,
  page: number,
  access: Access,
  mayLetGo: boolean,
): Op<FaultResult> {
  leaveUser(cpu);
  const vma = vmaAt(cpu, mm, page);
  if (vma === 0) return faultBelowStack(cpu, mm, page, access);
  if ((flagsOf(cpu.km, vma) & WITHOUT_FRAMES) !== 0) return ended(FAULT.sigbus);
  return fileOf(cpu.km, vma) === 0
    ? faultAnon(cpu, mm, vma, page, access)
    : faultFile(cpu, mm, vma, page, access, mayLetGo);
}

/** Nothing is mapped there, but a stack may grow to it. */
function* faultBelowStack(cpu: Cpu, mm: Mm, page: number, access: Access): Op<FaultResult> {
  yield* growStack(cpu, mm, page);
  return faultHandler(cpu)(mm, page, access);
}

/** An op with nothing left to do. */
function* ended(result: FaultResult): Op<FaultResult> {
  return result;
}

/** A fault that did not get mmap_sem at once. */
export function countFailedTrylock(cpu: Cpu): void {
  cpu.km.stats[cpu.stat + STAT.trylockFailed]! += 1;
}

const COUNTERS: Readonly<Partial<Record<FaultResult, number>>> = {
  [FAULT.doneMajor]: STAT.faultsMajor,
  [FAULT.sigsegv]: STAT.sigsegv,
  [FAULT.sigbus]: STAT.sigbus,
  [FAULT.outOfMemory]: STAT.outOfMemory,
};

/**
 * perf's view of a fault that was not minor: PAGE_FAULTS was raised on entry, MAJ is raised on success. A
 * major fault is done from here on.
 */
export function countOther(cpu: Cpu, run: { result: FaultResult }): void {
  const { result } = run;
  if (result === FAULT.doneMajor) run.result = FAULT.done;
  const counter = COUNTERS[result];
  assert(counter !== undefined, `a fault ended as ${result}, which is no end`);
  cpu.km.stats[cpu.stat + counter]! += 1;
}
