/** What piscina loads into every worker thread of the virtual engine: one simulation at a time. */
import { setFlagsFromString } from 'node:v8';
import { KernelMemory } from '../../mm/kernel-memory.js';
import { Mm } from '../../mm/mm.js';
import type { MachineModel } from '../../plan/machine-model.js';
import type { Plan, Trial } from '../../plan/plan.js';
import { geometryFor } from '../geometry.js';
import { encodeTrial, type EncodedTrial } from './encoded-trial.js';
import { simulateTrial } from './trial.js';

// As for the threads engine: the fault path is many small functions.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');

export interface Assignment {
  readonly plan: Plan;
  readonly model: MachineModel;
  readonly trial: Trial;
}

/**
 * Kept from one simulation to the next, which leaves it as empty as it found it: what differs is the
 * order of free frames and records, on which nothing depends that a simulation reports.
 */
let kept: { readonly key: string; readonly km: KernelMemory } | undefined;

export default function work({ plan, model, trial }: Assignment): EncodedTrial {
  const geometry = geometryFor(plan);
  const key = JSON.stringify(geometry);
  if (kept?.key !== key) {
    const km = KernelMemory.create(geometry);
    for (let mm = 0; mm < plan.mms; mm++) Mm.create(km, mm);
    kept = { key, km };
  }
  return encodeTrial(simulateTrial(kept.km, plan, trial, model));
}
