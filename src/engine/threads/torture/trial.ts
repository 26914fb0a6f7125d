/** One policy under torture, from the main thread's side: start, watch, stop, look at what is left. */
import { WorkerPool } from '../../worker-pool.js';
import { KernelMemory } from '../../../mm/kernel-memory.js';
import { CONTROL, MM, SEM, STAT } from '../../../mm/layout.js';
import {
  roleOfTask,
  tortureTasks,
  type TorturePlan,
  type TortureTaskSamples,
  type TortureTrialSamples,
} from '../../../samples/torture-samples.js';
import { WaitHistogram } from '../../../samples/wait-histogram.js';
import { LockBroken, type TortureHooks } from '../../torture-engine.js';
import { Failure, gathered, sleep } from '../failure.js';
import { closeWindow, open } from '../rendezvous.js';
import { describeStuckTask } from '../../stuck-task.js';
import { dumpLock } from './lock-dump.js';
import { TortureWords } from './shared-words.js';
import { StallWatch } from './stall-watch.js';
import type { EncodedTally } from './tally.js';
import { checkWitnessAtRest } from './witness.js';
import type { TortureAssignment, TortureReport } from './worker-task.js';

/** What a trial needs of TortureHooks. */
export type TrialHooks = Pick<TortureHooks, 'signal' | 'onStarving'>;

const TICK_MS = 100;

/** Workers of a trial: new ones for each policy, whose code was compiled for nobody else. */
const WORKER = new URL('./worker.js', import.meta.url).href;

/**
 * Throws LockBroken when tasks met who should not have, when nobody got on, or when the lock was not
 * at rest in the end. `worker` is the file that workers load; tests have locks of their own.
 */
export async function tortureLock(
  plan: TorturePlan,
  policy: string,
  hooks: TrialHooks,
  worker = WORKER,
): Promise<TortureTrialSamples> {
  const trial = new Trial(plan, policy);
  const tasks = tortureTasks(plan);
  const pool = new WorkerPool({
    filename: worker,
    minThreads: tasks,
    maxThreads: tasks,
    concurrentTasksPerWorker: 1,
  });
  try {
    return await trial.run(pool, hooks);
  } finally {
    await pool.destroy();
  }
}

class Trial {
  readonly #plan: TorturePlan;
  readonly #policy: string;
  readonly #km: KernelMemory;
  readonly #shared: TortureWords;
  /** First word of the rwsem. */
  readonly #sem: number;

  constructor(plan: TorturePlan, policy: string) {
    const tasks = tortureTasks(plan);
    this.#plan = plan;
    this.#policy = policy;
    // The lock alone: nothing is mapped, so nothing of the rest is used.
    const nothing = { frames: 1, tables: 1, vmas: 1, files: 0, maxMapCount: 1 };
    this.#km = KernelMemory.create({ tasks, mms: 1, ...nothing });
    this.#shared = TortureWords.create(tasks);
    this.#sem = this.#km.mmAt(0) + MM.sem;
  }

  async run(pool: WorkerPool, hooks: TrialHooks): Promise<TortureTrialSamples> {
    const km = this.#km;
    const reports = this.#start(pool);
    const failure = new Failure(reports);
    await gathered(km, CONTROL.ready, failure);
    const watch = this.#watch(hooks, failure);
    try {
      const window = await this.#window(hooks, failure);
      await gathered(km, CONTROL.rested, failure);
      this.#checkAtRest();
      open(km, CONTROL.leave);
      const tallies = await failure.orElse(reports);
      return { policy: this.#policy, ...window, tasks: this.#samples(tallies) };
    } finally {
      clearInterval(watch);
    }
  }

  /** As many assignments as workers, and none ends before all have begun: one for each. */
  #start(pool: WorkerPool): Promise<EncodedTally[]> {
    const assignment: TortureAssignment = {
      buffer: this.#km.buffer,
      sharedWords: this.#shared.buffer,
      plan: this.#plan,
      policy: this.#policy,
      epochMs: performance.timeOrigin,
    };
    const tallies: EncodedTally[] = [];
    const runs = Array.from({ length: this.#km.geometry.tasks }, async () => {
      const report = (await pool.run(assignment)) as TortureReport;
      if ('broken' in report) throw this.#broken(report.broken);
      tallies[report.task] = report.tally;
    });
    return Promise.all(runs).then(() => tallies);
  }

  /** Looks for tasks that do not get on until the interval is cleared. */
  #watch(hooks: TrialHooks, failure: Failure): NodeJS.Timeout {
    const { stallSeconds } = this.#plan;
    const seconds = (): number => performance.now() / 1000;
    const watch = new StallWatch(this.#shared, stallSeconds, seconds());
    const look = (): void => {
      const starving = watch.look(seconds());
      if (watch.stalled) {
        const what = `nobody has got the lock for ${stallSeconds} s`;
        failure.raise(this.#broken(`${what}\n${this.#dump()}`));
        return;
      }
      for (const { task, seconds: waited } of starving) {
        hooks.onStarving(describeStuckTask(this.#km, task, waited));
      }
    };
    return setInterval(look, Math.min(TICK_MS, (stallSeconds * 1000) / 4));
  }

  /** Opens the window and closes it after the plan's time, or on the signal. */
  async #window(
    { signal }: TrialHooks,
    failure: Failure,
  ): Promise<{ seconds: number; complete: boolean }> {
    const opened = performance.now();
    const elapsed = (): number => (performance.now() - opened) / 1000;
    open(this.#km, CONTROL.go);
    while (elapsed() < this.#plan.seconds && !signal.aborted) {
      const leftMs = (this.#plan.seconds - elapsed()) * 1000;
      await failure.orElse(sleep(Math.max(0, Math.min(TICK_MS, leftMs))));
    }
    closeWindow(this.#km);
    return { seconds: elapsed(), complete: !signal.aborted };
  }

  #checkAtRest(): void {
    const { words } = this.#km;
    const fields = ['count', 'waitLock', 'head', 'tail', 'osqTail'] as const;
    const busy = fields.filter((field) => words[this.#sem + SEM[field]] !== 0);
    const found = [
      ...busy.map((field) => `the lock's ${field} is not 0`),
      ...checkWitnessAtRest(this.#shared, this.#sectionsForWrite()),
    ];
    if (found.length === 0) return;
    throw this.#broken(`after all tasks had left, ${found.join('; ')}\n${this.#dump()}`);
  }

  #sectionsForWrite(): number {
    let sections = 0;
    for (let task = 0; task < this.#shared.tasks; task++) {
      if (roleOfTask(this.#plan, task) === 'reader') continue;
      sections += this.#shared.acquisitions(task);
    }
    return sections;
  }

  #samples(tallies: readonly EncodedTally[]): TortureTaskSamples[] {
    const { stats } = this.#km;
    return tallies.map(({ wait, hold, ...counts }, task) => {
      const stat = this.#km.statIndex(task);
      return {
        task,
        role: roleOfTask(this.#plan, task),
        ...counts,
        writerSteals: stats[stat + STAT.writerSteals]!,
        readerSteals: stats[stat + STAT.readerSteals]!,
        spinAcquired: stats[stat + STAT.spinAcquired]!,
        handoffs: stats[stat + STAT.handoffs]!,
        wait: WaitHistogram.decode(wait),
        hold: WaitHistogram.decode(hold),
      };
    });
  }

  #dump(): string {
    return dumpLock(this.#km, this.#sem, this.#shared, this.#plan);
  }

  #broken(what: string): LockBroken {
    return new LockBroken(`policy ${this.#policy}, seed ${this.#plan.seed}: ${what}`);
  }
}
