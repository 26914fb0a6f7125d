/**
 * The virtual engine: every trial is a simulation of its own in virtual time, and simulations run side
 * by side. What comes out depends on the plan alone.
 */
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { WorkerPool } from '../worker-pool.js';
import type { MachineModel } from '../../plan/machine-model.js';
import { taskCount, tasksInWords, type Plan, type Trial } from '../../plan/plan.js';
import { measuredTrials, trialLabel } from '../../plan/trials.js';
import type { RunSamples, TrialSamples } from '../../samples/samples.js';
import { assert } from '../../util/assert.js';
import { nextBatch } from '../batches.js';
import { RunFailed, type Engine, type EngineSession, type RunHooks } from '../engine.js';
import { decodeTrial, type EncodedTrial } from './encoded-trial.js';
import type { Answer, Assignment } from './worker.js';

/** Whoever runs simulations, some at a time and the others after them; piscina is one. */
export interface Pool {
  /** Resolves to an Answer. */
  run(assignment: Assignment, options: { readonly signal: AbortSignal }): Promise<unknown>;
  destroy(): Promise<void>;
}

/** The engine on pools of this kind. */
export function engineOn(openPool: () => Pool): Engine {
  const open = (): EngineSession => {
    const pool = openPool();
    return {
      // A plan of one simulation keeps one worker busy; one more plan waits, so that none is idle.
      plansAtOnce: availableParallelism() + 1,
      run: (plan, hooks) => runPlan(pool, plan, hooks),
      close: () => pool.destroy(),
    };
  };
  const run: Engine['run'] = async (plan, hooks) => {
    const session = open();
    try {
      return await session.run(plan, hooks);
    } finally {
      await session.close();
    }
  };
  return { run, open };
}

/** Idle workers stay for so long: a sweep pauses between plans, and warm code is worth keeping. */
const IDLE_MS = 10_000;

/** Workers that serve one plan after the other, or several side by side: simulations queue up. */
export const virtualEngine = engineOn(() => {
  return new WorkerPool({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: availableParallelism(),
    idleTimeout: IDLE_MS,
    // Piscina's own naps between simulations would keep a core busy.
    atomics: 'disabled',
  });
});

async function runPlan(pool: Pool, plan: Plan, hooks: RunHooks): Promise<RunSamples> {
  const { machine: model } = plan;
  assert(model !== undefined, 'a plan for the virtual engine has a machine');
  const startedAt = new Date().toISOString();
  const started = performance.now();
  // Every simulation that waits listens; Node takes more than ten listeners for a leak.
  setMaxListeners(0, hooks.signal);
  const trials: TrialSamples[] = [];
  let partial = false;
  let batch = measuredTrials(plan);
  for (let batches = 1; batch.length > 0; batches++) {
    const done = await runAll(pool, plan, model, batch, hooks);
    trials.push(...done);
    partial = done.length < batch.length;
    if (partial) break;
    batch = nextBatch(plan, hooks, trials, batches);
  }
  const elapsedSeconds = (performance.now() - started) / 1000;
  return { trials, partial, notes: notesOn(plan, model), startedAt, elapsedSeconds };
}

/** In the order of the trials, whatever the order they were done in; without those a signal stopped. */
async function runAll(
  pool: Pool,
  plan: Plan,
  model: MachineModel,
  trials: readonly Trial[],
  hooks: RunHooks,
): Promise<TrialSamples[]> {
  const started = performance.now();
  const done: TrialSamples[] = [];
  const before = trials[0]!.sequence;
  const trialsTotal = before + trials.length;
  const rest = new AbortController();
  const signal = AbortSignal.any([hooks.signal, rest.signal]);
  setMaxListeners(0, signal);
  const finish = async (trial: Trial): Promise<void> => {
    const assignment: Assignment = { plan, model, trial };
    const encoded = await simulate(pool, assignment, { ...hooks, signal });
    done.push(decodeTrial(encoded));
    const perTrial = (performance.now() - started) / 1000 / done.length;
    hooks.onProgress({
      stage: 'measuring',
      kernel: trialLabel(plan, trial),
      trialsDone: before + done.length,
      trialsTotal,
      round: trial.round,
      rounds: trialsTotal / plan.kernels.length,
      faultsPerSecond: encoded.counters.faultsTotal / encoded.seconds,
      secondsLeft: perTrial * (trials.length - done.length),
    });
  };
  // What comes out of a run that failed is worth nothing: the rest need not be simulated.
  const results = await Promise.allSettled(
    trials.map((trial) =>
      finish(trial).catch((error: unknown) => {
        rest.abort();
        throw error;
      }),
    ),
  );
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  // Those that were called off have failed, too, but not by themselves.
  const failure = failures.find((reason) => reason instanceof RunFailed) ?? failures[0];
  if (failure !== undefined && !hooks.signal.aborted) throw failure as Error;
  return done.sort((a, b) => a.sequence - b.sequence);
}

async function simulate(
  pool: Pool,
  assignment: Assignment,
  { signal, checkDeterminism = false }: RunHooks,
): Promise<EncodedTrial> {
  const once = async (): Promise<EncodedTrial> => {
    const answer = (await pool.run(assignment, { signal })) as Answer;
    if ('failed' in answer) throw new RunFailed(answer.failed);
    return answer.trial;
  };
  const encoded = await once();
  if (!checkDeterminism) return encoded;
  const again = await once();
  if (isDeepStrictEqual(encoded, again)) return encoded;
  const { plan, trial } = assignment;
  const [one, other] = [encoded, again].map(({ simulated }) => simulated?.traceHash);
  throw new RunFailed(
    `${trialLabel(plan, trial)}, round ${trial.round}, came out differently the second time: trace hashes ${one} and ${other}`,
  );
}

function notesOn(plan: Plan, { name, cpus }: MachineModel): string[] {
  if (taskCount(plan) <= cpus) return [];
  return [
    `${tasksInWords(plan)} share the ${cpus} CPUs of ${name}: holds contain time without a CPU`,
  ];
}
