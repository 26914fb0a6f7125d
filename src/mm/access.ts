/**
 * What a task does in user mode: loads and stores, which trap where no page is present, and the way into
 * the page fault handler and out again with mmap_sem (4.17 __do_page_fault: a trylock, then down_read).
 *
 * This is the hot path, so it comes in two halves. `advance` is a plain function that goes through
 * pages, faults included, for as long as nothing stops it; it keeps its place in an AccessRun.
 * `finishAccess` is the op around it, which does the stopping. The split is for speed alone: locals of
 * a generator's loop lose their machine types at every point where it may resume.
 */
import { RareSteps } from './access-rare.js';
import { AccessRun, STEP as STEPS } from './access-run.js';
import { countFailedTrylock, countOther, faultHandler, finishFault, retryFault } from './fault.js';
import { ACCESS, FAULT, type Access } from './fault-result.js';
import { FRAME, FRAME_WORDS, PTE, STAT, TASK } from './layout.js';
import type { Mm } from './mm.js';
import { STOP, type Cpu, type Op } from './op.js';
import { pteSlot } from './page-table.js';
import { downRead, downReadTrylock, tryUpRead, wakeWaiters } from './rwsem.js';
import { TRANSLATIONS_MAX } from './translations.js';
import { KERNEL, USER, answerIpi, enterUser, leaveUser } from './tlb.js';

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { ipiSent: IPI_SENT, ipiAck: IPI_ACK, mode: MODE } = TASK;
const { faultsMinor: FAULTS_MINOR } = STAT;
const { shift: PTE_SHIFT } = PTE;
const { content: CONTENT } = FRAME;
const WORDS_PER_FRAME = FRAME_WORDS;
const { store: STORE } = ACCESS;
const { done: DONE, outOfMemory: OUT_OF_MEMORY } = FAULT;
const LAST_TRANSLATION = TRANSLATIONS_MAX - 1;
const IN_KERNEL = KERNEL;
const IN_USER = USER;
const STEP = STEPS;

/** The steps that are accesses to mmap_sem, as a bit mask: their order among all tasks matters. */
const IN_ORDER = (1 << STEP.lock) | (1 << STEP.unlock);

/** Why advance returned. */
const PAUSE = { done: 0, step: 1, look: 2, lock: 3, fault: 4, wake: 5, miss: 6, begin: 7 } as const;

export interface AccessRunner {
  readonly run: AccessRun;
  readonly rare: RareSteps;
  /** Goes on until something stops it; `granted`: the engine was asked about this step already. */
  readonly advance: (mm: Mm, granted: boolean) => number;
}

/** Not a number of pages: the access has stopped on its way, and finishAccess has to be run. */
export const STOPPED = -1;

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
  const denied = accessAtOnce(cpu, mm, first, count, access, word);
  return denied === STOPPED ? yield* finishAccess(cpu, mm) : denied;
}

/**
 * The same for as long as nothing stops it, without an op, which is an object:
 * `if (denied === STOPPED) denied = yield* finishAccess(cpu, mm)`.
 */
export function accessAtOnce(
  cpu: Cpu,
  mm: Mm,
  first: number,
  count: number,
  access: Access,
  word = 0,
): number {
  const { run, advance } = (cpu.accessRunner ??= makeAccessRunner(cpu));
  run.start(first, count, access, word);
  run.lookups = cpu.translations.begin(first, count);
  run.pause = PAUSE.begin;
  if (cpu.shouldYield()) return STOPPED;
  enterUser(cpu, mm);
  run.pause = advance(mm, false);
  return run.pause === PAUSE.done ? endAccess(cpu, run) : STOPPED;
}

/** The rest of an access that has stopped, from where it is. */
export function* finishAccess(cpu: Cpu, mm: Mm): Op<number> {
  const { run, rare, advance } = cpu.accessRunner!;
  let { pause } = run;
  while (pause !== PAUSE.done) {
    if (pause === PAUSE.step) {
      yield STOP.step;
    } else if (pause === PAUSE.begin) {
      yield STOP.step;
      enterUser(cpu, mm);
    } else if (pause === PAUSE.look) {
      if (rare.look(mm)) {
        if (cpu.mustYield() && cpu.shouldYield()) yield STOP.step;
        rare.markDirty();
      }
    } else if (pause === PAUSE.miss) {
      rare.miss();
    } else if (pause === PAUSE.lock) {
      countFailedTrylock(cpu);
      leaveUser(cpu);
      const since = cpu.now();
      yield* downRead(cpu, mm.sem);
      cpu.recorder.faultWait(cpu.now() - since);
      run.step = STEP.fault;
    } else if (pause === PAUSE.fault) {
      const page = run.first + run.index;
      run.result = yield* finishFault(cpu, mm, page, run.access, run.result, true);
      if (run.result === FAULT.retry) run.result = yield* retryFault(cpu, mm, page, run.access);
      run.step = STEP.unlock;
    } else {
      yield* wakeWaiters(cpu, mm.sem);
    }
    // Whoever has just let the others pass has been asked about the step already.
    pause = advance(mm, pause === PAUSE.step);
  }
  return endAccess(cpu, run);
}

function endAccess(cpu: Cpu, run: AccessRun): number {
  cpu.translations.keep(run.first, run.count);
  leaveUser(cpu);
  return run.denied;
}

/**
 * Makes a CPU's runner. One per CPU, because on threads a CPU is alone in its isolate: the compiler
 * then knows the run and all arrays as constants, through everything that is inlined here.
 */
function makeAccessRunner(cpu: Cpu): AccessRunner {
  const run = new AccessRun();
  const rare = new RareSteps(cpu, run);
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
        if (!walk(mm)) return PAUSE.look;
        if (cpu.mustYield()) continue;
      }
      if (run.step === STEP.lock) {
        if (!downReadTrylock(cpu, mm.sem)) return PAUSE.lock;
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
        if (!retry()) return PAUSE.miss;
        if (cpu.mustYield() && cpu.shouldYield()) continue;
      }
      touch();
    }
    return PAUSE.done;
  };
  return { run, rare, advance };
}

/** The steps themselves; each leaves the next one in `run.step`. */
function makeSteps(cpu: Cpu, run: AccessRun) {
  const { km, self, stat } = cpu;
  const { words, frames, tables, stats } = km;
  const { ptes } = cpu.translations;
  const handleMmFault = faultHandler(cpu);
  return {
    /** Answers IPIs, after which no table is known to be in place; false when none had come. */
    answer: (): boolean => {
      if (words[self + IPI_SENT] === words[self + IPI_ACK]) return false;
      answerIpi(cpu);
      run.slot = 0;
      return true;
    },

    /** Whether it has led to a page that the access may have, or to nothing; if not, look. */
    walk: (mm: Mm): boolean => {
      if (run.index < run.lookups) return false;
      let slot = run.nextSlot();
      if (slot === 0) slot = pteSlot(km, mm.root, run.first + run.index);
      const pte = tables[slot]!;
      if (pte === 0 && slot !== 0) {
        run.slot = slot;
        run.trap(cpu);
        return true;
      }
      if ((pte & run.need) !== run.need) return false;
      run.slot = slot;
      run.pte = pte;
      run.step = STEP.touch;
      return true;
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
      else countOther(cpu, run);
      words[self + MODE] = IN_USER;
      run.step = STEP.retry;
    },

    /** The instruction again. Its table was in place when the mode became user, under mmap_sem. */
    retry: (): boolean => {
      run.slot = run.result === DONE ? cpu.faultSlot : 0;
      run.pte = tables[run.slot]!;
      run.step = STEP.touch;
      return (run.pte & run.need) === run.need;
    },

    touch: (): void => {
      const { index, pte } = run;
      ptes[(run.place + index) & LAST_TRANSLATION] = pte;
      const at = (pte >>> PTE_SHIFT) * WORDS_PER_FRAME + CONTENT;
      if (run.access === STORE) frames[at] = (run.word + index) | 0;
      else cpu.loaded = frames[at]!;
      run.index = index + 1;
      run.step = STEP.walk;
    },
  };
}
