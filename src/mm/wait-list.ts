/**
 * A rwsem's wait list and the waking of tasks: who stands where, not who may have the lock (that is
 * `rwsem.ts`). First in, first out; linked through the waiters' task records; all under waitLock.
 */
import { assert } from '../util/assert.js';
import { SEM, TASK } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';

/** TASK.waiterKind; `none` when the task is on no wait list. */
export const WAITER = { none: 0, reader: 1, writer: 2 };

export function* lockWaitList(cpu: Cpu, sem: number): Op<void> {
  if (cpu.mustYield()) yield STOP.step;
  if (!trySpinLock(cpu, sem + SEM.waitLock)) yield* spinLockSlow(cpu, sem + SEM.waitLock);
}

/** Before a task's condition is tested for the last time: from here on a wake-up is remembered. */
export function prepareToSleep(cpu: Cpu, sem: number): void {
  const { words } = cpu.km;
  Atomics.store(words, cpu.self + TASK.wake, 0);
  words[cpu.self + TASK.waitsFor] = sem;
}

export function kindOf(cpu: Cpu, task: number): number {
  return cpu.km.words[cpu.km.taskAt(task) + TASK.waiterKind]!;
}

/** Appends the running task. */
export function enqueue(cpu: Cpu, sem: number, kind: number): void {
  const { km } = cpu;
  km.words[cpu.self + TASK.waiterKind] = kind;
  km.words[cpu.self + TASK.waiterNext] = 0;
  const tail = km.words[sem + SEM.tail]!;
  if (tail === 0) km.words[sem + SEM.head] = cpu.task + 1;
  else km.words[km.taskAt(tail - 1) + TASK.waiterNext] = cpu.task + 1;
  km.words[sem + SEM.tail] = cpu.task + 1;
}

export function dequeue(cpu: Cpu, sem: number, task: number): void {
  const { km } = cpu;
  let before = 0;
  let at = km.words[sem + SEM.head]!;
  while (at !== task + 1) {
    assert(at !== 0, `task ${task} is not on the wait list it is taken off`);
    before = at;
    at = km.words[km.taskAt(at - 1) + TASK.waiterNext]!;
  }
  const next = km.words[km.taskAt(task) + TASK.waiterNext]!;
  if (before === 0) km.words[sem + SEM.head] = next;
  else km.words[km.taskAt(before - 1) + TASK.waiterNext] = next;
  if (next === 0) km.words[sem + SEM.tail] = before;
  km.words[km.taskAt(task) + TASK.waiterNext] = 0;
  // Last: from here on a reader may go its way.
  Atomics.store(km.words, km.taskAt(task) + TASK.waiterKind, WAITER.none);
}

/** wake_q_add: remembered now, woken after waitLock is dropped, because waking is slow. */
export function queueWake(cpu: Cpu, task: number): void {
  cpu.wakeQueue[cpu.wakeCount] = task;
  cpu.wakeCount += 1;
}

/** wake_up_q: in the order of the wait list. */
export function* wakeQueued(cpu: Cpu): Op<void> {
  const count = cpu.wakeCount;
  for (let i = 0; i < count; i++) {
    if (cpu.mustYield()) yield STOP.step;
    const task = cpu.wakeQueue[i]!;
    Atomics.store(cpu.km.words, cpu.km.taskAt(task) + TASK.wake, 1);
    cpu.wake(task);
  }
  cpu.wakeCount = 0;
}

export function unlockWaitList(cpu: Cpu, sem: number): void {
  spinUnlock(cpu, sem + SEM.waitLock);
}

/** The first task in line, -1 when nobody is. */
export function firstWaiter(cpu: Cpu, sem: number): number {
  return cpu.km.words[sem + SEM.head]! - 1;
}

/** The task behind `task` in line, -1 when it is the last. */
export function nextWaiter(cpu: Cpu, task: number): number {
  return cpu.km.words[cpu.km.taskAt(task) + TASK.waiterNext]! - 1;
}
