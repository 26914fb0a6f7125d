/**
 * The inner loop of the main job through the real threads engine, recording and all.
 */
import { threadsEngine } from '../engine/threads/engine.js';
import { definePlan } from '../plan/define-plan.js';
import type { Plan } from '../plan/plan.js';
import type { Benchmark, Sample } from './measure.js';

export interface MainJob {
  readonly tasks: number;
  readonly bytesPerTask: number;
  /** Length of the measured window. */
  readonly seconds: number;
}

/** Windows long enough for several cycles of a share that no cache holds. */
const BENCH_JOB = { bytesPerTask: 2 ** 30, seconds: 0.5 };

function planOf({ tasks, bytesPerTask, seconds }: MainJob): Plan {
  return definePlan({
    stressor: 'fault-munmap',
    kernels: ['pristine'],
    tasks,
    mms: 1,
    mmapBytes: bytesPerTask * tasks,
    thresholdBytes: 2 ** 30,
    maxMapCount: 65_530,
    rounds: 1,
    timeoutSeconds: seconds,
    seed: 1,
  });
}

/** Page faults of one measured window; the engine's own warm-up is not in it. */
export async function runMainJob(job: MainJob, signal: AbortSignal): Promise<Sample> {
  const say = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
  const hooks = { signal, onProgress: () => undefined, onHungTask: say };
  const { trials } = await threadsEngine.run(planOf(job), hooks);
  signal.throwIfAborted();
  return {
    ops: trials.reduce((sum, trial) => sum + trial.counters.faultsTotal, 0),
    ns: trials.reduce((sum, trial) => sum + trial.seconds * 1e9, 0),
  };
}

export function engineBenchmarks(signal: AbortSignal): Benchmark[] {
  return [1, 2].map((tasks) => ({
    name: `main job, 1 GiB a task, ${tasks} task${tasks === 1 ? '' : 's'} on threads`,
    unit: 'faults/s',
    prepare: () => () => runMainJob({ tasks, ...BENCH_JOB }, signal),
  }));
}
