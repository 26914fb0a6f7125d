/**
 * Optimistic spinning (4.17 rwsem_optimistic_spin): a writer waits awake while another writer owns
 * the lock and runs, because a running owner will soon be done, and takes the lock the moment it is
 * free, past all who are asleep. One at a time; the others stand in the OSQ.
 *
 * Not modelled of 5.3: spinning for 25 us on a lock that readers own, and spinning readers.
 */
import { SEM, STAT, TASK } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';
import { osqLock, osqUnlock } from './osq.js';
import { READER_OWNED } from './rwsem-wake.js';

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
  for (let looks = 1; ; looks++) {
    if (cpu.mustYield('look at the owner')) yield STOP.step;
    cpu.look(sem + SEM.owner);
    const owner = words[sem + SEM.owner]!;
    if (!isWorthSpinning(cpu, owner)) return false;
    cpu.spinWord = sem + SEM.owner;
    cpu.spinValue = owner;
    if (owner === 0) {
      if (cpu.mustYield('try to steal')) yield STOP.step;
      const count = Atomics.load(words, sem + SEM.count);
      if (yield* trySteal(cpu, sem, count)) {
        stats[cpu.stat + STAT.spinAcquired]! += 1;
        return true;
      }
      cpu.spinWord = sem + SEM.count;
      cpu.spinValue = count;
    }
    if (cpu.needResched(looks)) return false;
    yield STOP.relax;
  }
}

/** A writer that runs; or nobody, who has just left or just come. Readers may stay for long. */
function isWorthSpinning(cpu: Cpu, owner: number): boolean {
  if (owner === READER_OWNED) return false;
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
