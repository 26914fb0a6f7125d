/** What piscina loads into every worker thread of the virtual engine: one simulation at a time. */
import { setFlagsFromString } from 'node:v8';
import { KernelMemory } from '../../mm/kernel-memory.js';
import { Mm } from '../../mm/mm.js';
import type { MachineModel } from '../../plan/machine-model.js';
import type { Plan, Trial } from '../../plan/plan.js';
import { InvariantBroken } from '../../util/assert.js';
import { RunFailed } from '../engine.js';
import { geometryFor } from '../geometry.js';
import { encodeTrial, type EncodedTrial } from './encoded-trial.js';
import { simulateTrial } from './trial.js';

// As for the threads engine: the fault path is many small functions.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=15000');

export interface Assignment {
  readonly plan: Plan;
  readonly model: MachineModel;
  readonly trial: Trial;
}

/** A failure goes back as data: of an error, its class would not survive the way. */
export type Answer = { readonly trial: EncodedTrial } | { readonly failed: string };

/** Kept from one simulation to the next for the memory's sake; each begins with it as if new. */
let kept: { readonly key: string; readonly km: KernelMemory } | undefined;

export default function work({ plan, model, trial }: Assignment): Answer {
  const geometry = geometryFor(plan);
  const key = JSON.stringify(geometry);
  if (kept?.key === key) kept.km.reset();
  else kept = { key, km: KernelMemory.create(geometry) };
  const { km } = kept;
  for (let mm = 0; mm < plan.mms; mm++) Mm.create(km, mm);
  try {
    return { trial: encodeTrial(simulateTrial(km, plan, trial, model)) };
  } catch (error) {
    // What has gone wrong has left its traces.
    kept = undefined;
    if (!(error instanceof RunFailed || error instanceof InvariantBroken)) throw error;
    const where = `kernel ${trial.kernel}, round ${trial.round}, seed ${plan.seed}`;
    return { failed: `${where}: ${error.message}` };
  }
}
