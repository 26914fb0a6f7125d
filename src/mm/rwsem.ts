/**
 * mmap_sem: Linux's reader-writer semaphore, its fast paths and its face to the rest of the kernel.
 * What is behind them: `rwsem-wait.ts` queues and sleeps, `rwsem-spin.ts` waits awake,
 * `rwsem-wake.ts` grants; `rwsem-policy.ts` holds the rules and the layouts of the count.
 *
 *   count     who has the lock and whether somebody waits; `rwsem-policy.ts` draws its bits. Written
 *             by atomics only, by anybody: every change is one addition or one exchange, so that a
 *             race can delay a locker and never lose one.
 *   owner     task + 1 of the writer, READER_OWNED once readers have come, 0 after a writer has left.
 *             Plain stores: a writer's while it has the lock, a reader's while it is in the count, so
 *             that a writer finds its own word until it releases. Everybody else takes it for a hint:
 *             spinners may see it late and then fail at the count, reports may print a stale one.
 *   waitLock  spinlock over head, tail, the waiters' links and since when they wait.
 *   head, tail  task + 1 of the first and the last waiter. A reader leaves the list when it is
 *             granted, a writer when it has won.
 *   osqTail   the queue of spinning writers (`osq.ts`); atomics only.
 *
 * A waiter sleeps on its task's wake word. It sets the word to 0 before it tests its condition for
 * the last time; the waker changes the condition first and sets the word to 1 after, so that a
 * wake-up between test and sleep makes the sleep return at once. There is no time-out anywhere: a
 * lost wake-up hangs, and is found.
 *
 * A writer stores the owner after it has entered the count and clears it before it leaves, so that
 * whoever finds an owner finds one that has the lock or had it a moment ago. The trylocks are plain
 * functions, in which nobody can stop: an adversary may hand them a stale guess instead, and their
 * store of the owner is one step with the count, which looks to others as if they had looked before.
 */
import { assert } from '../util/assert.js';
import { SEM, STAT } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { waitForRead, waitForWrite } from './rwsem-wait.js';
import { READER_OWNED, WAKE, setReaderOwned, wakeFront, wakeWaiters } from './rwsem-wake.js';
import { firstWaiter, lockWaitList, unlockWaitList, wakeQueued } from './wait-list.js';

export { READER_OWNED, wakeWaiters } from './rwsem-wake.js';

// Bound here for compiled code, which reads an imported binding again at every use.
const { count: COUNT } = SEM;

/** down_read_trylock: succeeds only while nobody is queued and no writer is active. */
export function downReadTrylock(cpu: Cpu, sem: number): boolean {
  const { words } = cpu.km;
  const { readBias, readFailedMask } = cpu.rwsem;
  cpu.touch(sem + COUNT);
  // A plain read is only a guess; the exchange decides.
  let count = cpu.guess(sem + COUNT);
  while ((count & readFailedMask) === 0) {
    const seen = Atomics.compareExchange(words, sem + COUNT, count, count + readBias);
    if (seen === count) {
      setReaderOwned(words, sem);
      return true;
    }
    count = seen;
  }
  return false;
}

/** down_read: uninterruptible. */
export function* downRead(cpu: Cpu, sem: number): Op<void> {
  if (cpu.mustYield('enter as reader')) yield STOP.step;
  const count = enterAsReader(cpu, sem);
  if ((count & cpu.rwsem.readFailedMask) !== 0) yield* waitForRead(cpu, sem, count, false);
  else {
    if (cpu.mustYield('note the readers')) yield STOP.step;
    setReaderOwned(cpu.km.words, sem);
  }
}

/** down_read_killable: 0, or -EINTR when a fatal signal ended the wait. */
export function* downReadKillable(cpu: Cpu, sem: number): Op<number> {
  if (cpu.mustYield('enter as reader')) yield STOP.step;
  const count = enterAsReader(cpu, sem);
  if ((count & cpu.rwsem.readFailedMask) !== 0) return yield* waitForRead(cpu, sem, count, true);
  if (cpu.mustYield('note the readers')) yield STOP.step;
  setReaderOwned(cpu.km.words, sem);
  return 0;
}

/** down_write_trylock: succeeds only when the lock is free and nobody is queued. */
export function downWriteTrylock(cpu: Cpu, sem: number): boolean {
  const { words } = cpu.km;
  cpu.touch(sem + COUNT);
  if (Atomics.compareExchange(words, sem + COUNT, 0, cpu.rwsem.writeBias) !== 0) return false;
  becomeOwner(cpu, sem);
  return true;
}

/** down_write: uninterruptible. */
export function* downWrite(cpu: Cpu, sem: number): Op<void> {
  if (cpu.mustYield('enter as writer')) yield STOP.step;
  if (!enterAsWriter(cpu, sem)) yield* waitForWrite(cpu, sem, false);
  if (cpu.mustYield('become the owner')) yield STOP.step;
  becomeOwner(cpu, sem);
}

/** down_write_killable: 0, or -EINTR when a fatal signal ended the wait. */
export function* downWriteKillable(cpu: Cpu, sem: number): Op<number> {
  if (cpu.mustYield('enter as writer')) yield STOP.step;
  if (!enterAsWriter(cpu, sem)) {
    const result = yield* waitForWrite(cpu, sem, true);
    if (result !== 0) return result;
  }
  if (cpu.mustYield('become the owner')) yield STOP.step;
  becomeOwner(cpu, sem);
  return 0;
}

/**
 * The whole of up_read when nobody needs to be woken. Returns false when this was the last reader
 * before queued waiters: `if (!tryUpRead(cpu, sem)) yield* wakeWaiters(cpu, sem)`.
 */
export function tryUpRead(cpu: Cpu, sem: number): boolean {
  const { readBias, waitersMask, activeMask } = cpu.rwsem;
  cpu.touch(sem + COUNT);
  const count = Atomics.sub(cpu.km.words, sem + COUNT, readBias) - readBias;
  return (count & waitersMask) === 0 || (count & activeMask) !== 0;
}

export function* upRead(cpu: Cpu, sem: number): Op<void> {
  if (cpu.mustYield('leave as reader')) yield STOP.step;
  assertHeld(cpu, sem);
  if (!tryUpRead(cpu, sem)) yield* wakeWaiters(cpu, sem);
}

export function* upWrite(cpu: Cpu, sem: number): Op<void> {
  const { words } = cpu.km;
  const { writeBias, waitersMask } = cpu.rwsem;
  if (cpu.mustYield('disown it')) yield STOP.step;
  assertHeldForWrite(cpu, sem);
  cpu.touch(sem + COUNT);
  endWriteHold(cpu);
  words[sem + SEM.owner] = 0;
  if (cpu.mustYield('leave as writer')) yield STOP.step;
  const count = Atomics.sub(words, sem + SEM.count, writeBias) - writeBias;
  if ((count & waitersMask) !== 0) yield* wakeWaiters(cpu, sem);
}

/**
 * downgrade_write: from write to read without a gap. Wakes the readers at the front of the list; a
 * writer at the front keeps everybody behind it asleep, unless the policy says otherwise.
 */
export function* downgradeWrite(cpu: Cpu, sem: number): Op<void> {
  const { words } = cpu.km;
  const { readBias, writeBias, waitersMask } = cpu.rwsem;
  if (cpu.mustYield('note the readers')) yield STOP.step;
  assertHeldForWrite(cpu, sem);
  cpu.touch(sem + COUNT);
  endWriteHold(cpu);
  words[sem + SEM.owner] = READER_OWNED;
  if (cpu.mustYield('from writer to reader')) yield STOP.step;
  const change = readBias - writeBias;
  const count = Atomics.add(words, sem + SEM.count, change) + change;
  if ((count & waitersMask) === 0) return;
  yield* lockWaitList(cpu, sem);
  yield* wakeFront(cpu, sem, WAKE.readOwned);
  yield* unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
}

/** rwsem_is_contended: whether somebody is queued, at this moment. */
export function isContended(cpu: Cpu, sem: number): boolean {
  return firstWaiter(cpu, sem) >= 0;
}

export function assertHeldForWrite(cpu: Cpu, sem: number): void {
  const owner = cpu.km.words[sem + SEM.owner]!;
  assert(owner === cpu.task + 1, `task ${cpu.task} needs mmap_sem for write, owner is ${owner}`);
}

/** Held in some mode: all that a shared lock can tell. */
export function assertHeld(cpu: Cpu, sem: number): void {
  const active = Atomics.load(cpu.km.words, sem + SEM.count) & cpu.rwsem.activeMask;
  assert(active !== 0, `task ${cpu.task} needs mmap_sem, nobody holds it`);
}

/** Puts a reader into the count whatever it says, and returns what it says then. */
function enterAsReader(cpu: Cpu, sem: number): number {
  const { words, stats } = cpu.km;
  const { readBias, readFailedMask } = cpu.rwsem;
  cpu.touch(sem + COUNT);
  const count = Atomics.add(words, sem + SEM.count, readBias) + readBias;
  if ((count & readFailedMask) === 0) stats[cpu.stat + STAT.readFast]! += 1;
  return count;
}

/** Takes a lock that is free with nobody queued. When writers add, a failure stays in the count. */
function enterAsWriter(cpu: Cpu, sem: number): boolean {
  const { words, stats } = cpu.km;
  const { writeBias, writersAdd } = cpu.rwsem;
  cpu.touch(sem + COUNT);
  const before = writersAdd
    ? Atomics.add(words, sem + SEM.count, writeBias)
    : Atomics.compareExchange(words, sem + SEM.count, 0, writeBias);
  if (before !== 0) return false;
  stats[cpu.stat + STAT.writeFast]! += 1;
  return true;
}

function becomeOwner(cpu: Cpu, sem: number): void {
  cpu.writeHeldSinceNs = cpu.now();
  cpu.km.words[sem + SEM.owner] = cpu.task + 1;
}

function endWriteHold(cpu: Cpu): void {
  cpu.recorder.writeHold(cpu.now() - cpu.writeHeldSinceNs);
}
