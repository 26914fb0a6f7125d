import { afterEach, expect, it, vi } from 'vitest';
import { testMachine } from '../mm/testing/test-machine.js';
import { definePlan } from '../plan/define-plan.js';
import { measuredTrials } from '../plan/trials.js';
import { startTask } from './start-task.js';
import type { StressorTask } from './stressor.js';
import { faultMunmap } from './stressors/fault-munmap.js';
import { Writer } from './writer.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const begin = faultMunmap.start.bind(faultMunmap);

/** What the stressor's tasks are given, and which tasks of the plan are writers. */
function start(writers: number, kernel = 'pristine') {
  const plan = definePlan({
    stressor: 'fault-munmap',
    kernels: [kernel],
    tasks: 3,
    writers,
    mms: 1,
    mmapBytes: 2 ** 20,
    thresholdBytes: 4096,
    maxMapCount: 100,
    rounds: 1,
    timeoutSeconds: 1,
    seed: 5,
  });
  const { cpus, mm } = testMachine({ tasks: 3 + writers });
  const given: StressorTask[] = [];
  const bare = (): boolean => true;
  vi.spyOn(faultMunmap, 'start').mockImplementation((task) => {
    given.push(task);
    return begin(task);
  });
  const trial = measuredTrials(plan)[0]!;
  const runs = cpus.map((cpu) => startTask(plan, trial, cpu, mm, bare));
  return {
    given: given.map(({ task, tasks, bytes, phase, prng }) => [
      ...[task, tasks, bytes, phase],
      prng.next32(),
    ]),
    planted: given.filter((task) => task.stopping !== bare).length,
    writers: runs.flatMap((run, task) => (run instanceof Writer ? [task] : [])),
  };
}

it('makes the last tasks of a plan its writers', () => {
  expect(start(0).writers).toEqual([]);
  expect(start(2).writers).toEqual([3, 4]);
});

it('gives the tasks of the stressor the same work, whether there are writers or not', () => {
  const alone = start(0).given;
  expect(alone).toHaveLength(3);
  expect(start(4).given).toEqual(alone);
});

it('plants a slow-down in the tasks of the stressor, and in no writer', () => {
  const writer = vi.spyOn(Writer.prototype, 'program');
  const { planted, writers } = start(2, 'pristine+8%');
  expect(planted).toBe(3);
  expect(writers).toEqual([3, 4]);
  expect(writer).not.toHaveBeenCalled();
  expect(start(2).planted).toBe(0);
});
