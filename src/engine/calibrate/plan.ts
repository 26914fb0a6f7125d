/** What is measured and, in a check, predicted: the default workload at the size of its threshold. */
import type { MachineModel } from '../../plan/machine-model.js';
import { definePlan } from '../../plan/define-plan.js';
import type { Plan } from '../../plan/plan.js';

const GIB = 2 ** 30;

export const CALIBRATED = {
  stressor: 'fault-munmap',
  kernels: ['pristine', 'patched'],
  bytesPerTask: GIB,
  thresholdBytes: GIB,
} as const;

/** Long enough for several cycles of a share, short against the moods of a machine. */
export const WINDOW_SECONDS = 0.1;

/** A plan for threads, or for the machine given. */
export function calibrationPlan(tasks: number, rounds: number, machine?: MachineModel): Plan {
  return definePlan({
    ...(machine === undefined ? {} : { machine }),
    stressor: CALIBRATED.stressor,
    kernels: CALIBRATED.kernels,
    tasks,
    mms: 1,
    mmapBytes: tasks * CALIBRATED.bytesPerTask,
    thresholdBytes: CALIBRATED.thresholdBytes,
    maxMapCount: 65_530,
    rounds,
    timeoutSeconds: rounds * WINDOW_SECONDS,
    seed: 1,
  });
}

/** How many tasks a check runs: one, two, and one for every CPU. */
export function checkedTasks(cpus: number): number[] {
  return cpus > 2 ? [1, 2, cpus] : [1, 2];
}
