/**
 * Optimistic spinning (4.17 rwsem_optimistic_spin): a writer waits awake while another writer owns
 * the lock and runs, because a running owner will soon be done, and takes the lock the moment it is
 * free, past all who are asleep. One at a time; the others stand in the OSQ.
 *
 * From 5.3 on (rwsem_rspin_threshold) a writer also waits awake while readers own the lock, for a time
 * that grows with their number. Not modelled of 5.3: spinning readers, which 5.11 removed again, and the
 * mark that keeps later writers from spinning on readers for whom one has waited in vain.
 */
import { SEM, STAT, TASK } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { osqLock, osqUnlock } from './osq.js';
import { READER_OWNED } from './rwsem-wake.js';

/** How long a writer waits awake for readers: so long, and so much for each of so many at most. */
const READERS_NS = 10_000;
const READER_NS = 500;
const READERS_MAX = 30;

/** Whether the lock was won. */
export function* spinForWrite(cpu: Cpu, sem: number): Op<boolean> {
  if (cpu.needResched(0)) return false;
  if (cpu.mustYield('look at the owner')) yield STOP.step;
  if (!isWorthSpinning(cpu, cpu.km.words[sem + SEM.owner]!)) return false;
  if (!(yield* osqLock(cpu, sem))) return false;
  const taken = yield* spinOnOwner(cpu, sem);
  yield* osqUnlock(cpu, sem);
  return taken;
}

function* spinOnOwner(cpu: Cpu, sem: number): Op<boolean> {
  const { words, stats } = cpu.km;
  let readersSince = NaN;
  let readersNs = 0;
  for (let looks = 1; ; looks++) {
    if (cpu.mustYield('look at the owner')) yield STOP.step;
    cpu.look(sem + SEM.owner);
    const owner = words[sem + SEM.owner]!;
    if (!isWorthSpinning(cpu, owner)) return false;
    cpu.spinWord = sem + SEM.owner;
    cpu.spinValue = owner;
    if (owner !== READER_OWNED) readersSince = NaN;
    if (owner === 0 || owner === READER_OWNED) {
      if (cpu.mustYield('try to steal')) yield STOP.step;
      const count = Atomics.load(words, sem + SEM.count);
      if (yield* trySteal(cpu, sem, count)) {
        stats[cpu.stat + STAT.spinAcquired]! += 1;
        return true;
      }
      cpu.spinWord = sem + SEM.count;
      cpu.spinValue = count;
      if (owner === READER_OWNED) {
        if (Number.isNaN(readersSince)) {
          readersSince = cpu.now();
          readersNs = readersPatienceNs(cpu, count);
        } else if (cpu.hasPassed(readersSince, readersNs)) return false;
      }
    }
    if (cpu.needResched(looks)) return false;
    if (owner === READER_OWNED) cpu.spinUntilNs = readersSince + readersNs;
    yield STOP.relax;
    cpu.spinUntilNs = 0;
  }
}

/** As long as it takes that many readers to leave one after the other, rather generously. */
function readersPatienceNs({ rwsem }: Cpu, count: number): number {
  const readers = Math.floor((count & rwsem.activeMask) / rwsem.readBias);
  return READERS_NS + READER_NS * Math.min(readers, READERS_MAX);
}

/** A writer that runs; or nobody, who has just left or just come. Readers may stay for long. */
function isWorthSpinning(cpu: Cpu, owner: number): boolean {
  if (owner === READER_OWNED) return cpu.rwsem.spinOnReaders;
  return owner === 0 || cpu.km.words[cpu.km.taskAt(owner - 1) + TASK.offCpu] === 0;
}

/** rwsem_try_write_lock_unqueued: takes an idle lock ahead of all who are queued. */
function* trySteal(cpu: Cpu, sem: number, count: number): Op<boolean> {
  const { words, stats } = cpu.km;
  const { activeMask, handoffBias, writeBias } = cpu.rwsem;
  if ((count & (activeMask | handoffBias)) !== 0) return false;
  if (cpu.mustYield('exchange the count')) yield STOP.step;
  cpu.touch(sem + SEM.count);
  const seen = Atomics.compareExchange(words, sem + SEM.count, count, count + writeBias);
  if (seen !== count) return false;
  if (count !== 0) stats[cpu.stat + STAT.writerSteals]! += 1;
  return true;
}
