import { memoryOf } from '../plan/memory.js';
import type { Plan } from '../plan/plan.js';
import { COST_NAMES, type MachineModel } from '../plan/machine-model.js';
import type { PlanOptionName } from './options.js';
import { formatBytes, formatNsExactly, formatSeconds } from './units.js';

/** Of a simulated machine: every cost, or those alone that are not its profile's. */
export type CostsSpeltOut = 'all' | 'changed';

/** The options that make exactly this plan, on a machine with any number of CPUs, with their texts. */
export function planTexts(plan: Plan, costs: CostsSpeltOut): [PlanOptionName, string][] {
  const { backing, thp, linux } = memoryOf(plan);
  return [
    ...(plan.machine === undefined ? [] : machineTexts(plan.machine, costs)),
    ['mmap-bytes', formatBytes(plan.mmapBytes)],
    ['tasks', String(plan.tasks)],
    ['mms', String(plan.mms)],
    ['threshold', formatBytes(plan.thresholdBytes)],
    ['max-map-count', String(plan.maxMapCount)],
    ['writers', String(plan.writers)],
    ['writer-gap', formatNsExactly(plan.writerGapNs)],
    ['kernels', plan.kernels.join(',')],
    ['rwsem', plan.rwsem],
    ['rwsem-spin', plan.rwsemSpin ? 'on' : 'off'],
    ['backing', backing],
    ['thp', thp],
    ['linux', linux],
    ['rounds', String(plan.rounds)],
    ['timeout', formatSeconds(plan.timeoutSeconds)],
    ['seed', String(plan.seed)],
  ];
}

function machineTexts(
  { name, cpus, costs, changed = [] }: MachineModel,
  which: CostsSpeltOut,
): [PlanOptionName, string][] {
  const set = which === 'all' ? COST_NAMES.map((cost) => `${cost}=${costs[cost]}`) : changed;
  return [
    ['engine', 'virtual'],
    ['machine', name],
    ['cpus', String(cpus)],
    ['set', set.join(',')],
  ];
}
