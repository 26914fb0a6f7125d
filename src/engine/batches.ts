/** How a run whose number of rounds is not fixed goes on: by whole batches of the plan's rounds. */
import type { Plan, Trial } from '../plan/plan.js';
import { measuredTrials } from '../plan/trials.js';
import type { TrialSamples } from '../samples/samples.js';
import type { RunHooks } from './engine.js';

/** The trials to follow `batches` whole batches, of which `done` is what they measured; none at the end. */
export function nextBatch(
  plan: Plan,
  hooks: RunHooks,
  done: readonly TrialSamples[],
  batches: number,
): Trial[] {
  return hooks.wantsMore?.(done, batches) === true ? measuredTrials(plan, batches) : [];
}
