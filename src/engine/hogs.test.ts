import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PAGE_SIZE } from '../mm/layout.js';
import { ANONYMOUS, PROT } from '../mm/uapi.js';
import type { Hog, HogTask } from '../workload/hog.js';
import { HOGS } from '../workload/stressors/hogs.js';
import { runHogs, simulateHogs } from './testing/run-hogs.js';

const PAGES = 8;

/** A parent whose children each map, write and leave so many pages to exit, over and over. */
const forking: Hog = {
  name: 'forking',
  description: 'for this test',
  classes: ['own'],
  options: { children: { takes: 'count', preset: 2, min: 1, max: 8, help: 'children' } },
  forks: true,
  shape: ({ options }) => ({ processes: 1 + Number(options['children']), threadsPerProcess: 1 }),
  needs: ({ options }) => ({ pages: PAGES * Number(options['children']) }),
  start: (task) => ({ program: () => programOf(task) }),
};

const GO_ON = 0;

function* programOf(task: HogTask) {
  const { calls, meeting, setting, process } = task;
  const family = Array.from({ length: 1 + Number(setting.options['children']) }, (_, i) => i);
  for (;;) {
    if (process === 0) meeting.set(GO_ON, task.stopping() ? 0 : 1);
    yield* meeting.arrive(family);
    if (meeting.get(GO_ON) === 0) return;
    if (process > 0) {
      const at = yield* calls.mmap(0, PAGES * PAGE_SIZE, PROT.read | PROT.write, ANONYMOUS);
      yield* calls.fill(at, PAGES, 7);
      if ((yield* calls.compare(at, PAGES, 7)) > 0) task.fail('other words than were written');
      yield* task.exitProcess();
    }
    yield* meeting.arrive(family);
    if (process === 0) yield* task.bogo();
  }
}

const registry = HOGS as Hog[];
beforeEach(() => {
  registry.push(forking);
});
afterEach(() => {
  registry.splice(registry.indexOf(forking), 1);
});

describe('instances in virtual time', () => {
  it('do their operations and end, each with processes of its own', () => {
    const instances = runHogs({
      entries: [{ stressor: 'forking', instances: 3, ops: 5, options: { children: 4 } }],
    });
    expect(instances).toHaveLength(3);
    for (const [i, one] of instances.entries()) {
      expect(one).toMatchObject({ entry: 0, instance: i, bogoOps: 5, failures: [] });
      expect(one.faults).toMatchObject({ total: 5 * 4 * PAGES, minor: 5 * 4 * PAGES, major: 0 });
      expect(one.calls).toMatchObject({ mmap: 5 * 4, munmap: 0 });
      expect(one.rssPagesMax).toBe(PAGES);
      expect(one.contextSwitches).toBeGreaterThan(5 * 4);
      expect(one.userNs).toBeGreaterThan(0);
      expect(one.systemNs).toBeGreaterThan(one.userNs);
      expect(one.realNs).toBeLessThan(one.systemNs);
    }
  });

  it('end when the time is up, and are counted to their ends', () => {
    const trial = simulateHogs({ entries: [{ stressor: 'forking' }], seconds: 0.01 });
    const { instances, counters, seconds } = trial;
    expect(instances![0]!.bogoOps).toBeGreaterThan(10);
    expect(seconds).toBeGreaterThan(0.01);
    expect(counters.faultsTotal).toBe(instances![0]!.bogoOps * 2 * PAGES);
  });

  it('come out the same for the same seed', () => {
    const run = () => simulateHogs({ entries: [{ stressor: 'forking', instances: 4, ops: 9 }] });
    expect(run()).toEqual(run());
  });
});
