/**
 * The explore engine: the ops of `src/mm` under an adversary that picks the next step, many scenarios
 * and policies side by side, one worker thread each.
 */
import { availableParallelism } from 'node:os';
import { WorkerPool } from '../worker-pool.js';
import type { Exploration } from '../../samples/exploration.js';
import type { ExploreJob } from './job.js';
import { FIRST_COUNTER, STOP_WORD, type Assignment } from './worker.js';

export interface ExploreHooks {
  /** Aborted: the searches under way end, and what they covered is returned. */
  readonly signal: AbortSignal;
  /** Several times a second. */
  onProgress(jobsDone: number, jobs: number, schedules: number): void;
  /** Each search as it ends, in whatever order. */
  onDone(exploration: Exploration): void;
}

const TICK_MS = 100;

/** Results in the order of the jobs, which depend on `secondsMax` only where it cut a search short. */
export async function explore(
  jobs: readonly ExploreJob[],
  secondsMax: number,
  hooks: ExploreHooks,
): Promise<Exploration[]> {
  const shared = new SharedArrayBuffer((FIRST_COUNTER + jobs.length) * 4);
  const words = new Int32Array(shared);
  const pool = new WorkerPool({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: Math.min(availableParallelism(), jobs.length),
    // Piscina's own naps between jobs would keep a core busy.
    atomics: 'disabled',
  });
  let done = 0;
  const timer = setInterval(() => {
    if (hooks.signal.aborted) Atomics.store(words, STOP_WORD, 1);
    const schedules = words.subarray(FIRST_COUNTER).reduce((sum, count) => sum + count, 0);
    hooks.onProgress(done, jobs.length, schedules);
  }, TICK_MS);
  try {
    return await Promise.all(
      jobs.map(async (job, index) => {
        const assignment: Assignment = { job, index, shared, seconds: secondsMax };
        const exploration = (await pool.run(assignment)) as Exploration;
        done += 1;
        hooks.onDone(exploration);
        return exploration;
      }),
    );
  } finally {
    clearInterval(timer);
    await pool.destroy();
  }
}
