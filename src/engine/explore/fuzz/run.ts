/** One kernel under random programs on the explore engine: as many searches as there are cores. */
import { availableParallelism } from 'node:os';
import { WorkerPool } from '../../worker-pool.js';
import type { FuzzFinding, FuzzPlan, FuzzTrialSamples } from '../../../samples/fuzz-samples.js';
import type { FuzzHooks } from '../../fuzz-engine.js';
import type { SearchOutcome } from './search.js';
import { FIRST_COUNTER, STOP_DOUBLE, type FuzzSearchAssignment } from './worker.js';

const TICK_MS = 100;

/** See FuzzKernel. */
export async function fuzzByChance(
  plan: FuzzPlan,
  kernel: string,
  hooks: FuzzHooks,
): Promise<FuzzTrialSamples> {
  const workers = availableParallelism();
  const shared = new SharedArrayBuffer((FIRST_COUNTER + 2 * workers) * 8);
  const doubles = new Float64Array(shared);
  const pool = new WorkerPool({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    // Piscina's own naps between jobs would keep a core busy.
    atomics: 'disabled',
  });
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const timer = setInterval(() => {
    if (hooks.signal.aborted) doubles[STOP_DOUBLE] = 1;
    let calls = 0;
    for (let worker = 0; worker < workers; worker++) calls += doubles[FIRST_COUNTER + 2 * worker]!;
    hooks.onProgress(kernel, elapsed(), calls);
  }, TICK_MS);
  const { thresholdBytes, linux, tasks, mms, seed, seconds } = plan;
  const search = { kernel, thresholdBytes, linux, tasks, mms, seed };
  try {
    const outcomes = await Promise.all(
      Array.from({ length: workers }, async (_, worker) => {
        const assignment: FuzzSearchAssignment = { search, worker, workers, shared, seconds };
        const outcome = (await pool.run(assignment)) as SearchOutcome;
        // Others need not look any longer.
        if (outcome.finding !== null) doubles[STOP_DOUBLE] = 1;
        return outcome;
      }),
    );
    const finding = outcomes.reduce<FuzzFinding | null>(
      (first, { finding: its }) => first ?? its,
      null,
    );
    return {
      kernel,
      seconds: elapsed(),
      calls: outcomes.reduce((sum, { calls }) => sum + calls, 0),
      checks: outcomes.reduce((sum, { executions }) => sum + executions, 0),
      complete: finding === null && !hooks.signal.aborted,
      finding,
    };
  } finally {
    clearInterval(timer);
    await pool.destroy();
  }
}
