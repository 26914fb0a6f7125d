/**
 * The slow paths of a rwsem: queue up, sleep until granted (readers) or until the race is won
 * (writers), or leave the queue on a fatal signal. Mirrors 4.17 rwsem_down_read_failed and
 * rwsem_down_write_failed, and 5.3 rwsem_down_read_slowpath and rwsem_down_write_slowpath.
 */
import { EINTR } from './errno.js';
import { SEM, STAT, TASK } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { spinForWrite } from './rwsem-spin.js';
import { READER_OWNED, WAKE, isWriterActive, setReaderOwned, wakeFront } from './rwsem-wake.js';
import {
  WAITER,
  dequeue,
  enqueue,
  firstWaiter,
  isAlone,
  isOnList,
  kindOf,
  lockWaitList,
  prepareToSleep,
  unlockWaitList,
  wakeQueued,
} from './wait-list.js';

/**
 * A reader that is in the count, found `count` there, and may not stay. Returns 0 with the lock held
 * for read, or -EINTR, only when `killable`.
 */
export function* waitForRead(cpu: Cpu, sem: number, count: number, killable: boolean): Op<number> {
  const since = cpu.now();
  if (cpu.rwsem.readersSteal && mayJoin(cpu, sem, count)) yield* join(cpu, sem, count);
  else {
    yield* queueForRead(cpu, sem, since);
    const result = yield* sleepUntilGranted(cpu, sem, killable);
    cpu.km.words[cpu.self + TASK.waitsFor] = 0;
    if (result !== 0) return result;
  }
  if (cpu.mustYield('note the readers')) yield STOP.step;
  setReaderOwned(cpu.km.words, sem);
  cpu.recorder.readWait(cpu.now() - since);
  return 0;
}

/** A writer that failed to enter, and is in the count if writers add. Else as waitForRead. */
export function* waitForWrite(cpu: Cpu, sem: number, killable: boolean): Op<number> {
  const { rwsem, km } = cpu;
  const since = cpu.now();
  if (rwsem.writersAdd) {
    if (cpu.mustYield('take the attempt back')) yield STOP.step;
    cpu.touch(sem + SEM.count);
    Atomics.sub(km.words, sem + SEM.count, rwsem.writeBias);
  }
  if (!(rwsem.spin && (yield* spinForWrite(cpu, sem)))) {
    const result = yield* queueForWrite(cpu, sem, since, killable);
    km.words[cpu.self + TASK.waitsFor] = 0;
    if (result !== 0) return result;
  }
  cpu.recorder.writeWait(cpu.now() - since);
  return 0;
}

/** 5.11: past the queue while no writer is active or due, but not for ever behind other readers. */
function mayJoin(cpu: Cpu, sem: number, count: number): boolean {
  const { writerMask, handoffBias, readBias, activeMask } = cpu.rwsem;
  if ((count & (writerMask | handoffBias)) !== 0) return false;
  const isFirst = (count & activeMask) === readBias;
  return isFirst || cpu.km.words[sem + SEM.owner] !== READER_OWNED;
}

/** The caller's share in the count counts from here on; the first reader brings others along. */
function* join(cpu: Cpu, sem: number, count: number): Op<void> {
  const { words, stats } = cpu.km;
  const { readBias, activeMask, waitersMask } = cpu.rwsem;
  if (cpu.mustYield('note the readers')) yield STOP.step;
  setReaderOwned(words, sem);
  stats[cpu.stat + STAT.readerSteals]! += 1;
  if ((count & activeMask) !== readBias || (count & waitersMask) === 0) return;
  yield* lockWaitList(cpu, sem);
  yield* wakeFront(cpu, sem, WAKE.readOwned);
  yield* unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
}

/** Exchanges the caller's share in the count for a place in the queue. */
function* queueForRead(cpu: Cpu, sem: number, since: number): Op<void> {
  const { words } = cpu.km;
  const { readBias, waitersBias, activeMask, sortReaders } = cpu.rwsem;
  prepareToSleep(cpu, sem);
  yield* lockWaitList(cpu, sem);
  const first = firstWaiter(cpu, sem);
  const ahead = sortReaders && first >= 0 && kindOf(cpu, first) === WAITER.reader;
  enqueue(cpu, sem, WAITER.reader, since, ahead);
  if (cpu.mustYield('from the count to the queue')) yield STOP.step;
  const change = (first < 0 ? waitersBias : 0) - readBias;
  cpu.touch(sem + SEM.count);
  const count = Atomics.add(words, sem + SEM.count, change) + change;
  // Whoever held the lock may have left before we were in the list, and would not know of us:
  // nobody active at all, or, with an empty list before us, only readers, whom we may join.
  const isIdle = (count & activeMask) === 0;
  if (isIdle || (first < 0 && !isWriterActive(cpu, count))) yield* wakeFront(cpu, sem, WAKE.any);
  yield* unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
}

/**
 * The waker gives a reader its share of the count and takes it off the list before it wakes it. Being
 * off the list is what counts: a wake-up meant for an earlier wait may come late.
 */
function* sleepUntilGranted(cpu: Cpu, sem: number, killable: boolean): Op<number> {
  const { words } = cpu.km;
  for (;;) {
    if (cpu.mustYield('am I granted?')) yield STOP.step;
    if (!isOnList(cpu)) return 0;
    if (killable && isKilled(cpu)) {
      yield* lockWaitList(cpu, sem);
      // Granted in the meantime, the lock is held, whatever the signal.
      if (isOnList(cpu)) return yield* leaveQueue(cpu, sem);
      yield* unlockWaitList(cpu, sem);
      return 0;
    }
    yield STOP.sleep;
    Atomics.store(words, cpu.self + TASK.wake, 0);
  }
}

/** Nothing is handed to a writer: woken or not, it must win the race, with waitLock held. */
function* queueForWrite(cpu: Cpu, sem: number, since: number, killable: boolean): Op<number> {
  const { words } = cpu.km;
  prepareToSleep(cpu, sem);
  yield* lockWaitList(cpu, sem);
  const wasEmpty = firstWaiter(cpu, sem) < 0;
  enqueue(cpu, sem, WAITER.writer, since, false);
  if (cpu.mustYield(wasEmpty ? 'count the first waiter' : 'look at the count')) yield STOP.step;
  if (wasEmpty) Atomics.add(words, sem + SEM.count, cpu.rwsem.waitersBias);
  else yield* letOthersIn(cpu, sem);
  for (;;) {
    if (cpu.mustYield('try to take the lock')) yield STOP.step;
    if (yield* tryTakeQueued(cpu, sem, since)) break;
    yield* unlockWaitList(cpu, sem);
    do {
      if (killable && isKilled(cpu)) {
        yield* lockWaitList(cpu, sem);
        return yield* leaveQueue(cpu, sem);
      }
      yield STOP.sleep;
      Atomics.store(words, cpu.self + TASK.wake, 0);
      if (cpu.mustYield('is it worth a try?')) yield STOP.step;
    } while (!isWorthTrying(cpu, sem, since));
    yield* lockWaitList(cpu, sem);
  }
  dequeue(cpu, sem, cpu.task);
  yield* unlockWaitList(cpu, sem);
  return 0;
}

/** A writer that queues up behind others wakes those of them that need not wait for it. */
function* letOthersIn(cpu: Cpu, sem: number): Op<void> {
  const { activeMask, writersSteal, handoffBias } = cpu.rwsem;
  cpu.look(sem + SEM.count);
  const count = Atomics.load(cpu.km.words, sem + SEM.count);
  if (isWriterActive(cpu, count)) return;
  const isIdle = (count & activeMask) === 0;
  // 4.17 takes an idle lock itself, ahead of the queue, and wakes the others when it leaves.
  if (isIdle && writersSteal && handoffBias === 0) return;
  yield* wakeFront(cpu, sem, isIdle ? WAKE.any : WAKE.readers);
  if (cpu.wakeCount === 0) return;
  yield* unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
  yield* lockWaitList(cpu, sem);
}

/** Takes an idle lock, from the front or past it; or asks for a hand-off. Under waitLock. */
function* tryTakeQueued(cpu: Cpu, sem: number, since: number): Op<boolean> {
  const { km, rwsem } = cpu;
  const { activeMask, writeBias, waitersBias, handoffBias, handoffNs, writersSteal } = rwsem;
  const isFirst = firstWaiter(cpu, sem) === cpu.task;
  if (!isFirst && !writersSteal) return false;
  const alone = isAlone(cpu, sem);
  cpu.touch(sem + SEM.count);
  let count = Atomics.load(km.words, sem + SEM.count);
  for (;;) {
    const handoff = count & handoffBias;
    if (handoff !== 0 && !isFirst) return false;
    const isIdle = (count & activeMask) === 0;
    let wanted = count + writeBias - handoff - (alone ? waitersBias : 0);
    if (!isIdle) {
      if (!isFirst || handoff !== 0 || handoffBias === 0) return false;
      if (!cpu.hasPassed(since, handoffNs)) return false;
      wanted = count + handoffBias;
    }
    if (cpu.mustYield('exchange the count')) yield STOP.step;
    const seen = Atomics.compareExchange(km.words, sem + SEM.count, count, wanted);
    if (seen === count) {
      if (!isIdle) km.stats[cpu.stat + STAT.handoffs]! += 1;
      else if (!isFirst) km.stats[cpu.stat + STAT.writerSteals]! += 1;
      return isIdle;
    }
    count = seen;
  }
}

/** Whether a writer that was woken should go for the lock: it is idle, or a hand-off is due. */
function isWorthTrying(cpu: Cpu, sem: number, since: number): boolean {
  const { activeMask, handoffBias, handoffNs } = cpu.rwsem;
  cpu.look(sem + SEM.count);
  const count = Atomics.load(cpu.km.words, sem + SEM.count);
  return (count & activeMask) === 0 || (handoffBias !== 0 && cpu.hasPassed(since, handoffNs));
}

/**
 * A killed waiter takes itself off the list, and whatever it stood for out of the count. Others may
 * have waited for it alone, and the wake-up that ended its sleep may have been meant for the front of
 * the list: the next in line is woken. Under waitLock, which it releases.
 */
function* leaveQueue(cpu: Cpu, sem: number): Op<number> {
  const { words, stats } = cpu.km;
  const { waitersBias, handoffBias } = cpu.rwsem;
  const wasFirst = firstWaiter(cpu, sem) === cpu.task;
  dequeue(cpu, sem, cpu.task);
  const isEmpty = firstWaiter(cpu, sem) < 0;
  // Only under waitLock does the hand-off bit change; it was for the one that stood in front.
  const handoff = wasFirst ? Atomics.load(words, sem + SEM.count) & handoffBias : 0;
  const change = -handoff - (isEmpty ? waitersBias : 0);
  if (cpu.mustYield('leave the queue, killed')) yield STOP.step;
  cpu.touch(sem + SEM.count);
  Atomics.add(words, sem + SEM.count, change);
  yield* wakeFront(cpu, sem, WAKE.any);
  yield* unlockWaitList(cpu, sem);
  yield* wakeQueued(cpu);
  stats[cpu.stat + STAT.waitsKilled]! += 1;
  return -EINTR;
}

function isKilled(cpu: Cpu): boolean {
  return Atomics.load(cpu.km.words, cpu.self + TASK.killed) !== 0;
}
