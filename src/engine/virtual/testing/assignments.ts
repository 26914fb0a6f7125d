/** Small simulations, as the engine hands them to its workers. */
import { readFileSync } from 'node:fs';
import { definePlan, type PlanInput } from '../../../plan/define-plan.js';
import { modelOf, parseProfile } from '../../../plan/machine-model.js';
import type { Plan } from '../../../plan/plan.js';
import { measuredTrials } from '../../../plan/trials.js';
import { packageFile } from '../../../util/package-file.js';
import type { Assignment } from '../worker.js';

const MIB = 2 ** 20;
const PROFILE = parseProfile(
  readFileSync(packageFile('workloads/machines/e5-2680-32.json'), 'utf8'),
);

/** Two kernels on 8 tasks of one address space for 1 ms, on 8 CPUs. */
export function planWith(changes: Partial<PlanInput> = {}, cpus = 8): Plan {
  return definePlan({
    machine: modelOf(PROFILE, [], cpus),
    stressor: 'fault-munmap',
    kernels: ['pristine', 'patched'],
    tasks: 8,
    mms: 1,
    mmapBytes: 8 * MIB,
    thresholdBytes: 4096,
    maxMapCount: 65530,
    rounds: 1,
    timeoutSeconds: 0.001,
    seed: 1,
    ...changes,
  });
}

export function assignmentsOf(plan: Plan): Assignment[] {
  return measuredTrials(plan).map((trial) => ({ plan, model: plan.machine!, trial }));
}
