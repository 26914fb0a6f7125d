/**
 * Who gets a rwsem next: the wake-up of waiters when lockers leave, come to share, or give up
 * (4.17 __rwsem_mark_wake, 5.3 rwsem_mark_wake). Readers are granted the lock before they are woken;
 * writers are only woken and must win the race for it.
 */
import { SEM, STAT } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { trySpinLock } from './spinlock.js';
import {
  WAITER,
  assertWaitListLocked,
  dequeue,
  firstWaiter,
  kindOf,
  lockWaitList,
  nextWaiter,
  queueWake,
  unlockWaitList,
  waitingSince,
  wakeQueued,
} from './wait-list.js';

/** The owner word when readers were the last to come. */
export const READER_OWNED = -1;

const { owner: OWNER } = SEM;
const READERS = READER_OWNED;

/** Whom wakeFront is to wake: whoever is first, only readers, or readers beside the caller's share. */
export const WAKE = { any: 0, readers: 1, readOwned: 2 } as const;
export type Wake = (typeof WAKE)[keyof typeof WAKE];

export function setReaderOwned(words: Int32Array, sem: number): void {
  // Storing only on change keeps the line shared among readers.
  if (words[sem + OWNER] !== READERS) words[sem + OWNER] = READERS;
}

/** Whether a count read while somebody is queued has a writer in it, or one that is trying. */
export function isWriterActive(cpu: Cpu, count: number): boolean {
  const { waitersBias, writerMask } = cpu.rwsem;
  return ((count - waitersBias) & writerMask) !== 0;
}

/** rwsem_wake: the last active locker has left and somebody is queued. */
export function* wakeWaiters(cpu: Cpu, sem: number): Op<void> {
  const { words } = cpu.km;
  if (cpu.rwsem.spinnersWake) {
    if (cpu.mustYield('look for a spinner')) yield STOP.step;
    if (Atomics.load(words, sem + SEM.osqTail) !== 0) {
      if (cpu.mustYield('try the wait list lock')) yield STOP.step;
      // Busy: a spinner is about to take the lock, or to queue up, and sees to the list either way.
      if (!trySpinLock(cpu, sem + SEM.waitLock)) return;
    } else yield* lockWaitList(cpu, sem);
  } else yield* lockWaitList(cpu, sem);
  yield* wakeFront(cpu, sem, WAKE.any);
  yield* unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
}

/**
 * Wakes a writer at the front without giving it anything, or grants to the readers there. With
 * WAKE.readOwned the caller has the lock for read. Under waitLock; follow up with wakeQueued.
 */
export function* wakeFront(cpu: Cpu, sem: number, whom: Wake): Op<void> {
  const { rwsem } = cpu;
  assertWaitListLocked(cpu, sem);
  const front = firstWaiter(cpu, sem);
  if (front < 0) return;
  const beside = whom === WAKE.readOwned;
  const isWriter = kindOf(cpu, front) === WAITER.writer;
  if (isWriter && whom === WAKE.any) queueWake(cpu, front);
  if (isWriter && !(beside && rwsem.downgradeWakesAll)) return;
  if (!beside && !(yield* enterForReaders(cpu, sem, front))) return;
  const anywhere = rwsem.readersAnywhere || (beside && rwsem.downgradeWakesAll);
  yield* grantReaders(cpu, sem, anywhere, beside ? 0 : rwsem.readBias);
}

/**
 * Enters one reader into the count to keep writers out while readers are granted, the first of them
 * `front`. False when a writer stole the lock; it will wake the list when it leaves.
 */
function* enterForReaders(cpu: Cpu, sem: number, front: number): Op<boolean> {
  const { words, stats } = cpu.km;
  const { readBias, handoffBias, handoffNs } = cpu.rwsem;
  for (;;) {
    if (cpu.mustYield('enter for the readers')) yield STOP.step;
    cpu.touch(sem + SEM.count);
    const before = Atomics.add(words, sem + SEM.count, readBias);
    if (!isWriterActive(cpu, before)) return true;
    const isDue = handoffBias !== 0 && (before & handoffBias) === 0;
    const asks = isDue && cpu.hasPassed(waitingSince(cpu, front), handoffNs);
    if (asks) stats[cpu.stat + STAT.handoffs]! += 1;
    const change = (asks ? handoffBias : 0) - readBias;
    if (cpu.mustYield('leave it to the writer')) yield STOP.step;
    cpu.touch(sem + SEM.count);
    const count = Atomics.add(words, sem + SEM.count, change) + change;
    // If the writer left before we could take our reader back, the list is ours to wake.
    if (isWriterActive(cpu, count)) return false;
  }
}

/**
 * Grants the lock to the readers at the front, or to readers `anywhere` in the list, with `entered`
 * in the count for them already. No writer is active, and none can become so before this returns.
 *
 * The count is settled before the first reader is let go: a reader that runs ahead and leaves again
 * must not make the lock look free while others are still being granted.
 */
function* grantReaders(cpu: Cpu, sem: number, anywhere: boolean, entered: number): Op<void> {
  const { words } = cpu.km;
  const { readBias, waitersBias, handoffBias, readersPerGrantMax } = cpu.rwsem;
  const from = cpu.wakeCount;
  const emptied = collectReaders(cpu, sem, anywhere, readersPerGrantMax);
  const until = cpu.wakeCount;
  if (until === from) return;
  // Only under waitLock does the hand-off bit change, and it was for the front, which is granted now.
  const handoff = Atomics.load(words, sem + SEM.count) & handoffBias;
  const share = (until - from) * readBias - entered - (emptied ? waitersBias : 0) - handoff;
  if (cpu.mustYield('count the granted readers')) yield STOP.step;
  cpu.touch(sem + SEM.count);
  Atomics.add(words, sem + SEM.count, share);
  setReaderOwned(words, sem);
  for (let i = from; i < until; i++) {
    if (cpu.mustYield('grant to a reader')) yield STOP.step;
    dequeue(cpu, sem, cpu.wakeQueue[i]!);
  }
}

/** Puts the readers to be granted into the wake queue; whether that is everybody on the list. */
function collectReaders(cpu: Cpu, sem: number, anywhere: boolean, most: number): boolean {
  let emptied = true;
  let room = most;
  for (let waiter = firstWaiter(cpu, sem); waiter >= 0; waiter = nextWaiter(cpu, waiter)) {
    const isReader = kindOf(cpu, waiter) === WAITER.reader;
    if (isReader && room > 0) {
      queueWake(cpu, waiter);
      room -= 1;
      continue;
    }
    emptied = false;
    if (!anywhere || room === 0) break;
  }
  return emptied;
}
