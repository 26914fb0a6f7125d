/**
 * The seam between the simulated kernel and whoever runs it.
 *
 * Goals: the kernel in this folder is written once and runs under every engine. What cannot stop is
 * a plain function; what may stop is an op, a generator that yields only where it stops. An engine
 * answers a yield in its own way (`Atomics.wait`, a queue of events, an adversary's choice).
 *
 * Non-goals: clocks, chance, threads. All of that comes in through Cpu.
 */
import type { AccessRunner } from './access.js';
import type { FaultHandler } from './fault.js';
import type { Gather } from './gather.js';
import type { KernelMemory } from './kernel-memory.js';
import { DEFAULT_RULES, type KernelRules } from './kernel-rules.js';
import { DEFAULT_POLICY, type RwsemPolicy } from './rwsem-policy.js';
import { Translations } from './translations.js';

/** Why an op stops. */
export const STOP = {
  /** The next step is visible to other tasks: whoever is due before this task runs first. */
  step: 0,
  /** Until the task's own wake word is not 0 (`layout.ts`, TASK.wake). */
  sleep: 1,
  /** A spin loop: until the word `cpu.spinWord` may differ from `cpu.spinValue`. */
  spin: 2,
  /** The same for a loop that looks at several words: until any of them may have changed. */
  relax: 3,
  /** Off the CPU until the engine's clock shows `cpu.pauseUntilNs`. */
  pause: 4,
} as const;

export type Stop = (typeof STOP)[keyof typeof STOP];

/**
 * Something a task does that may stop. Run it with `yield*` inside another op; at the top an engine
 * drives it. Between two yields an op makes at most one access that matters to other tasks, so that
 * an engine that stops at every yield sees every interleaving. A trylock and the store of the owner
 * after it (`rwsem.ts`), a walk down the page tables, and a zap
 * of a table whose lock is held, count as one access.
 */
export type Op<T> = Generator<Stop, T, void>;

/** What a step costs is the engine's business; these are the kinds of work there are. */
export const COST = {
  syscall: 0,
  faultEntry: 1,
  pteWork: 2,
  zeroPage: 3,
  allocBatch: 4,
  zapPage: 5,
  freePage: 6,
  allocTable: 7,
  freeTable: 8,
  splitVma: 9,
  linkVma: 10,
  tlbFlush: 11,
  ipi: 12,
  /** User mode writing or reading every byte of a page. */
  userPage: 13,
  /** The kernel copying a page between a file and user memory, its page found in the cache. */
  copyPage: 14,
  /** A page of a file: into the page cache or out of it, made dirty, or written back. */
  filePage: 15,
} as const;

export type Cost = (typeof COST)[keyof typeof COST];

export interface CpuTimes {
  readonly userNs: number;
  readonly totalNs: number;
}

const NO_TIME: CpuTimes = { userNs: 0, totalNs: 0 };

/** Receives what mmap_sem does, as it happens; all values in ns. */
export interface LockRecorder {
  /** From acquisition for write to release or downgrade. */
  writeHold(ns: number): void;
  /** Contended acquisitions only; uncontended ones are counted in bulk (STAT.readFast). */
  readWait(ns: number): void;
  /** Those of them, and all failed trylocks, that a page fault made. */
  faultWait(ns: number): void;
  writeWait(ns: number): void;
}

/**
 * The CPU that a task runs on: everything the kernel model may ask of its engine, and the little
 * state that is private to one CPU. Every field below is touched by its own CPU alone.
 */
export abstract class Cpu {
  readonly km: KernelMemory;
  /** Task that runs here, counted from 0; it also picks the per-CPU page list. */
  readonly task: number;
  /** First word of the task's record, first index of its counters in `km.stats`. */
  readonly self: number;
  readonly stat: number;
  /** First word of the per-CPU page list. */
  readonly pcp: number;
  readonly recorder: LockRecorder;
  /** Pages and tables that wait for the TLB flush before they are freed. */
  readonly gather: Gather;
  readonly translations = new Translations();
  /** The task's VMA cache, valid while `vmacacheSeq` equals its mm's (4.17 `struct vmacache`). */
  readonly vmacache = new Int32Array(4);
  vmacacheSeq = -1;
  /** See STOP.spin. */
  spinWord = 0;
  spinValue = 0;
  /**
   * A loop that stops with STOP.relax looks again at this time of the engine's clock, whatever happens;
   * it takes that back itself. 0: at no certain time.
   */
  spinUntilNs = 0;
  /** See STOP.pause. */
  pauseUntilNs = 0;
  /** Tasks to wake once the wait list's lock is dropped (the kernel's `wake_q`). */
  readonly wakeQueue: Int32Array;
  wakeCount = 0;
  /** IPI sequence numbers sent in the flush under way, by task. */
  readonly ipiSent: Int32Array;
  /** How the rwsems of the kernel under way decide; changed only while all of them are at rest. */
  rwsem: RwsemPolicy = DEFAULT_POLICY;
  /** How the Linux under way behaves; set before the CPU's first op. */
  rules: KernelRules = DEFAULT_RULES;
  /** Why the last SIGSEGV: SEGV.mapError or SEGV.accessError. */
  segvCode = 0;
  /** When this CPU took the mmap_sem it holds for write, ns. */
  writeHeldSinceNs = 0;
  /** Made by `access.ts` and `fault.ts` when the CPU first needs them. */
  accessRunner: AccessRunner | undefined = undefined;
  faultHandler: FaultHandler | undefined = undefined;
  /** Where in `km.tables` the PTE of the last resolved fault is. */
  faultSlot = 0;
  /** Content of the page that the last load read. */
  loaded = 0;
  /** Pages that the disk has to read or write for this task, and that it has not waited for (`disk.ts`). */
  diskPages = 0;

  constructor(km: KernelMemory, task: number, recorder: LockRecorder, gather: Gather) {
    this.km = km;
    this.task = task;
    this.self = km.taskAt(task);
    this.stat = km.statIndex(task);
    this.pcp = km.pcpAt(task);
    this.recorder = recorder;
    this.gather = gather;
    this.wakeQueue = new Int32Array(km.geometry.tasks);
    this.ipiSent = new Int32Array(km.geometry.tasks);
  }

  /**
   * Whether somebody else is due before this task's next visible step. `next` says what that step
   * is, for whoever prints an interleaving.
   */
  abstract mustYield(next?: string): boolean;
  /**
   * The same before a step on what tasks of different address spaces share: free lists, pools, the disk.
   * An engine that knows whose all else is need not ask the others about that.
   */
  mustYieldToAll(next?: string): boolean {
    return this.mustYield(next);
  }

  /**
   * The same before a step whose place among the others' matters little: it touches nothing that
   * others fight for. An engine with a clock may let the task run on for a while.
   */
  shouldYield(): boolean {
    return this.mustYield();
  }

  /** A plain read of a word that an exchange will be tried on; it may be out of date. */
  guess(word: number): number {
    return this.km.words[word]!;
  }

  /** Accounts `times` pieces of work of one kind to this CPU. */
  abstract charge(cost: Cost, times: number): void;
  /** The same for work of user mode. */
  chargeUser(cost: Cost, times: number): void {
    this.charge(cost, times);
  }

  /**
   * The next access changes a word that other CPUs change, too: its cache line has to come here
   * first. Hardware sees to that by itself; an engine with a clock of its own overrides this and
   * the three below.
   */
  touch(_word: number): void {
    // On real cache lines, or on none, there is nothing to do.
  }

  /** The same for an access that only reads. */
  look(_word: number): void {
    // On real cache lines, or on none, there is nothing to do.
  }

  /** A spinlock was taken, or is about to be given up. */
  locked(_word: number): void {
    // On real cache lines, or on none, there is nothing to do.
  }

  unlocking(_word: number): void {
    // On real cache lines, or on none, there is nothing to do.
  }

  /** When the disk will have read or written so many pages, by the engine's clock; at once without a disk. */
  diskRequest(_pages: number): number {
    return 0;
  }

  /** Time that the task has had a CPU so far, as far as the engine knows: in user mode, and in all, ns. */
  cpuTimes(): CpuTimes {
    return NO_TIME;
  }

  /** The engine's clock, ns; the same clock on all CPUs. */
  abstract now(): number;
  /** Works on for so long, whole ns, on nothing that anybody needs. */
  abstract burn(ns: number): void;
  /** Whether it is `ns` or more since `since`. An adversary may say so at any time. */
  abstract hasPassed(since: number, ns: number): boolean;
  /** Whether a task that has looked `looks` times in a spin loop should give its CPU to another. */
  abstract needResched(looks: number): boolean;
  /** Called after a task's wake word was set: make it runnable. */
  abstract wake(task: number): void;
}
