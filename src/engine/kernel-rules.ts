/** How the Linux of a plan behaves, for every CPU of the run before its first op. */
import { rulesOf, type KernelRules } from '../mm/kernel-rules.js';
import { memoryOf } from '../plan/memory.js';
import type { Plan } from '../plan/plan.js';

/** Throws for a version that there are no rules of. */
export function rulesFor(plan: Pick<Plan, 'thp' | 'linux'>): KernelRules {
  const { linux, thp } = memoryOf(plan);
  return { ...rulesOf(linux), thp };
}
