/** Tasks at one rwsem, driven by hand: an op runs until it has to wait, or ends. */
import { expect } from 'vitest';
import { SEM, STAT, TASK } from '../layout.js';
import { STOP, type Op } from '../op.js';
import { downRead, downWrite, downgradeWrite, upRead, upWrite } from '../rwsem.js';
import { policyByName, type RwsemPolicy } from '../rwsem-policy.js';
import { queuedTasks } from '../wait-list.js';
import { runAlone, semCount, testMachine, type TestCpu } from './test-machine.js';

/** Without spinning, so that whoever has to wait sleeps at once. */
export const SLEEPERS = policyByName('fifo-4.17', false);

export function lockHands(tasks = 6, policy: RwsemPolicy = SLEEPERS) {
  const machine = testMachine({ tasks, frames: 1, tables: 1, vmas: 1 });
  const { km, cpus, mm } = machine;
  const { sem } = mm;
  for (const cpu of cpus) cpu.rwsem = policy;
  const task = (i: number): TestCpu => cpus[i]!;
  /** Starts an op that has to wait. */
  const park = <T>(op: Op<T>): Op<T> => {
    expect(op.next()).toEqual({ done: false, value: STOP.sleep });
    return op;
  };
  /** Goes on with an op that waits; whether it got through. */
  const resume = (op: Op<unknown>): boolean => op.next().done === true;
  const mayRun = (i: number): boolean => km.words[task(i).self + TASK.wake] === 1;
  const queue = (): number[] => queuedTasks(km, sem);
  const stat = (i: number, name: keyof typeof STAT): number => km.stats[task(i).stat + STAT[name]]!;
  const read = (i: number): Op<void> => downRead(task(i), sem);
  const write = (i: number): Op<void> => downWrite(task(i), sem);
  const unread = (i: number): void => {
    runAlone(upRead(task(i), sem));
  };
  const unwrite = (i: number): void => {
    runAlone(upWrite(task(i), sem));
  };
  const downgrade = (i: number): void => {
    runAlone(downgradeWrite(task(i), sem));
  };
  const count = (): number => semCount(machine);
  const owner = (): number => km.words[sem + SEM.owner]!;
  const acts = { read, write, unread, unwrite, downgrade };
  return { machine, sem, task, park, resume, mayRun, queue, stat, count, owner, ...acts };
}
