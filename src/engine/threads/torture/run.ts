/** A torture run on threads: every policy of the plan in turn, with one worker per task. */
import type {
  TorturePlan,
  TortureSamples,
  TortureTrialSamples,
} from '../../../samples/torture-samples.js';
import type { TortureHooks } from '../../torture-engine.js';
import { tortureLock } from './trial.js';

/** A shorter window says nothing: a signal came before the tasks had got going. */
const WINDOW_SECONDS_MIN = 0.01;

/** See RunTorture. */
export async function runTorture(plan: TorturePlan, hooks: TortureHooks): Promise<TortureSamples> {
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const trials: TortureTrialSamples[] = [];
  for (const policy of plan.policies) {
    if (hooks.signal.aborted) break;
    hooks.onPolicy(policy);
    const trial = await tortureLock(plan, policy, hooks);
    if (trial.complete || trial.seconds > WINDOW_SECONDS_MIN) trials.push(trial);
  }
  const elapsedSeconds = (performance.now() - started) / 1000;
  return { trials, partial: hooks.signal.aborted, startedAt, elapsedSeconds };
}
