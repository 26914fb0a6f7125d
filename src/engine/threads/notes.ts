/** Doubts about a plan that can be had before it runs; they travel with its numbers. */
import { kernelByName } from '../../mm/kernels.js';
import { taskCount, tasksInWords, type Plan } from '../../plan/plan.js';

/** `cpus`: how many tasks can really run at a time. */
export function planNotes(plan: Plan, cpus: number): string[] {
  return [...belowThreshold(plan), ...oversubscribed(plan, cpus)];
}

function belowThreshold(plan: Plan): string[] {
  if (plan.bytesPerTask >= plan.thresholdBytes) return [];
  const idle = plan.kernels.filter((name) => kernelByName(name).munmap.hasThreshold);
  return [...new Set(idle)].map(
    (name) =>
      `${name}: no munmap reaches the threshold, so all of them go the old way; ` +
      'lower --threshold or raise --mmap-bytes',
  );
}

function oversubscribed(plan: Plan, cpus: number): string[] {
  if (taskCount(plan) <= cpus) return [];
  return [
    `${tasksInWords(plan)} share ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}: holds and waits include ` +
      'time in which a task had no core',
  ];
}
