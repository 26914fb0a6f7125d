/**
 * khungtaskd for simulated tasks: says who makes no progress, what it waits for, and who holds that.
 */
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { MM, SEM, STAT, STAT_COUNT, TASK } from '../../mm/layout.js';
import { READER_OWNED } from '../../mm/rwsem.js';
import { WAITER } from '../../mm/wait-list.js';

/** Counters that move whenever a task gets anywhere. */
const PROGRESS = [
  STAT.faultsTotal,
  STAT.populated,
  STAT.munmapPages,
  STAT.mmapCalls,
  STAT.munmapCalls,
];

/** Longer between two looks than this, and it was not the tasks that stood still. */
const GAP_SECONDS = 3;

export class Watchdog {
  readonly #km: KernelMemory;
  readonly #hungSeconds: number;
  readonly #progress: number[];
  readonly #since: number[];
  readonly #reported: boolean[];
  /** Time that tasks had to get on, seconds: `now` without the gaps in which nobody ran. */
  #clock = 0;
  #looked: number;

  /** `now` in seconds, on the caller's clock throughout. */
  constructor(km: KernelMemory, hungSeconds: number, now: number) {
    this.#km = km;
    this.#hungSeconds = hungSeconds;
    this.#looked = now;
    this.#progress = Array.from({ length: km.geometry.tasks }, (_, task) => this.#read(task));
    this.#since = this.#progress.map(() => 0);
    this.#reported = this.#progress.map(() => false);
  }

  /** Reports on tasks that became hung since the last look; each task once. */
  look(now: number): string[] {
    const reports: string[] = [];
    // A machine that was suspended stopped the tasks and this look alike.
    this.#clock += Math.min(now - this.#looked, GAP_SECONDS);
    this.#looked = now;
    for (let task = 0; task < this.#progress.length; task++) {
      const progress = this.#read(task);
      if (progress !== this.#progress[task] || this.#isResting(task)) {
        this.#progress[task] = progress;
        this.#since[task] = this.#clock;
        this.#reported[task] = false;
      }
      const stuckSeconds = this.#clock - this.#since[task]!;
      if (stuckSeconds < this.#hungSeconds || this.#reported[task]!) continue;
      this.#reported[task] = true;
      reports.push(describeStuckTask(this.#km, task, stuckSeconds));
    }
    return reports;
  }

  /** Seconds, up to the last look, for which no task at all has got anywhere. */
  get stalledSeconds(): number {
    const busy = this.#since.filter((_, task) => !this.#isResting(task));
    return busy.length === 0 ? 0 : this.#clock - Math.max(...busy);
  }

  /** Done, and waiting for the others: not a task to complain about, nor a sign of life. */
  #isResting(task: number): boolean {
    return this.#km.words[this.#km.taskAt(task) + TASK.resting] !== 0;
  }

  #read(task: number): number {
    const km = this.#km;
    const stat = km.statIndex(task);
    return PROGRESS.reduce((sum, counter) => sum + km.stats[stat + counter]!, 0);
  }
}

export function describeStuckTask(km: KernelMemory, task: number, seconds: number): string {
  const self = km.taskAt(task);
  const sem = km.words[self + TASK.waitsFor]!;
  const length = seconds < 1 ? seconds.toFixed(1) : Math.floor(seconds);
  const head = `INFO: task ${task} blocked for more than ${length} seconds.`;
  if (sem === 0) return `${head}\n  it waits for no lock; last counters: ${counters(km, task)}`;
  const kind = km.words[self + TASK.waiterKind] === WAITER.writer ? 'write' : 'read';
  const waits = `it waits for mmap_sem of address space ${mmOfSem(km, sem)} for ${kind}`;
  const lock = describeRwsem(km, sem, 'empty: its wake-up was lost');
  return [head, ...[waits, ...lock].map((line) => `  ${line}`)].join('\n');
}

/** A rwsem as reports print it; `nobody` is what they say of a wait list with nobody on it. */
export function describeRwsem(km: KernelMemory, sem: number, nobody = 'empty'): string[] {
  const word = (field: number): number => km.words[sem + field]!;
  return [
    `count ${hex(word(SEM.count))}, ${describeOwner(word(SEM.owner))}`,
    `wait list: ${waitList(km, sem).join(', ') || nobody}`,
    `waitLock ${word(SEM.waitLock)}, last spinner ${describeSpinner(word(SEM.osqTail))}`,
  ];
}

function describeSpinner(osqTail: number): string {
  return osqTail === 0 ? 'nobody' : `task ${osqTail - 1}`;
}

function describeOwner(owner: number): string {
  if (owner === READER_OWNED) return 'last taken for read';
  return owner === 0 ? 'no owner' : `held for write by task ${owner - 1}`;
}

function waitList(km: KernelMemory, sem: number): string[] {
  const waiters: string[] = [];
  let at = km.words[sem + SEM.head]!;
  while (at !== 0 && waiters.length < km.geometry.tasks) {
    const self = km.taskAt(at - 1);
    const kind = km.words[self + TASK.waiterKind] === WAITER.writer ? 'write' : 'read';
    waiters.push(`task ${at - 1} (${kind})`);
    at = km.words[self + TASK.waiterNext]!;
  }
  return waiters;
}

function mmOfSem(km: KernelMemory, sem: number): number {
  for (let mm = 0; mm < km.geometry.mms; mm++) if (km.mmAt(mm) + MM.sem === sem) return mm;
  return -1;
}

function hex(count: number): string {
  return `0x${(count >>> 0).toString(16).padStart(8, '0')}`;
}

function counters(km: KernelMemory, task: number): string {
  const stat = km.statIndex(task);
  return Array.from(km.stats.subarray(stat, stat + STAT_COUNT)).join(' ');
}
