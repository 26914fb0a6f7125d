/**
 * The threads engine: one piscina worker per task, all on one shared buffer, on the wall clock.
 * Workers and buffer persist over the whole run; trials start and stop them through shared words.
 */
import { availableParallelism } from 'node:os';
import { WorkerPool } from '../worker-pool.js';
import { KernelMemory } from '../../mm/kernel-memory.js';
import { TASK } from '../../mm/layout.js';
import { Mm } from '../../mm/mm.js';
import { taskCount, type Plan, type Trial } from '../../plan/plan.js';
import { measuredTrials, trialLabel, warmUpTrials } from '../../plan/trials.js';
import type { RunSamples, TrialSamples } from '../../samples/samples.js';
import { mmOfTask } from '../../workload/hog-layout.js';
import { nextBatch } from '../batches.js';
import type { Engine, RunHooks } from '../engine.js';
import { geometryFor } from '../geometry.js';
import { conditionsBetween, readHostCounters } from './host-counters.js';
import { planNotes } from './notes.js';
import { runTrial, type HungLimits } from './trial.js';

/** The kernel waits 120 s; nothing here legitimately stands still for as long as this. */
const HUNG_LIMITS: HungLimits = { reportSeconds: 15, failSeconds: 60 };

/** A shorter window that a signal cut off is thrown away. */
const WINDOW_SECONDS_MIN = 0.01;

/** An engine with limits of its own; tests have no minute to wait for a hang. */
export function createThreadsEngine(limits: HungLimits): Engine {
  return {
    run: (plan, hooks) => run(plan, hooks, limits),
  };
}

export const threadsEngine: Engine = createThreadsEngine(HUNG_LIMITS);

async function run(plan: Plan, hooks: RunHooks, limits: HungLimits): Promise<RunSamples> {
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const before = readHostCounters();
  const km = boot(plan);
  const pool = startWorkers(taskCount(plan));
  const done: TrialSamples[] = [];
  const pace = new Pace();
  const runAll = async (trials: readonly Trial[]): Promise<void> => {
    pace.add(trials);
    for (const trial of trials) {
      if (hooks.signal.aborted) return;
      const watch = watchFor(plan, trial, pace, hooks);
      const samples = await runTrial(pool, km, plan, trial, watch, limits);
      pace.finished(trial);
      if (trial.round >= 0 && isMeasured(samples)) done.push(samples);
    }
  };
  try {
    await runAll([...warmUpTrials(plan), ...measuredTrials(plan)]);
    for (let batches = 1; !hooks.signal.aborted; batches++) {
      const trials = nextBatch(plan, hooks, done, batches);
      if (trials.length === 0) break;
      await runAll(trials);
    }
  } finally {
    await pool.destroy();
  }
  const elapsedSeconds = (performance.now() - started) / 1000;
  const cpus = availableParallelism();
  const conditions = conditionsBetween(before, readHostCounters(), elapsedSeconds, cpus);
  const notes = planNotes(plan, cpus);
  const partial = hooks.signal.aborted;
  return { trials: done, partial, notes, conditions, startedAt, elapsedSeconds };
}

/** A signal while the tasks set up leaves a window of no length, which says nothing. */
function isMeasured(samples: TrialSamples): boolean {
  return samples.complete || samples.seconds > WINDOW_SECONDS_MIN;
}

/** Workers that wait for each other: as many as tasks, never fewer. */
export function startWorkers(tasks: number): WorkerPool {
  return new WorkerPool({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: tasks,
    maxThreads: tasks,
    concurrentTasksPerWorker: 1,
  });
}

/**
 * The shared buffer with its address spaces, and every task put into one, at rest: however long its
 * thread takes to start, it does not hang meanwhile.
 */
export function boot(plan: Plan): KernelMemory {
  const km = KernelMemory.create(geometryFor(plan));
  for (let mm = 0; mm < plan.mms; mm++) Mm.create(km, mm);
  for (let task = 0; task < taskCount(plan); task++) {
    km.words[km.taskAt(task) + TASK.mm] = mmOfTask(plan, task);
    km.words[km.taskAt(task) + TASK.resting] = 1;
  }
  return km;
}

function watchFor(plan: Plan, trial: Trial, pace: Pace, hooks: RunHooks) {
  const kernel = trialLabel(plan, trial);
  return {
    signal: hooks.signal,
    onHungTask: (report: string) => {
      hooks.onHungTask(report);
    },
    onTick: (faults: number, elapsedSeconds: number) => {
      hooks.onProgress({
        stage: trial.round < 0 ? 'warm-up' : 'measuring',
        kernel,
        trialsDone: pace.trialsDone,
        trialsTotal: pace.trialsTotal,
        round: Math.max(trial.round, 0),
        rounds: pace.trialsTotal / plan.kernels.length,
        faultsPerSecond: elapsedSeconds > 0 ? faults / elapsedSeconds : 0,
        secondsLeft: pace.secondsLeft(elapsedSeconds),
      });
    },
  };
}

/** How long the rest will take: windows are known, what lies between them is learnt on the way. */
class Pace {
  trialsTotal = 0;
  trialsDone = 0;
  readonly #started = performance.now();
  #windowsLeft = 0;
  #windowsDone = 0;
  #trialsLeft = 0;
  #finished = 0;

  add(trials: readonly Trial[]): void {
    this.trialsTotal += trials.filter(({ round }) => round >= 0).length;
    this.#trialsLeft += trials.length;
    this.#windowsLeft = trials.reduce((sum, trial) => sum + trial.seconds, this.#windowsLeft);
  }

  finished(trial: Trial): void {
    if (trial.round >= 0) this.trialsDone += 1;
    this.#finished += 1;
    this.#trialsLeft -= 1;
    this.#windowsDone += trial.seconds;
    this.#windowsLeft -= trial.seconds;
  }

  secondsLeft(elapsedInWindowSeconds: number): number {
    const total = (performance.now() - this.#started) / 1000;
    const between = (total - this.#windowsDone - elapsedInWindowSeconds) / (this.#finished + 1);
    const left = this.#windowsLeft - elapsedInWindowSeconds + between * this.#trialsLeft;
    return Math.max(0, left);
  }
}
