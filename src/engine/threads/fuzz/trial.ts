/** One kernel under random calls on threads, from the main thread's side: start, look, stop. */
import { availableParallelism } from 'node:os';
import { checkKernel, checkTornDown } from '../../../mm/check.js';
import { KernelMemory } from '../../../mm/kernel-memory.js';
import { CONTROL, TASK } from '../../../mm/layout.js';
import { Mm } from '../../../mm/mm.js';
import type { FuzzFinding, FuzzPlan, FuzzTrialSamples } from '../../../samples/fuzz-samples.js';
import { readLog } from '../../../workload/fuzz/call.js';
import type { FuzzHooks } from '../../fuzz-engine.js';
import { fuzzGeometry } from '../../fuzz-machine.js';
import { describeStuckTask } from '../../stuck-task.js';
import { WorkerPool } from '../../worker-pool.js';
import { Failure, gathered, sleep } from '../failure.js';
import { closeWindow, open } from '../rendezvous.js';
import { Watchdog } from '../watchdog.js';
import { FuzzWords } from './shared-words.js';
import type { FuzzAssignment, FuzzReport } from './worker-task.js';

const TICK_MS = 100;
const POLL_MS = 1;
/** From one look at all invariants to the next, unless that makes looking more than a fifth of the time. */
const CHECK_MS = 50;
const CHECK_SHARE = 0.2;
/** Between two looks all tasks make calls, or as many as there are cores: see `Turns`. One in so many. */
const ALL_EVERY = 5;
/** A task alone meets nobody. */
const TASKS_MIN = 2;
const CORES = availableParallelism();

const WORKER = new URL('./worker.js', import.meta.url).href;

/** What was found ends the run; `task` -1 when nobody in particular saw it. */
class Found extends Error {
  readonly task: number;

  constructor(message: string, task = -1) {
    super(message);
    this.task = task;
  }
}

/** See FuzzKernel. `worker` is the file that workers load; tests have kernels of their own. */
export async function fuzzOnThreads(
  plan: FuzzPlan,
  kernel: string,
  hooks: FuzzHooks,
  worker = WORKER,
): Promise<FuzzTrialSamples> {
  const pool = new WorkerPool({
    filename: worker,
    minThreads: plan.tasks,
    maxThreads: plan.tasks,
    concurrentTasksPerWorker: 1,
  });
  try {
    return await new Trial(plan, kernel).run(pool, hooks);
  } finally {
    await pool.destroy();
  }
}

class Trial {
  readonly #plan: FuzzPlan;
  readonly #kernel: string;
  readonly #km: KernelMemory;
  readonly #shared: FuzzWords;
  #checks = 0;
  #opened = 0;

  constructor(plan: FuzzPlan, kernel: string) {
    const { tasks, mms } = plan;
    this.#plan = plan;
    this.#kernel = kernel;
    this.#km = KernelMemory.create(fuzzGeometry(tasks, mms));
    this.#shared = FuzzWords.create(tasks, mms);
    for (let mm = 0; mm < mms; mm++) Mm.create(this.#km, mm);
    for (let task = 0; task < tasks; task++) {
      this.#km.words[this.#km.taskAt(task) + TASK.mm] = task % mms;
    }
  }

  async run(pool: WorkerPool, hooks: FuzzHooks): Promise<FuzzTrialSamples> {
    const reports = this.#start(pool);
    const failure = new Failure(reports);
    let seconds = 0;
    let finding: FuzzFinding | null = null;
    const watch = this.#watch(failure);
    try {
      await gathered(this.#km, CONTROL.ready, failure);
      this.#opened = performance.now();
      open(this.#km, CONTROL.go);
      await this.#window(hooks, failure);
      seconds = this.#elapsed();
      closeWindow(this.#km);
      await gathered(this.#km, CONTROL.rested, failure);
      this.#check();
      open(this.#km, CONTROL.leave);
      await failure.orElse(reports);
      this.#judge(checkTornDown(this.#km));
    } catch (error) {
      if (!(error instanceof Found)) throw error;
      seconds ||= this.#elapsed();
      finding = this.#finding(error);
    } finally {
      clearInterval(watch);
    }
    return {
      kernel: this.#kernel,
      seconds,
      calls: this.#shared.allCalls(),
      checks: this.#checks,
      complete: finding === null && !hooks.signal.aborted,
      finding,
    };
  }

  #elapsed(): number {
    return (performance.now() - this.#opened) / 1000;
  }

  /** As many assignments as workers, and none ends before all have begun: one for each. */
  #start(pool: WorkerPool): Promise<unknown> {
    const assignment: FuzzAssignment = {
      buffer: this.#km.buffer,
      sharedWords: this.#shared.buffer,
      plan: this.#plan,
      kernel: this.#kernel,
      epochMs: performance.timeOrigin,
    };
    return Promise.all(
      Array.from({ length: this.#plan.tasks }, async () => {
        const report = (await pool.run(assignment)) as FuzzReport;
        if (report !== undefined) throw new Found(report.broken, report.task);
      }),
    );
  }

  /** Looks for tasks that do not get on, until the interval is cleared. */
  #watch(failure: Failure): NodeJS.Timeout {
    const { stallSeconds, tasks } = this.#plan;
    const seconds = (): number => performance.now() / 1000;
    const watchdog = new Watchdog(this.#km, stallSeconds, seconds());
    const look = (): void => {
      watchdog.look(seconds());
      if (watchdog.stalledSeconds < stallSeconds) return;
      const busy = Array.from({ length: tasks }, (_, task) => task).filter(
        (task) => this.#km.words[this.#km.taskAt(task) + TASK.resting] === 0,
      );
      const stuck = busy.map((task) => describeStuckTask(this.#km, task, stallSeconds));
      failure.raise(new Found(`no task has got on for ${stallSeconds} s\n${stuck.join('\n')}`));
    };
    return setInterval(look, Math.min(TICK_MS, (stallSeconds * 1000) / 4));
  }

  async #window(hooks: FuzzHooks, failure: Failure): Promise<void> {
    const { tasks, seconds } = this.#plan;
    const { turns } = this.#shared;
    let shown = 0;
    let phaseMs = CHECK_MS;
    for (let phase = 0; this.#elapsed() < seconds && !hooks.signal.aborted; phase++) {
      turns.allow(phase % ALL_EVERY === 0 ? tasks : Math.min(tasks, Math.max(CORES, TASKS_MIN)));
      const leftMs = (seconds - this.#elapsed()) * 1000;
      await failure.orElse(sleep(Math.max(0, Math.min(phaseMs, leftMs))));
      if (this.#elapsed() - shown > TICK_MS / 1000) {
        shown = this.#elapsed();
        hooks.onProgress(this.#kernel, shown, this.#shared.allCalls());
      }
      const before = performance.now();
      await this.#checkAtRest(failure);
      phaseMs = Math.max(CHECK_MS, (performance.now() - before) * (1 / CHECK_SHARE - 1));
    }
    turns.allow(tasks);
  }

  /** Everybody stops between two calls. */
  async #checkAtRest(failure: Failure): Promise<void> {
    const { turns } = this.#shared;
    turns.allow(0);
    while (turns.seated > 0) await failure.orElse(sleep(POLL_MS));
    this.#check();
  }

  #check(): void {
    this.#judge(checkKernel(this.#km).violations);
    this.#checks += 1;
  }

  #judge(violations: readonly string[]): void {
    if (violations.length === 0) return;
    throw new Found(`broken invariants at rest: ${violations.join('; ')}`);
  }

  #finding({ message, task }: Found): FuzzFinding {
    const programs = Array.from({ length: this.#plan.tasks }, (_, of) => ({
      task: of,
      calls: readLog(this.#shared.log(of)).map(({ text }) => text),
    }));
    return {
      message,
      task: task < 0 ? null : task,
      step: task < 0 ? this.#shared.allCalls() : this.#shared.calls(task) + 1,
      isShrunk: false,
      programs,
      replay: replayOnThreads(this.#plan, this.#kernel),
      shorter: null,
    };
  }
}

/** The same seed on the same number of tasks: what is random is the same, what is threads is not. */
function replayOnThreads(plan: FuzzPlan, kernel: string): string {
  const { linux, tasks, mms, seed, seconds, thresholdBytes } = plan;
  const model = `--kernels ${kernel} --threshold ${thresholdBytes} --linux ${linux}`;
  return `npx mmsem-bench fuzz ${model} --tasks ${tasks} --mms ${mms} --seed ${seed} --time ${seconds}s`;
}
