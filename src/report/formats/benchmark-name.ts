import { unusualMemory } from '../../plan/memory.js';
import type { Plan } from '../../plan/plan.js';
import { formatWholeSize } from '../format.js';

/** What a kernel's number depends on most, by name: sizes are exact, so none has a dot. */
export function workloadKeys(plan: Plan): [string, string][] {
  const { mmapBytes, tasks, writers, mms } = plan;
  return [
    ['bytes', formatWholeSize(mmapBytes)],
    ['tasks', String(tasks)],
    ...(writers === 0 ? [] : [['writers', String(writers)] satisfies [string, string]]),
    ['mms', String(mms)],
    ...Object.entries(unusualMemory(plan)),
  ];
}

/** The same as the parts of a name: `bytes=80G/tasks=2/mms=1`. */
export function workloadPath(plan: Plan): string {
  return workloadKeys(plan)
    .map(([key, value]) => `${key}=${value}`)
    .join('/');
}

/**
 * The name under which trackers keep the series of one kernel. Another workload or machine is
 * another series, not a jump in this one.
 */
export function benchmarkName(plan: Plan, kernel: string): string {
  const machine = plan.machine === undefined ? [] : [`machine=${plan.machine.name}`];
  const where = [`engine=${plan.engine}`, ...machine];
  return [plan.stressor, kernel, workloadPath(plan), ...where].join('/');
}
