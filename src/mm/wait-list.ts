/**
 * A rwsem's wait list and the waking of tasks: who stands where, not who may have the lock (that is
 * `rwsem*.ts`). In order of arrival, unless a policy says otherwise; linked through the waiters' task
 * records; all under waitLock, but for one word: a waiter may look at its own kind at any time.
 */
import { assert } from '../util/assert.js';
import type { KernelMemory } from './kernel-memory.js';
import { SEM, TASK } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { spinLockSlow, spinUnlock, trySpinLock } from './spinlock.js';

/** TASK.waiterKind; `none` when the task is on no wait list. */
export const WAITER = { none: 0, reader: 1, writer: 2 };

export function* lockWaitList(cpu: Cpu, sem: number): Op<void> {
  if (cpu.mustYield('lock the wait list')) yield STOP.step;
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

/** Puts the running task at the end of the list, or `ahead` of everybody. */
export function enqueue(
  cpu: Cpu,
  sem: number,
  kind: number,
  sinceNs: number,
  ahead: boolean,
): void {
  const { km, self } = cpu;
  assertWaitListLocked(cpu, sem);
  const me = cpu.task + 1;
  const head = km.words[sem + SEM.head]!;
  const tail = km.words[sem + SEM.tail]!;
  km.words[self + TASK.waiterKind] = kind;
  km.words[self + TASK.waiterNext] = ahead ? head : 0;
  km.stats[(self + TASK.waiterSince) / 2] = sinceNs;
  if (ahead || tail === 0) km.words[sem + SEM.head] = me;
  else km.words[km.taskAt(tail - 1) + TASK.waiterNext] = me;
  if (!ahead || tail === 0) km.words[sem + SEM.tail] = me;
}

export function dequeue(cpu: Cpu, sem: number, task: number): void {
  const { km } = cpu;
  assertWaitListLocked(cpu, sem);
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
    if (cpu.mustYield('wake')) yield STOP.step;
    wakeTask(cpu, cpu.wakeQueue[i]!);
  }
  cpu.wakeCount = 0;
}

function wakeTask(cpu: Cpu, task: number): void {
  Atomics.store(cpu.km.words, cpu.km.taskAt(task) + TASK.wake, 1);
  cpu.wake(task);
}

/** A fatal signal for `task`: ends its killable wait, now or when it comes to one. */
export function* killTask(cpu: Cpu, task: number): Op<void> {
  if (cpu.mustYield('send a fatal signal')) yield STOP.step;
  Atomics.store(cpu.km.words, cpu.km.taskAt(task) + TASK.killed, 1);
  if (cpu.mustYield('wake the killed task')) yield STOP.step;
  wakeTask(cpu, task);
}

/** A step of its own, because others may try the lock and go away when it is taken. */
export function* unlockWaitList(cpu: Cpu, sem: number): Op<void> {
  if (cpu.mustYield('unlock the wait list')) yield STOP.step;
  spinUnlock(cpu, sem + SEM.waitLock);
}

export function assertWaitListLocked(cpu: Cpu, sem: number): void {
  assert(cpu.km.words[sem + SEM.waitLock] !== 0, `task ${cpu.task} needs the wait list's lock`);
}

/** Whether the running task is on a wait list; without waitLock, a reader that is not was granted. */
export function isOnList(cpu: Cpu): boolean {
  return Atomics.load(cpu.km.words, cpu.self + TASK.waiterKind) !== WAITER.none;
}

/** Whether exactly one task is queued. */
export function isAlone(cpu: Cpu, sem: number): boolean {
  return cpu.km.words[sem + SEM.head] === cpu.km.words[sem + SEM.tail];
}

/** The queued tasks in order: exact under waitLock or when nobody runs, else of some moment. */
export function queuedTasks(km: KernelMemory, sem: number): number[] {
  const tasks: number[] = [];
  for (let at = km.words[sem + SEM.head]!; at !== 0 && tasks.length < km.geometry.tasks;) {
    tasks.push(at - 1);
    at = km.words[km.taskAt(at - 1) + TASK.waiterNext]!;
  }
  return tasks;
}

/** When a queued task began to wait, ns. */
export function waitingSince(cpu: Cpu, task: number): number {
  return cpu.km.stats[(cpu.km.taskAt(task) + TASK.waiterSince) / 2]!;
}

/** The first task in line, -1 when nobody is. */
export function firstWaiter(cpu: Cpu, sem: number): number {
  return cpu.km.words[sem + SEM.head]! - 1;
}

/** The task behind `task` in line, -1 when it is the last. */
export function nextWaiter(cpu: Cpu, task: number): number {
  return cpu.km.words[cpu.km.taskAt(task) + TASK.waiterNext]! - 1;
}
