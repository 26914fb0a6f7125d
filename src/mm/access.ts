/**
 * What a task does in user mode: loads and stores, which trap where no page is present, and the way into
 * the page fault handler and out again with mmap_sem (4.17 __do_page_fault: a trylock, then down_read).
 *
 * This is the hot path, so it comes in two halves. `advance` is a plain function that goes through
 * pages, faults included, for as long as nothing stops it; it keeps its place in an AccessRun.
 * `accessPages` is the op around it, which does the stopping. The split is for speed alone: locals of
 * a generator's loop lose their machine types at every point where it may resume.
 */
import { countFailedTrylock, countOther, faultHandler, finishFault, retryFault } from './fault.js';
import { ACCESS, FAULT, type Access, type FaultResult } from './fault-result.js';
import { FRAME, FRAME_WORDS, MM, PTE, PTRS_PER_TABLE, STAT, TASK } from './layout.js';
import { hugePte } from './huge-entry.js';
import type { Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { pteSlot } from './page-table.js';
import { downRead, downReadTrylock, tryUpRead, wakeWaiters } from './rwsem.js';
import { TRANSLATIONS_MAX } from './translations.js';
import { KERNEL, USER, answerIpi, enterUser, leaveUser } from './tlb.js';

// Constants of other modules, bound here: compiled code folds a module's own constants, but reads an
// imported binding again at every use.
const { ipiSent: IPI_SENT, ipiAck: IPI_ACK, mode: MODE } = TASK;
const { faultsTotal: FAULTS_TOTAL, faultsMinor: FAULTS_MINOR } = STAT;
const { tlbGeneration: TLB_GENERATION } = MM;
const { present: PRESENT, dirty: DIRTY, shift: PTE_SHIFT } = PTE;
const { content: CONTENT } = FRAME;
const WORDS_PER_FRAME = FRAME_WORDS;
const { store: STORE } = ACCESS;
const { done: DONE, outOfMemory: OUT_OF_MEMORY } = FAULT;
const { faultEntry: FAULT_ENTRY } = COST;
const LAST_TRANSLATION = TRANSLATIONS_MAX - 1;
const LAST_IN_TABLE = PTRS_PER_TABLE - 1;
const IN_KERNEL = KERNEL;
const IN_USER = USER;

/** The steps of one access; each is at most one access that others can see. */
const STEP = { walk: 0, dirty: 1, touch: 2, lock: 3, fault: 4, unlock: 5, retry: 6 } as const;

/** The steps that are accesses to mmap_sem, as a bit mask: their order among all tasks matters. */
const IN_ORDER = (1 << STEP.lock) | (1 << STEP.unlock);

/** Why advance returned. */
const PAUSE = { done: 0, step: 1, lock: 2, fault: 3, wake: 4 } as const;

/** Where a CPU is in a run of accesses, and what the steps of the page under way have found. */
class AccessRun {
  first = 0;
  count = 0;
  access: Access = ACCESS.load;
  /** Of the first page, among the CPU's translations. */
  place = 0;
  /** So many pages from the first on may be known to the CPU. */
  lookups = 0;
  /** PTE bits with which the access goes through at once. */
  need = 0;
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
    this.place = first & LAST_TRANSLATION;
    this.access = access;
    this.need = access | PRESENT | (access === STORE ? DIRTY : 0);
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
  run.lookups = cpu.translations.begin(first, count);
  if (cpu.shouldYield()) yield STOP.step;
  enterUser(cpu, mm);
  let granted = false;
  for (;;) {
    const pause = advance(mm, granted);
    granted = false;
    if (pause === PAUSE.done) break;
    if (pause === PAUSE.step) {
      yield STOP.step;
      granted = true;
    } else if (pause === PAUSE.lock) {
      countFailedTrylock(cpu);
      leaveUser(cpu);
      const since = cpu.now();
      yield* downRead(cpu, mm.sem);
      cpu.recorder.faultWait(cpu.now() - since);
      run.step = STEP.fault;
    } else if (pause === PAUSE.fault) {
      const page = first + run.index;
      run.result = yield* finishFault(cpu, mm, page, access, run.result, true);
      if (run.result === FAULT.retry) run.result = yield* retryFault(cpu, mm, page, access);
      run.step = STEP.unlock;
    } else {
      yield* wakeWaiters(cpu, mm.sem);
    }
  }
  cpu.translations.keep(first, count);
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
      if (run.step <= STEP.dirty) {
        if (answer()) continue;
        if (!walk(mm) || cpu.mustYield()) continue;
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
        if (!retry() || (cpu.mustYield() && cpu.shouldYield())) continue;
      }
      touch();
    }
    return PAUSE.done;
  };
  return { run, advance };
}

/** Parts of steps that few accesses need: out of the way of what the compiler takes together. */
function makeRareSteps(cpu: Cpu, run: AccessRun) {
  const { km, translations } = cpu;
  const { words, tables } = km;
  /** Whether the CPU can go on without a walk; `slot`: where the PTE is, if that is known. */
  const isKnown = (mm: Mm, page: number, slot: number): boolean => {
    translations.follow(mm, words[mm.at + TLB_GENERATION]!);
    run.pte = translations.lookup(page);
    if ((run.pte & run.need) !== run.need) return false;
    run.slot = slot;
    run.step = STEP.touch;
    return true;
  };
  /** Whether a PTE, or a huge page where there is no slot, needs no fault; sets the next step. */
  const isThere = (mm: Mm, page: number, pte: number): boolean => {
    run.pte = run.slot === 0 ? hugePte(km, mm.root, page) : pte;
    run.step = STEP.touch;
    if ((run.pte & run.need) === run.need) return true;
    if (run.slot === 0 || (run.pte & run.need) !== (run.need & ~DIRTY)) return false;
    run.step = STEP.dirty;
    return true;
  };
  /** As hardware: what has changed since it was read is read again. */
  const markDirty = (mm: Mm): boolean => {
    const page = run.first + run.index;
    if (run.slot === 0) run.slot = pteSlot(km, mm.root, page);
    const { slot, pte } = run;
    run.pte = pte | DIRTY;
    run.step = STEP.touch;
    if (slot !== 0 && Atomics.compareExchange(tables, slot, pte, run.pte) === pte) return true;
    translations.drop(page);
    run.slot = 0;
    run.step = STEP.walk;
    return false;
  };
  const missed = (): boolean => {
    run.slot = 0;
    run.step = STEP.walk;
    if (run.result === DONE) return false;
    translations.drop(run.first + run.index);
    run.denied += 1;
    run.index += 1;
    return false;
  };
  return { isKnown, isThere, markDirty, missed };
}

/** The steps themselves; each leaves the next one in `run.step`. */
function makeSteps(cpu: Cpu, run: AccessRun) {
  const { km, self, stat } = cpu;
  const { words, frames, tables, stats } = km;
  const { ptes } = cpu.translations;
  const handleMmFault = faultHandler(cpu);
  const { isKnown, isThere, markDirty, missed } = makeRareSteps(cpu, run);
  return {
    /** Answers IPIs, after which no table is known to be in place; false when none had come. */
    answer: (): boolean => {
      if (words[self + IPI_SENT] === words[self + IPI_ACK]) return false;
      answerIpi(cpu);
      run.slot = 0;
      return true;
    },

    /** Whether there is a way on from here; otherwise the next step is one of these two again. */
    walk: (mm: Mm): boolean => {
      if (run.step === STEP.dirty) return markDirty(mm);
      const page = run.first + run.index;
      // The PTE behind the last one, unless that was the last of its table.
      const next = run.slot + 1;
      let slot = run.slot !== 0 && (next & LAST_IN_TABLE) !== 0 ? next : 0;
      if (run.index < run.lookups && isKnown(mm, page, slot)) return true;
      if (slot === 0) slot = pteSlot(km, mm.root, page);
      run.slot = slot;
      const pte = tables[slot]!;
      if ((pte !== 0 || slot === 0) && isThere(mm, page, pte)) return run.step === STEP.touch;
      stats[stat + FAULTS_TOTAL]! += 1;
      cpu.charge(FAULT_ENTRY, 1);
      run.step = STEP.lock;
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
      if ((run.pte & run.need) === run.need) return true;
      return missed();
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
