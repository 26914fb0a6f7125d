/** One trial from the main thread's side: set up, open the window, watch, close it, audit. */
import type { WorkerPool } from '../worker-pool.js';
import { checkKernel, checkTornDown } from '../../mm/check.js';
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { CONTROL } from '../../mm/layout.js';
import { taskCount, type Plan, type Trial } from '../../plan/plan.js';
import type { Counters, TrialSamples } from '../../samples/samples.js';
import { RunFailed } from '../engine.js';
import { wholeTrial } from '../instances.js';
import { mergeReports, type TaskReport } from '../task-recorder.js';
import type { Assignment } from './task.js';
import { Failure, gathered, sleep } from './failure.js';
import { arrived, closeWindow, open, resetRendezvous } from './rendezvous.js';
import { Watchdog } from './watchdog.js';
import { readCounters, readPeaks, readUncontended } from '../window.js';

export interface TrialWatch {
  readonly signal: AbortSignal;
  /** Several times a second while the window is open. */
  onTick(faults: number, elapsedSeconds: number): void;
  onHungTask(report: string): void;
}

export interface HungLimits {
  /** A task without progress for so long is reported. */
  readonly reportSeconds: number;
  /** When no task has made progress for so long, the run has failed. */
  readonly failSeconds: number;
}

const TICK_MS = 100;
const LOOK_MS = 1000;

/** Throws RunFailed on a broken invariant or a hang, and whatever a worker died of. */
export async function runTrial(
  pool: WorkerPool,
  km: KernelMemory,
  plan: Plan,
  trial: Trial,
  watch: TrialWatch,
  limits: HungLimits,
): Promise<TrialSamples> {
  resetRendezvous(km);
  const assignment: Assignment = {
    buffer: km.buffer,
    plan,
    trial,
    epochMs: performance.timeOrigin,
  };
  // As many assignments as workers, and none ends before all have begun: one for each.
  const tasks = Array.from({ length: taskCount(plan) }, () => pool.run(assignment));
  const reports = Promise.all(tasks) as Promise<TaskReport[]>;
  const failure = new Failure(reports);
  const stopWatching = watchTasks(km, watch, limits, failure);
  try {
    await gathered(km, CONTROL.ready, failure);
    const window = await measure(km, plan.tasks, trial, watch, failure);
    await gathered(km, CONTROL.rested, failure);
    const counters = readCounters(km, plan.tasks);
    report(checkKernel(km).violations, trial, plan, 'after the window closed');
    const peaks = readPeaks(km);
    const uncontended = readUncontended(km);
    open(km, CONTROL.leave);
    const finished = await failure.orElse(reports);
    const hogs = finished.flatMap(({ hog }) => hog ?? []);
    report(checkTornDown(km), trial, plan, 'after the address spaces were torn down');
    return {
      sequence: trial.sequence,
      round: trial.round,
      kernelIndex: trial.kernelIndex,
      ...window,
      ...wholeTrial(km, plan, hogs, counters),
      peaks,
      mmapSem: mergeReports(finished, uncontended),
    };
  } finally {
    stopWatching();
  }
}

/** Opens the window and closes it after the trial's time, or on the signal. */
async function measure(
  km: KernelMemory,
  tasks: number,
  trial: Trial,
  watch: TrialWatch,
  failure: Failure,
): Promise<{ seconds: number; complete: boolean; counters: Counters }> {
  const opened = performance.now();
  open(km, CONTROL.go);
  const elapsed = (): number => (performance.now() - opened) / 1000;
  while (elapsed() < trial.seconds && !watch.signal.aborted) {
    // All programs may have ended by themselves.
    if (arrived(km, CONTROL.rested) === km.geometry.tasks) break;
    const leftMs = (trial.seconds - elapsed()) * 1000;
    await failure.orElse(sleep(Math.max(0, Math.min(TICK_MS, leftMs))));
    watch.onTick(readCounters(km, tasks).faultsTotal, elapsed());
  }
  const seconds = elapsed();
  const counters = readCounters(km, tasks);
  closeWindow(km);
  return { seconds, complete: !watch.signal.aborted, counters };
}

/** Looks for hung tasks once a second until the returned function is called. */
function watchTasks(
  km: KernelMemory,
  watch: TrialWatch,
  limits: HungLimits,
  failure: Failure,
): () => void {
  const seconds = (): number => performance.now() / 1000;
  const watchdog = new Watchdog(km, limits.reportSeconds, seconds());
  const timer = setInterval(() => {
    for (const report of watchdog.look(seconds())) watch.onHungTask(report);
    const stalled = watchdog.stalledSeconds;
    if (stalled < limits.failSeconds) return;
    failure.raise(new RunFailed(`no task has made progress for ${Math.floor(stalled)} s`));
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
  };
}

/** Throws RunFailed with every sentence of an audit that found something. */
function report(violations: readonly string[], trial: Trial, plan: Plan, when: string): void {
  if (violations.length === 0) return;
  const list = violations.map((violation) => `\n  ${violation}`).join('');
  throw new RunFailed(`${where(trial, plan)}: broken invariants ${when}:${list}`);
}

function where(trial: Trial, plan: Plan): string {
  return `kernel ${trial.kernel}, round ${trial.round}, seed ${plan.seed}`;
}
