import { describe, expect, it } from 'vitest';
import type { Plan } from '../plan/plan.js';
import { isAlone, ownsMm, tasksInMm } from './hog-layout.js';
import { stressPlanOf, type HogEntries } from './stress-plan.js';

function planOf(what: Omit<HogEntries, 'memoryBytes'>): Plan {
  return stressPlanOf({ memoryBytes: 2 ** 34, ...what }) as unknown as Plan;
}

function tasksOf(plan: Plan, which: (plan: Plan, task: number) => boolean): number[] {
  return Array.from({ length: plan.tasks }, (_, task) => task).filter((task) => which(plan, task));
}

describe('tasks of instances', () => {
  it('are alone as processes of one thread, unless several make one instance', () => {
    const entries = [
      { stressor: 'mmap', instances: 2 },
      { stressor: 'mprotect', instances: 2 },
      { stressor: 'vm', instances: 1 },
    ];
    const plan = planOf({ entries });
    expect(tasksOf(plan, isAlone)).toEqual([0, 1, plan.tasks - 1]);
    expect(tasksOf(plan, ownsMm)).toHaveLength(plan.tasks);
  });

  it('are not alone as threads of one address space, which the first of them tears down', () => {
    const threads = [{ stressor: 'page-fault1-threads', instances: 3 }];
    const plans = [
      planOf({ entries: threads }),
      planOf({ entries: [{ stressor: 'mmap', instances: 3 }], sharedMm: true }),
    ];
    for (const plan of plans) {
      expect(tasksOf(plan, isAlone)).toEqual([]);
      expect(tasksOf(plan, ownsMm)).toEqual([0]);
      expect(tasksInMm(plan.stress!, 0)).toEqual([0, 1, 2]);
    }
  });

  it('are told apart at once, however many there are', () => {
    const plan = planOf({ entries: [{ stressor: 'mmap', instances: 65_536 }] });
    const since = performance.now();
    expect(tasksOf(plan, isAlone)).toHaveLength(65_536);
    expect(tasksOf(plan, ownsMm)).toHaveLength(65_536);
    expect(performance.now() - since).toBeLessThan(2000);
  });
});
