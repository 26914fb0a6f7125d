/**
 * mmap_sem: the reader-writer semaphore of Linux 4.17 (kernel/locking/rwsem-xadd.c), in the layout
 * that 32-bit kernels use.
 *
 *   count   bits 0-15   active lockers: readers, or the one writer
 *           bits 16-31  WAITING_BIAS (-65536) present iff the wait list is not empty, plus another
 *                       WAITING_BIAS while a writer is active
 *
 *           0                   free, nobody queued
 *           n > 0               n readers, nobody queued
 *           WAITING_BIAS        free, somebody queued: a writer may steal it
 *           WAITING_BIAS + n    n readers beside queued waiters; n = 1 also a writer, nobody queued
 *           below WAITING_BIAS  a writer beside queued waiters
 *
 *           Written by atomics only, by anybody. Any queued waiter makes it negative, which turns
 *           every new reader away from the fast path: one waiting writer stops all new faults.
 *   owner   task + 1 of the writer, READER_OWNED once readers have come. Plain stores: a reader
 *           writes it only while it is in the count, and only if it differs, so that a writer finds
 *           its own word until it releases; reports may read a stale one.
 *   waitLock  spinlock over head, tail and the waiters' links.
 *   head, tail  task + 1 of the first and last waiter, FIFO.
 *
 * A waiter sleeps on its task's wake word. It sets the word to 0 before it tests its condition for
 * the last time; the waker changes the condition first and sets the word to 1 after, so that a
 * wake-up between test and sleep makes the sleep return at once. There is no time-out anywhere: a
 * lost wake-up hangs, and is found.
 */
import { assert } from '../util/assert.js';
import { SEM, STAT, TASK } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import {
  WAITER,
  dequeue,
  enqueue,
  firstWaiter,
  kindOf,
  lockWaitList,
  nextWaiter,
  prepareToSleep,
  queueWake,
  unlockWaitList,
  wakeQueued,
} from './wait-list.js';

const READ_BIAS = 1;
const ACTIVE_MASK = 0xffff;
export const WAITING_BIAS = -0x1_0000;
const WRITE_BIAS = WAITING_BIAS + 1;

export const READER_OWNED = -1;

// Bound here for compiled code, which reads an imported or exported binding again at every use.
const { count: COUNT, owner: OWNER } = SEM;
const READERS = READER_OWNED;

/** down_read_trylock: succeeds only while nobody is queued and no writer is active. */
export function downReadTrylock(cpu: Cpu, sem: number): boolean {
  const { words } = cpu.km;
  // A plain read is only a guess; the exchange decides.
  let count = words[sem + COUNT]!;
  while (count >= 0) {
    const seen = Atomics.compareExchange(words, sem + COUNT, count, count + READ_BIAS);
    if (seen === count) {
      setReaderOwned(words, sem);
      return true;
    }
    count = seen;
  }
  return false;
}

/** down_read: uninterruptible; the slow path records how long it waited. */
export function* downRead(cpu: Cpu, sem: number): Op<void> {
  const { words, stats } = cpu.km;
  if (cpu.mustYield()) yield STOP.step;
  if (Atomics.add(words, sem + SEM.count, READ_BIAS) + READ_BIAS >= 0) {
    stats[cpu.stat + STAT.readFast]! += 1;
  } else {
    const since = cpu.now();
    yield* downReadSlow(cpu, sem);
    cpu.recorder.readWait(cpu.now() - since);
  }
  setReaderOwned(words, sem);
}

/** down_write: uninterruptible. */
export function* downWrite(cpu: Cpu, sem: number): Op<void> {
  const { words, stats } = cpu.km;
  if (cpu.mustYield()) yield STOP.step;
  if (Atomics.add(words, sem + SEM.count, WRITE_BIAS) === 0) {
    stats[cpu.stat + STAT.writeFast]! += 1;
    cpu.writeHeldSinceNs = cpu.now();
  } else {
    const since = cpu.now();
    yield* downWriteSlow(cpu, sem);
    cpu.writeHeldSinceNs = cpu.now();
    cpu.recorder.writeWait(cpu.writeHeldSinceNs - since);
  }
  words[sem + SEM.owner] = cpu.task + 1;
}

/**
 * The whole of up_read when nobody needs to be woken. Returns false when this was the last reader
 * before queued waiters: `if (!tryUpRead(cpu, sem)) yield* wakeWaiters(cpu, sem)`.
 */
export function tryUpRead(cpu: Cpu, sem: number): boolean {
  const count = Atomics.sub(cpu.km.words, sem + COUNT, READ_BIAS) - READ_BIAS;
  return count >= 0 || (count & ACTIVE_MASK) !== 0;
}

export function* upRead(cpu: Cpu, sem: number): Op<void> {
  if (cpu.mustYield()) yield STOP.step;
  if (!tryUpRead(cpu, sem)) yield* wakeWaiters(cpu, sem);
}

export function* upWrite(cpu: Cpu, sem: number): Op<void> {
  const { words } = cpu.km;
  assertHeldForWrite(cpu, sem);
  if (cpu.mustYield()) yield STOP.step;
  endWriteHold(cpu);
  words[sem + SEM.owner] = 0;
  const count = Atomics.sub(words, sem + SEM.count, WRITE_BIAS) - WRITE_BIAS;
  if (count < 0) yield* wakeWaiters(cpu, sem);
}

/**
 * downgrade_write: from write to read without a gap. Wakes the readers at the front of the list; a
 * writer at the front keeps everybody behind it asleep.
 */
export function* downgradeWrite(cpu: Cpu, sem: number): Op<void> {
  const { words } = cpu.km;
  assertHeldForWrite(cpu, sem);
  if (cpu.mustYield()) yield STOP.step;
  endWriteHold(cpu);
  words[sem + SEM.owner] = READER_OWNED;
  const count = Atomics.sub(words, sem + SEM.count, WAITING_BIAS) - WAITING_BIAS;
  if (count >= 0) return;
  yield* lockWaitList(cpu, sem);
  grantFrontReaders(cpu, sem);
  unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
}

export function assertHeldForWrite(cpu: Cpu, sem: number): void {
  const owner = cpu.km.words[sem + SEM.owner]!;
  assert(owner === cpu.task + 1, `task ${cpu.task} needs mmap_sem for write, owner is ${owner}`);
}

/** Held in some mode: all that a shared lock can tell. */
export function assertHeld(cpu: Cpu, sem: number): void {
  const active = Atomics.load(cpu.km.words, sem + SEM.count) & ACTIVE_MASK;
  assert(active !== 0, `task ${cpu.task} needs mmap_sem, nobody holds it`);
}

function setReaderOwned(words: Int32Array, sem: number): void {
  // Storing only on change keeps the line shared among readers.
  if (words[sem + OWNER] !== READERS) words[sem + OWNER] = READERS;
}

function endWriteHold(cpu: Cpu): void {
  cpu.recorder.writeHold(cpu.now() - cpu.writeHeldSinceNs);
}

/** rwsem_down_read_failed. The caller's READ_BIAS is still in the count. */
function* downReadSlow(cpu: Cpu, sem: number): Op<void> {
  const { words } = cpu.km;
  prepareToSleep(cpu, sem);
  yield* lockWaitList(cpu, sem);
  const firstInLine = firstWaiter(cpu, sem) < 0;
  enqueue(cpu, sem, WAITER.reader);
  if (cpu.mustYield()) yield STOP.step;
  const adjustment = (firstInLine ? WAITING_BIAS : 0) - READ_BIAS;
  const count = Atomics.add(words, sem + SEM.count, adjustment) + adjustment;
  // Whoever held the lock may have left before we were in the list, and would not know of us:
  // nobody active at all, or, with an empty list before us, only readers, whom we may join.
  if (count === WAITING_BIAS || (count > WAITING_BIAS && firstInLine)) wakeFront(cpu, sem);
  unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
  // The waker gives us our share of the count and takes us off the list before it wakes us. Being
  // off the list is what counts: a wake-up meant for an earlier wait of ours may come late.
  for (;;) {
    yield STOP.sleep;
    Atomics.store(words, cpu.self + TASK.wake, 0);
    if (cpu.mustYield()) yield STOP.step;
    if (Atomics.load(words, cpu.self + TASK.waiterKind) === WAITER.none) break;
  }
  words[cpu.self + TASK.waitsFor] = 0;
}

/** rwsem_down_write_failed. The caller's WRITE_BIAS is still in the count. */
function* downWriteSlow(cpu: Cpu, sem: number): Op<void> {
  const { words } = cpu.km;
  if (cpu.mustYield()) yield STOP.step;
  Atomics.sub(words, sem + SEM.count, WRITE_BIAS);
  if (cpu.mustYield()) yield STOP.step;
  if (trySteal(cpu, sem)) return;
  prepareToSleep(cpu, sem);
  yield* lockWaitList(cpu, sem);
  const firstInLine = firstWaiter(cpu, sem) < 0;
  enqueue(cpu, sem, WAITER.writer);
  if (cpu.mustYield()) yield STOP.step;
  if (firstInLine) {
    Atomics.add(words, sem + SEM.count, WAITING_BIAS);
  } else if (Atomics.load(words, sem + SEM.count) > WAITING_BIAS) {
    // No writer is active and others were here first: readers among them need not wait for us.
    if (kindOf(cpu, firstWaiter(cpu, sem)) === WAITER.reader) wakeFront(cpu, sem);
    unlockWaitList(cpu, sem);
    yield* wakeQueued(cpu);
    yield* lockWaitList(cpu, sem);
  }
  // Nothing is handed to a writer: woken or not, it must win the race. We hold the wait list's lock.
  for (;;) {
    if (cpu.mustYield()) yield STOP.step;
    if (tryTakeQueued(cpu, sem)) break;
    unlockWaitList(cpu, sem);
    do {
      yield STOP.sleep;
      Atomics.store(words, cpu.self + TASK.wake, 0);
      if (cpu.mustYield()) yield STOP.step;
    } while ((Atomics.load(words, sem + SEM.count) & ACTIVE_MASK) !== 0);
    yield* lockWaitList(cpu, sem);
  }
  dequeue(cpu, sem, cpu.task);
  unlockWaitList(cpu, sem);
  words[cpu.self + TASK.waitsFor] = 0;
}

/** A writer that is not queued takes an idle lock, ahead of all who are queued. */
function trySteal(cpu: Cpu, sem: number): boolean {
  const { words, stats } = cpu.km;
  const count = words[sem + SEM.count]!;
  if (count !== 0 && count !== WAITING_BIAS) return false;
  const seen = Atomics.compareExchange(words, sem + SEM.count, count, count + WRITE_BIAS);
  if (seen !== count) return false;
  if (count === WAITING_BIAS) stats[cpu.stat + STAT.writerSteals]! += 1;
  return true;
}

/** The same for a queued writer, whose leaving the list may empty it. Under waitLock. */
function tryTakeQueued(cpu: Cpu, sem: number): boolean {
  const { words } = cpu.km;
  const alone = words[sem + SEM.head] === words[sem + SEM.tail];
  const taken = alone ? WRITE_BIAS : WRITE_BIAS + WAITING_BIAS;
  return Atomics.compareExchange(words, sem + SEM.count, WAITING_BIAS, taken) === WAITING_BIAS;
}

/** rwsem_wake: the last active locker has left and somebody is queued. */
export function* wakeWaiters(cpu: Cpu, sem: number): Op<void> {
  yield* lockWaitList(cpu, sem);
  if (firstWaiter(cpu, sem) >= 0) wakeFront(cpu, sem);
  unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
}

/** Wakes a writer at the front without giving it anything, or grants to the readers there. */
function wakeFront(cpu: Cpu, sem: number): void {
  const front = firstWaiter(cpu, sem);
  if (kindOf(cpu, front) === WAITER.writer) queueWake(cpu, front);
  else if (readersMayEnter(cpu, sem)) grantFrontReaders(cpu, sem, READ_BIAS);
}

/**
 * Enters one reader into the count to keep writers out while the readers at the front are granted.
 * False when a writer stole the lock; it will wake the list when it leaves.
 */
function readersMayEnter(cpu: Cpu, sem: number): boolean {
  const { words } = cpu.km;
  for (;;) {
    if (Atomics.add(words, sem + SEM.count, READ_BIAS) >= WAITING_BIAS) return true;
    // A writer is active. If it left before we could take our reader back, the list is ours to wake.
    if (Atomics.sub(words, sem + SEM.count, READ_BIAS) - READ_BIAS < WAITING_BIAS) return false;
  }
}

/**
 * Grants the lock to all consecutive readers at the front, of which `entered` are in the count
 * already. No writer is active, and none can become so before this returns.
 *
 * The count is settled before the first reader is let go: a reader that runs ahead and leaves again
 * must not make the lock look free while others are still being granted.
 */
function grantFrontReaders(cpu: Cpu, sem: number, entered = 0): void {
  const { km } = cpu;
  let readers = 0;
  let waiter = firstWaiter(cpu, sem);
  while (waiter >= 0 && kindOf(cpu, waiter) === WAITER.reader) {
    readers += 1;
    waiter = nextWaiter(cpu, waiter);
  }
  if (readers === 0) return;
  const emptied = waiter < 0;
  const share = readers * READ_BIAS - entered - (emptied ? WAITING_BIAS : 0);
  Atomics.add(km.words, sem + SEM.count, share);
  setReaderOwned(km.words, sem);
  for (; readers > 0; readers--) {
    const reader = firstWaiter(cpu, sem);
    dequeue(cpu, sem, reader);
    queueWake(cpu, reader);
  }
}
