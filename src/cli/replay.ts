import type { Plan } from '../plan/plan.js';
import { COST_NAMES, type MachineModel } from '../plan/machine-model.js';
import { formatBytes, formatNsExactly, formatSeconds } from './units.js';

/** The command that makes exactly this plan, on a machine with any number of CPUs. */
export function replayCommand(plan: Plan): string {
  return [
    'npx mmsem-bench',
    ...(plan.machine === undefined ? [] : machineOptions(plan.machine)),
    `--mmap-bytes ${formatBytes(plan.mmapBytes)}`,
    `--tasks ${plan.tasks}`,
    `--mms ${plan.mms}`,
    `--threshold ${formatBytes(plan.thresholdBytes)}`,
    `--max-map-count ${plan.maxMapCount}`,
    `--writers ${plan.writers}`,
    `--writer-gap ${formatNsExactly(plan.writerGapNs)}`,
    `--kernels ${plan.kernels.join(',')}`,
    `--rwsem ${plan.rwsem}`,
    `--rwsem-spin ${plan.rwsemSpin ? 'on' : 'off'}`,
    `--rounds ${plan.rounds}`,
    `--timeout ${formatSeconds(plan.timeoutSeconds)}`,
    `--seed ${plan.seed}`,
  ].join(' ');
}

/** With every cost spelt out: the profile may have changed since. */
function machineOptions({ name, cpus, costs }: MachineModel): string[] {
  const set = COST_NAMES.map((cost) => `${cost}=${costs[cost]}`).join(',');
  return [`--engine virtual --machine ${name} --cpus ${cpus} --set ${set}`];
}
