/**
 * What a task does in user mode: loads and stores, which trap where no page is present, and the
 * way into the page fault handler and out again with mmap_sem (4.17 __do_page_fault: trylock first,
 * down_read if that fails).
 *
 * This is the hot path, so it comes in two halves. `advance` is a plain function that goes through
 * pages, faults included, for as long as nothing stops it; it keeps its place in an AccessRun.
 * `accessPages` is the op around it, which does the stopping. The split is for speed alone: locals of
 * a generator's loop lose their machine types at every point where it may resume.
 */
import { countOther, faultHandler, finishFault } from './fault.js';
import { ACCESS, FAULT, type Access, type FaultResult } from './fault-result.js';
import { FRAME, FRAME_WORDS, PTE, PTRS_PER_TABLE, STAT, TASK } from './layout.js';
import type { Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { pteSlot } from './page-table.js';
import { downRead, downReadTrylock, tryUpRead, wakeWaiters } from './rwsem.js';
import { KERNEL, USER, answerIpi, enterUser, leaveUser } from './tlb.js';

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { ipiSent: IPI_SENT, ipiAck: IPI_ACK, mode: MODE } = TASK;
const { faultsTotal: FAULTS_TOTAL, faultsMinor: FAULTS_MINOR } = STAT;
const { shift: PTE_SHIFT } = PTE;
const { content: CONTENT } = FRAME;
const WORDS_PER_FRAME = FRAME_WORDS;
const { store: STORE } = ACCESS;
const { done: DONE, doneMajor: DONE_MAJOR, outOfMemory: OUT_OF_MEMORY } = FAULT;
const { faultEntry: FAULT_ENTRY } = COST;
const LAST_IN_TABLE = PTRS_PER_TABLE - 1;
const IN_KERNEL = KERNEL;
const IN_USER = USER;

/** The steps of one access; each is at most one access that others can see. */
const STEP = { walk: 0, touch: 1, lock: 2, fault: 3, unlock: 4, retry: 5 } as const;

/** The steps that are accesses to mmap_sem, as a bit mask: their order among all tasks matters. */
const IN_ORDER = (1 << STEP.lock) | (1 << STEP.unlock);

/** Why advance returned. */
const PAUSE = { done: 0, step: 1, lock: 2, fault: 3, wake: 4 } as const;

/** Where a CPU is in a run of accesses, and what the steps of the page under way have found. */
class AccessRun {
  first = 0;
  count = 0;
  access: Access = ACCESS.load;
  /** First word to store. */
  word = 0;
  index = 0;
  step: number = STEP.walk;
  pte = 0;
  result: FaultResult = DONE;
  /**
   * Where in `km.tables` the last PTE was, 0 for unknown: the CPU's paging-structure cache. A table
   * once found stays in place until this CPU has answered an IPI or gone into the kernel.
   */
  slot = 0;
  /** Pages that could not be accessed. */
  denied = 0;

  start(first: number, count: number, access: Access, word: number): void {
    this.first = first;
    this.count = count;
    this.access = access;
    this.word = word;
    this.index = 0;
    this.step = STEP.walk;
    this.slot = 0;
    this.denied = 0;
  }
}

export interface AccessRunner {
  readonly run: AccessRun;
  /** Goes on until something stops it; `granted`: the engine was asked about this step already. */
  readonly advance: (mm: Mm, granted: boolean) => number;
}

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
  const { run, advance } = (cpu.accessRunner ??= makeAccessRunner(cpu));
  run.start(first, count, access, word);
  if (cpu.shouldYield()) yield STOP.step;
  enterUser(cpu);
  let granted = false;
  for (;;) {
    const pause = advance(mm, granted);
    granted = false;
    if (pause === PAUSE.done) break;
    if (pause === PAUSE.step) {
      yield STOP.step;
      granted = true;
    } else if (pause === PAUSE.lock) {
      leaveUser(cpu);
      const since = cpu.now();
      yield* downRead(cpu, mm.sem);
      cpu.recorder.faultWait(cpu.now() - since);
      run.step = STEP.fault;
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
 * Makes a CPU's runner. One per CPU, because on threads a CPU is alone in its isolate: the compiler
 * then knows the run and all arrays as constants, through everything that is inlined here.
 */
function makeAccessRunner(cpu: Cpu): AccessRunner {
  const run = new AccessRun();
  const { answer, walk, fault, leaveKernel, retry, touch } = makeSteps(cpu, run);
  // The steps stand in the order of a fault: an engine that never says stop falls through them.
  const advance = (mm: Mm, granted: boolean): number => {
    let ask = !granted;
    while (run.index < run.count) {
      // An engine that never says stop is not asked about the step at all.
      if (ask && cpu.mustYield() && (((IN_ORDER >>> run.step) & 1) !== 0 || cpu.shouldYield())) {
        return PAUSE.step;
      }
      ask = true;
      if (run.step === STEP.walk) {
        if (answer()) continue;
        walk(mm);
        if (cpu.mustYield()) continue;
      }
      if (run.step === STEP.lock) {
        if (!downReadTrylock(cpu, mm.sem)) return failedTrylock(cpu);
        run.step = STEP.fault;
        if (cpu.mustYield() && cpu.shouldYield()) continue;
      }
      if (run.step === STEP.fault) {
        fault(mm);
        if (run.result > OUT_OF_MEMORY) return PAUSE.fault;
        if (cpu.mustYield()) continue;
      }
      if (run.step === STEP.unlock) {
        leaveKernel();
        if (!tryUpRead(cpu, mm.sem)) return PAUSE.wake;
        if (cpu.mustYield() && cpu.shouldYield()) continue;
      }
      if (run.step === STEP.retry) {
        if (!retry() || (cpu.mustYield() && cpu.shouldYield())) continue;
      }
      touch();
    }
    return PAUSE.done;
  };
  return { run, advance };
}

function failedTrylock(cpu: Cpu): number {
  cpu.km.stats[cpu.stat + STAT.trylockFailed]! += 1;
  return PAUSE.lock;
}

/** The steps themselves; each leaves the next one in `run.step`. */
function makeSteps(cpu: Cpu, run: AccessRun) {
  const { km, self, stat } = cpu;
  const { words, frames, tables, stats } = km;
  const handleMmFault = faultHandler(cpu);
  return {
    /** Answers IPIs, after which no table is known to be in place; false when none had come. */
    answer: (): boolean => {
      if (words[self + IPI_SENT] === words[self + IPI_ACK]) return false;
      answerIpi(cpu);
      run.slot = 0;
      return true;
    },

    walk: (mm: Mm): void => {
      // The PTE behind the last one, unless that was the last of its table.
      const next = run.slot + 1;
      const near = run.slot !== 0 && (next & LAST_IN_TABLE) !== 0;
      run.slot = near ? next : pteSlot(km, mm.root, run.first + run.index);
      run.pte = run.slot === 0 ? 0 : tables[run.slot]!;
      run.step = STEP.touch;
      if ((run.pte & run.access) !== 0) return;
      stats[stat + FAULTS_TOTAL]! += 1;
      cpu.charge(FAULT_ENTRY, 1);
      run.step = STEP.lock;
    },

    // Plain stores of the mode, here and in leaveKernel: the lock's own atomics right before and
    // right after are the barriers that `tlb.ts` asks for.
    fault: (mm: Mm): void => {
      words[self + MODE] = IN_KERNEL;
      run.result = handleMmFault(mm, run.first + run.index, run.access);
      run.step = STEP.unlock;
    },

    leaveKernel: (): void => {
      if (run.result === DONE) stats[stat + FAULTS_MINOR]! += 1;
      else {
        countOther(cpu, run.result);
        if (run.result === DONE_MAJOR) run.result = DONE;
      }
      words[self + MODE] = IN_USER;
      run.step = STEP.retry;
    },

    /** The instruction again. Its table was in place when the mode became user, under mmap_sem. */
    retry: (): boolean => {
      run.slot = run.result === DONE ? cpu.faultSlot : 0;
      run.pte = tables[run.slot]!;
      run.step = STEP.touch;
      if (run.slot !== 0 && (run.pte & run.access) !== 0) return true;
      run.slot = 0;
      run.step = STEP.walk;
      if (run.result !== DONE) {
        run.denied += 1;
        run.index += 1;
      }
      return false;
    },

    touch: (): void => {
      const at = (run.pte >>> PTE_SHIFT) * WORDS_PER_FRAME + CONTENT;
      if (run.access === STORE) frames[at] = (run.word + run.index) | 0;
      else cpu.loaded = frames[at]!;
      run.index += 1;
      run.step = STEP.walk;
    },
  };
}
