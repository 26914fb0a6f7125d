/**
 * The queue of a rwsem's spinners (4.17 kernel/locking/osq_lock.c): an MCS lock that its waiters may
 * leave. Each waits for a word of its own, so that a hand-over costs one transfer of a cache line.
 *
 *   osqTail           task + 1 of the last in the queue, 0 when there is none; atomics, by anybody
 *   osqNext, osqPrev  a task's neighbours, as task + 1. A task sets its own osqPrev before it makes
 *                     itself known; then osqNext of the one before. Whoever leaves takes its own
 *                     osqNext away first, which keeps its successor from leaving at the same time,
 *                     and only then joins its neighbours.
 *   osqLocked         1 once the one before has handed over
 */
import { SEM, TASK } from './layout.js';
import { STOP, type Cpu, type Op } from './op.js';

/** False when the CPU is needed elsewhere before it is this task's turn. */
export function* osqLock(cpu: Cpu, sem: number): Op<boolean> {
  const { words } = cpu.km;
  const { self } = cpu;
  words[self + TASK.osqLocked] = 0;
  words[self + TASK.osqNext] = 0;
  if (cpu.mustYield('queue up to spin')) yield STOP.step;
  cpu.touch(sem + SEM.osqTail);
  const before = Atomics.exchange(words, sem + SEM.osqTail, cpu.task + 1);
  if (before === 0) return true;
  words[self + TASK.osqPrev] = before;
  if (cpu.mustYield('tell the spinner before')) yield STOP.step;
  cpu.touch(nextOf(cpu, before));
  Atomics.store(words, nextOf(cpu, before), cpu.task + 1);
  for (let looks = 1; ; looks++) {
    if (cpu.mustYield('is it my turn to spin?')) yield STOP.step;
    cpu.look(self + TASK.osqLocked);
    if (Atomics.load(words, self + TASK.osqLocked) !== 0) return true;
    if (cpu.needResched(looks)) return yield* leave(cpu, sem);
    yield* relaxOn(cpu, self + TASK.osqLocked, 0);
  }
}

export function* osqUnlock(cpu: Cpu, sem: number): Op<void> {
  const { words } = cpu.km;
  if (cpu.mustYield('stop spinning, the last one')) yield STOP.step;
  const me = cpu.task + 1;
  cpu.touch(sem + SEM.osqTail);
  if (Atomics.compareExchange(words, sem + SEM.osqTail, me, 0) === me) return;
  const next = yield* takeNext(cpu, sem, 0);
  if (next === 0) return;
  if (cpu.mustYield('let the next one spin')) yield STOP.step;
  const locked = cpu.km.taskAt(next - 1) + TASK.osqLocked;
  cpu.touch(locked);
  Atomics.store(words, locked, 1);
}

/** Out of the middle or the end of the queue; true when it was this task's turn after all. */
function* leave(cpu: Cpu, sem: number): Op<boolean> {
  const { words } = cpu.km;
  const { self } = cpu;
  const me = cpu.task + 1;
  let prev = words[self + TASK.osqPrev]!;
  for (;;) {
    if (cpu.mustYield('cut off from the spinner before')) yield STOP.step;
    cpu.touch(nextOf(cpu, prev));
    if (Atomics.compareExchange(words, nextOf(cpu, prev), me, 0) === me) break;
    // It is handing over to us, or leaving itself and about to give us another one before.
    if (cpu.mustYield('is it my turn to spin?')) yield STOP.step;
    cpu.look(self + TASK.osqLocked);
    if (Atomics.load(words, self + TASK.osqLocked) !== 0) return true;
    yield* relaxOn(cpu, self + TASK.osqPrev, prev);
    prev = Atomics.load(words, self + TASK.osqPrev);
  }
  const next = yield* takeNext(cpu, sem, prev);
  if (next === 0) return false;
  if (cpu.mustYield('join the neighbours: backwards')) yield STOP.step;
  const prevOfNext = cpu.km.taskAt(next - 1) + TASK.osqPrev;
  cpu.touch(prevOfNext);
  Atomics.store(words, prevOfNext, prev);
  if (cpu.mustYield('join the neighbours: forwards')) yield STOP.step;
  cpu.touch(nextOf(cpu, prev));
  Atomics.store(words, nextOf(cpu, prev), next);
  return false;
}

/**
 * The one behind, who cannot leave from here on; 0 when this task was the last, in which case `prev`
 * is so now. One that is in the tail but not yet in osqNext is waited for.
 */
function* takeNext(cpu: Cpu, sem: number, prev: number): Op<number> {
  const { words } = cpu.km;
  const me = cpu.task + 1;
  for (;;) {
    if (cpu.mustYield('the last one?')) yield STOP.step;
    cpu.touch(sem + SEM.osqTail);
    if (Atomics.compareExchange(words, sem + SEM.osqTail, me, prev) === me) return 0;
    if (cpu.mustYield('who is next?')) yield STOP.step;
    cpu.touch(cpu.self + TASK.osqNext);
    const next = Atomics.exchange(words, cpu.self + TASK.osqNext, 0);
    if (next !== 0) return next;
    yield* relaxOn(cpu, cpu.self + TASK.osqNext, 0);
  }
}

function* relaxOn(cpu: Cpu, word: number, value: number): Op<void> {
  cpu.spinWord = word;
  cpu.spinValue = value;
  yield STOP.relax;
}

function nextOf(cpu: Cpu, task: number): number {
  return cpu.km.taskAt(task - 1) + TASK.osqNext;
}
