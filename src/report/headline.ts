import type { Plan } from '../plan/plan.js';
import { formatCount, formatSeconds, formatSize } from './format.js';

/** One line that says what was run, so that its numbers cannot be mistaken for another run's. */
export function headline(plan: Plan): string {
  const spaces = formatCount(plan.mms, 'address space');
  const window = formatSeconds(plan.timeoutSeconds / plan.rounds);
  return [
    `${plan.engine} engine`,
    `${formatCount(plan.tasks, 'task')} in ${spaces}`,
    `${formatSize(plan.mmapBytes)} (${formatSize(plan.bytesPerTask)} per task)`,
    `threshold ${formatSize(plan.thresholdBytes)}`,
    `${formatCount(plan.rounds, 'round')} x ${window} per kernel`,
  ].join(', ');
}
