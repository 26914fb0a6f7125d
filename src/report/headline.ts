import type { MachineModel } from '../plan/machine-model.js';
import { DEFAULT_RWSEM, type Plan } from '../plan/plan.js';
import { formatCount, formatSeconds, formatSize, formatWholeNs } from './format.js';

/** One line that says what was run, so that its numbers cannot be mistaken for another run's. */
export function headline(plan: Plan): string {
  const spaces = formatCount(plan.mms, 'address space');
  const window = formatSeconds(plan.timeoutSeconds / plan.rounds);
  return [
    `${plan.engine} engine`,
    ...(plan.machine === undefined ? [] : [machineWords(plan.machine)]),
    `${formatCount(plan.tasks, 'task')} in ${spaces}${writerWords(plan)}`,
    `${formatSize(plan.mmapBytes)} (${formatSize(plan.bytesPerTask)} per task)`,
    `threshold ${formatSize(plan.thresholdBytes)}`,
    ...rwsemWords(plan),
    `${formatCount(plan.rounds, plan.machine === undefined ? 'round' : 'seed')} x ${window} per kernel`,
  ].join(', ');
}

function machineWords({ name, cpus, changed = [] }: MachineModel): string {
  return [`${name} with ${formatCount(cpus, 'CPU')}`, ...changed].join(' and ');
}

function writerWords({ writers, writerGapNs }: Plan): string {
  if (writers === 0) return '';
  const pace = writerGapNs === 0 ? 'without a pause' : `every ${formatWholeNs(writerGapNs)}`;
  return ` with ${formatCount(writers, 'writer')} ${pace}`;
}

/** Nothing about what goes without saying: the rwsem of 4.17. */
function rwsemWords({ rwsem, rwsemSpin }: Plan): string[] {
  if (rwsem === DEFAULT_RWSEM && rwsemSpin) return [];
  return [`rwsem ${rwsem}${rwsemSpin ? '' : ' without spinning'}`];
}
