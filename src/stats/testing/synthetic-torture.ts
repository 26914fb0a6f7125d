import {
  roleOfTask,
  tortureTasks,
  type TorturePlan,
  type TortureSamples,
  type TortureTaskSamples,
} from '../../samples/torture-samples.js';
import { WaitHistogram } from '../../samples/wait-histogram.js';

export const TORTURE_PLAN: TorturePlan = {
  readers: 2,
  writers: 1,
  downgraders: 1,
  policies: ['fifo-4.17'],
  spin: true,
  seconds: 2,
  stallSeconds: 10,
  seed: 1,
};

/** Values of a histogram, ns. */
function histogramOf(values: readonly number[]): WaitHistogram {
  const histogram = new WaitHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** A task that got the lock once per wait given, and was contended whenever it waited. */
export function tortureTask(
  plan: TorturePlan,
  task: number,
  waits: readonly number[],
  changes: Partial<TortureTaskSamples> = {},
): TortureTaskSamples {
  return {
    task,
    role: roleOfTask(plan, task),
    acquisitions: waits.length,
    contended: waits.filter((wait) => wait > 0).length,
    trylocksFailed: 0,
    waitsKilled: 0,
    writerSteals: 0,
    readerSteals: 0,
    spinAcquired: 0,
    handoffs: 0,
    wait: histogramOf(waits),
    hold: histogramOf(waits.map(() => 1000)),
    ...changes,
  };
}

/** Task t got the lock t + 1 times: once waiting for 5 us, else at once. The same for every policy. */
export function syntheticTorture(
  plan: TorturePlan = TORTURE_PLAN,
  changes: Partial<TortureSamples> = {},
): TortureSamples {
  const tasks = Array.from({ length: tortureTasks(plan) }, (_, task) =>
    tortureTask(plan, task, [5000, ...Array<number>(task).fill(0)]),
  );
  const { seconds } = plan;
  return {
    trials: plan.policies.map((policy) => ({ policy, seconds, complete: true, tasks })),
    partial: false,
    startedAt: '2018-06-27T00:00:00.000Z',
    elapsedSeconds: 3,
    ...changes,
  };
}
