/**
 * khungtaskd for simulated tasks: says who makes no progress, what it waits for, and who holds that.
 */
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { STAT, TASK } from '../../mm/layout.js';
import { describeStuckTask } from '../stuck-task.js';

/** Counters that move whenever a task gets anywhere. */
const PROGRESS = [
  STAT.faultsTotal,
  STAT.populated,
  STAT.munmapPages,
  STAT.mmapCalls,
  STAT.munmapCalls,
  STAT.calls,
  STAT.bogoOps,
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
