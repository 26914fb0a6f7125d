/**
 * What a task does in user mode: loads and stores, which trap where no page is present, and the
 * way into the page fault handler and out again with mmap_sem (4.17 __do_page_fault: trylock first,
 * down_read if that fails).
 *
 * This is the hot path, so it comes in two halves. `runAccesses` is a plain function that goes
 * through pages, faults included, for as long as nothing stops it; it keeps its place in an
 * AccessRun. `accessPages` is the op around it, which does the stopping. The split is for speed
 * alone: locals of a generator's loop lose their machine types at every point where it may resume.
 */
import {
  ACCESS,
  FAULT,
  countFailure,
  faultHandler,
  finishFault,
  type Access,
  type FaultHandler,
  type FaultResult,
} from './fault.js';
import { FRAME, FRAME_WORDS, PTE, PTRS_PER_TABLE, STAT, TASK } from './layout.js';
import type { Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { pteSlot } from './page-table.js';
import { downRead, tryDownRead, tryUpRead, upRead, wakeWaiters } from './rwsem.js';
import { KERNEL, USER, answerIpi, enterUser, leaveUser } from './tlb.js';

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { ipiSent: IPI_SENT, ipiAck: IPI_ACK, mode: MODE } = TASK;
const { faultsTotal: FAULTS_TOTAL, faultsMinor: FAULTS_MINOR } = STAT;
const { shift: PTE_SHIFT } = PTE;
const { content: CONTENT } = FRAME;
const WORDS_PER_FRAME = FRAME_WORDS;
const { store: STORE } = ACCESS;
const { done: DONE, outOfMemory: OUT_OF_MEMORY } = FAULT;
const { faultEntry: FAULT_ENTRY } = COST;
const LAST_IN_TABLE = PTRS_PER_TABLE - 1;
const IN_KERNEL = KERNEL;
const IN_USER = USER;

/** The steps of one access; each is at most one access that others can see. */
const STEP = { walk: 0, touch: 1, lock: 2, fault: 3, unlock: 4, retry: 5 } as const;

/** Why runAccesses returned. */
const PAUSE = { done: 0, step: 1, lock: 2, fault: 3, wake: 4 } as const;

export class AccessRun {
  /** First page and number of pages, access, first word to store. */
  readonly first: number;
  readonly count: number;
  readonly access: Access;
  readonly word: number;
  /** Where the run is: page, step, and what earlier steps of this page found. */
  index = 0;
  step: number = STEP.walk;
  pte = 0;
  /**
   * Where in `km.tables` the last PTE was, 0 for unknown: the CPU's paging-structure cache. A table
   * once found stays in place until this CPU has answered an IPI or gone into the kernel.
   */
  slot = 0;
  result: FaultResult = DONE;
  /** Pages that could not be accessed. */
  denied = 0;

  constructor(first: number, count: number, access: Access, word: number) {
    this.first = first;
    this.count = count;
    this.access = access;
    this.word = word;
  }
}

export type RunAccesses = (mm: Mm, run: AccessRun, stepGranted: boolean) => number;

/**
 * Accesses one word in each of `count` pages from `first` on, in order. A store to page i writes
 * `word + i`; a load leaves the word in `cpu.loaded`. Returns how many pages could not be accessed
 * (SIGSEGV, or no memory); the task goes on behind them, as a handler that skips would.
 */
export function* accessPages(
  cpu: Cpu,
  mm: Mm,
  first: number,
  count: number,
  access: Access,
  word = 0,
): Op<number> {
  const run = new AccessRun(first, count, access, word);
  const runAccesses = (cpu.runAccesses ??= makeRunAccesses(cpu));
  enterUser(cpu);
  let stepGranted = false;
  for (;;) {
    const pause = runAccesses(mm, run, stepGranted);
    stepGranted = false;
    if (pause === PAUSE.done) break;
    if (pause === PAUSE.step) {
      yield STOP.step;
      stepGranted = true;
    } else if (pause === PAUSE.lock) {
      leaveUser(cpu);
      yield* downRead(cpu, mm.sem);
      run.step = STEP.fault;
      run.slot = 0;
    } else if (pause === PAUSE.fault) {
      run.result = yield* finishFault(cpu, mm, first + run.index, access, run.result);
      run.step = STEP.unlock;
    } else {
      yield* wakeWaiters(cpu, mm.sem);
    }
  }
  leaveUser(cpu);
  return run.denied;
}

/**
 * Makes the function that does a CPU's accesses. A function of its own per CPU, because on threads
 * a CPU is alone in its isolate: the compiler then knows its arrays and their lengths as constants,
 * through all that is inlined here.
 *
 * The function goes on from where `run` is and returns why it stopped. `stepGranted`: the engine has
 * just been asked about this step. The steps stand in the order of a fault, so that an engine that
 * never says stop falls through them.
 */
function makeRunAccesses(cpu: Cpu): RunAccesses {
  const { km, self, stat } = cpu;
  const { words, frames, tables, stats } = km;
  const handleMmFault = faultHandler(cpu);
  return (mm, run, stepGranted) => {
    const { first, count, access, word } = run;
    let { index, step, slot, pte, result } = run;
    let ask = !stepGranted;
    let pause: number = PAUSE.done;
    while (index < count) {
      if (ask && cpu.mustYield()) {
        pause = PAUSE.step;
        break;
      }
      ask = true;
      if (step === STEP.walk) {
        if (words[self + IPI_SENT] !== words[self + IPI_ACK]) {
          answerIpi(cpu);
          slot = 0;
        }
        // The PTE behind the last one, unless that was the last of its table.
        const next = slot + 1;
        slot =
          slot !== 0 && (next & LAST_IN_TABLE) !== 0 ? next : pteSlot(km, mm.root, first + index);
        pte = slot === 0 ? 0 : tables[slot]!;
        step = STEP.touch;
        if ((pte & access) === 0) {
          stats[stat + FAULTS_TOTAL]! += 1;
          cpu.charge(FAULT_ENTRY, 1);
          step = STEP.lock;
        }
        if (cpu.mustYield()) continue;
      }
      if (step === STEP.lock) {
        if (!tryDownRead(cpu, mm.sem)) {
          stats[stat + STAT.trylockFailed]! += 1;
          pause = PAUSE.lock;
          break;
        }
        step = STEP.fault;
        if (cpu.mustYield()) continue;
      }
      if (step === STEP.fault) {
        // Plain stores of the mode, here and below: the lock's own atomics right before and right
        // after are the barriers that `tlb.ts` asks for.
        words[self + MODE] = IN_KERNEL;
        result = handleMmFault(mm, first + index, access);
        if (result > OUT_OF_MEMORY) {
          pause = PAUSE.fault;
          break;
        }
        step = STEP.unlock;
        if (cpu.mustYield()) continue;
      }
      if (step === STEP.unlock) {
        if (result === DONE) stats[stat + FAULTS_MINOR]! += 1;
        else countFailure(cpu, result);
        step = STEP.retry;
        words[self + MODE] = IN_USER;
        if (!tryUpRead(cpu, mm.sem)) {
          pause = PAUSE.wake;
          break;
        }
        if (cpu.mustYield()) continue;
      }
      if (step === STEP.retry) {
        if (result !== DONE) {
          run.denied += 1;
          index += 1;
          slot = 0;
          step = STEP.walk;
          continue;
        }
        // The instruction again. Its table was in place when the mode became user, under mmap_sem.
        slot = cpu.faultSlot;
        pte = tables[slot]!;
        step = STEP.touch;
        if ((pte & access) === 0) {
          slot = 0;
          step = STEP.walk;
          continue;
        }
        if (cpu.mustYield()) continue;
      }
      const at = (pte >>> PTE_SHIFT) * WORDS_PER_FRAME + CONTENT;
      if (access === STORE) frames[at] = (word + index) | 0;
      else cpu.loaded = frames[at]!;
      index += 1;
      step = STEP.walk;
    }
    run.index = index;
    run.step = step;
    run.slot = slot;
    run.pte = pte;
    run.result = result;
    return pause;
  };
}

/** Pages that one hold of mmap_sem populates; between holds a waiting writer gets its turn. */
const POPULATE_BATCH = 512;

/**
 * mm_populate: makes pages present without the task touching them. Not counted by perf. Returns the
 * number of pages from `first` on that are present, fewer than `count` when one cannot be.
 */
export function* populate(cpu: Cpu, mm: Mm, first: number, count: number): Op<number> {
  const handleMmFault = faultHandler(cpu);
  let done = 0;
  let result: FaultResult = DONE;
  while (done < count && result === DONE) {
    if (!tryDownRead(cpu, mm.sem)) yield* downRead(cpu, mm.sem);
    const until = Math.min(count, done + POPULATE_BATCH);
    while (done < until && result === DONE) {
      done += populateRun(handleMmFault, mm, first + done, until - done);
      if (done === until) break;
      result = handleMmFault(mm, first + done, STORE);
      if (result > OUT_OF_MEMORY) {
        result = yield* finishFault(cpu, mm, first + done, ACCESS.store, result);
      }
    }
    yield* upRead(cpu, mm.sem);
  }
  return done;
}

/** Pages from `first` on that could be made present without stopping. */
function populateRun(handle: FaultHandler, mm: Mm, first: number, count: number): number {
  let done = 0;
  while (done < count && handle(mm, first + done, STORE) === DONE) {
    done += 1;
  }
  return done;
}
