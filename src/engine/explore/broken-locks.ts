/**
 * Deliberately broken locks, to show that the checks bite: each is the text of one file of the rwsem
 * with one change. None is a lock of its own, so that none can part ways with the real one; a change
 * that no longer fits is an error, and a test.
 */
export interface BrokenLock {
  readonly name: string;
  /** One line: what is wrong with it. */
  readonly title: string;
  /** Where it shows. */
  readonly scenario: string;
  readonly policy: string;
  /** False where writers that spin only hide it behind more interleavings. */
  readonly spins?: false;
  /** File in `src/mm`, without its ending. */
  readonly file: string;
  /** Text that is in the file once, whatever its line breaks and indentation, and what replaces it. */
  readonly find: string;
  readonly replace: string;
}

const FIFO = 'fifo-4.17';
const PHASE_FAIR = 'phase-fair-5.3';

export const BROKEN_LOCKS: readonly BrokenLock[] = [
  {
    name: 'lost-wake-up',
    title: 'a reader forgets wake-ups that come between its last look and its sleep',
    scenario: 'exclusion',
    policy: FIFO,
    file: 'rwsem-wait',
    find: 'yield STOP.sleep; Atomics.store(words, cpu.self + TASK.wake, 0); }',
    replace: `if (cpu.mustYield('forget wake-ups')) yield STOP.step;
      Atomics.store(words, cpu.self + TASK.wake, 0); yield STOP.sleep; }`,
  },
  {
    name: 'double-grant',
    title: 'the first writer in line takes a lock that another writer has',
    scenario: 'spinners',
    policy: FIFO,
    file: 'rwsem-wait',
    find: 'if (!isFirst || handoff !== 0 || handoffBias === 0) return false;',
    replace: 'if (handoffBias === 0) return isFirst;',
  },
  {
    name: 'reader-beside-writer',
    title: 'a trylock for read looks for waiters only, and not for a writer',
    scenario: 'trylock',
    policy: FIFO,
    file: 'rwsem',
    find: 'while ((count & readFailedMask) === 0) {',
    replace: 'while (count !== cpu.rwsem.waitersBias) {',
  },
  {
    name: 'trylock-leaves-bias',
    title: 'a trylock for write that fails does not take its bias back',
    scenario: 'trylock',
    policy: FIFO,
    file: 'rwsem',
    find: 'Atomics.compareExchange(words, sem + COUNT, 0, cpu.rwsem.writeBias) !== 0',
    replace: 'Atomics.add(words, sem + COUNT, cpu.rwsem.writeBias) !== 0',
  },
  {
    name: 'killed-leaves-bias',
    title: 'the last waiter, killed, leaves the waiting bias in the count',
    scenario: 'killed-writer',
    policy: FIFO,
    file: 'rwsem-wait',
    find: 'const change = -handoff - (isEmpty ? waitersBias : 0);',
    replace: 'const change = -handoff;',
  },
  {
    name: 'killed-wakes-nobody',
    title: 'a killed waiter keeps a wake-up to itself that was meant for the front of the queue',
    scenario: 'killed-writer',
    policy: FIFO,
    file: 'rwsem-wait',
    find: 'SEM.count, change); yield* wakeFront(cpu, sem, WAKE.any);',
    replace: 'SEM.count, change);',
  },
  {
    name: 'downgrade-lets-go',
    title: 'a downgrade gives the lock up for an instant before it is a reader',
    scenario: 'downgrade',
    policy: FIFO,
    file: 'rwsem',
    find: 'const count = Atomics.add(words, sem + SEM.count, change) + change;',
    replace: `Atomics.sub(words, sem + SEM.count, writeBias);
      if (cpu.mustYield('enter as reader')) yield STOP.step;
      const count = Atomics.add(words, sem + SEM.count, readBias) + readBias;`,
  },
  {
    name: 'downgrade-forgets-readers',
    title: 'a downgrade leaves the readers at the front of the queue asleep',
    scenario: 'downgrade-opens',
    policy: FIFO,
    file: 'rwsem',
    find: 'yield* wakeFront(cpu, sem, WAKE.readOwned);',
    replace: '',
  },
  {
    name: 'batch-skips-one',
    title: 'a grant to the readers at the front leaves the second of them out',
    scenario: 'readers-meet',
    policy: FIFO,
    file: 'rwsem-wake',
    find: 'if (isReader && room > 0) {',
    replace: 'if (isReader && room > 0 && cpu.wakeCount !== 1) {',
  },
  {
    name: 'steal-ignores-readers',
    title: 'a spinning writer steals a lock that readers have',
    scenario: 'exclusion',
    policy: FIFO,
    file: 'rwsem-spin',
    find: 'if ((count & (activeMask | handoffBias)) !== 0) return false;',
    replace: 'if (count < 0 && (count & activeMask) !== 0) return false;',
  },
  {
    name: 'killed-keeps-handoff',
    title: 'a killed writer at the front leaves its request for a hand-off behind',
    scenario: 'killed-writer',
    policy: PHASE_FAIR,
    file: 'rwsem-wait',
    find: 'const handoff = wasFirst ? Atomics.load(words, sem + SEM.count) & handoffBias : 0;',
    replace: 'const handoff = 0;',
  },
  {
    name: 'exchange-not-looked-at',
    title: 'a queued writer takes a lost exchange of the count for a won one',
    scenario: 'exclusion',
    policy: FIFO,
    file: 'rwsem-wait',
    find: 'if (seen === count) { if (!isIdle)',
    replace: 'if (seen === count || isIdle) { if (!isIdle)',
  },
  {
    name: 'steal-not-looked-at',
    title: 'a spinning writer takes a lost exchange of the count for a won one',
    scenario: 'exclusion',
    policy: FIFO,
    file: 'rwsem-spin',
    find: 'if (seen !== count) return false;',
    replace: '',
  },
  {
    name: 'trylock-not-looked-at',
    title: 'a trylock for read takes a lost exchange of the count for a won one',
    scenario: 'trylock',
    policy: FIFO,
    file: 'rwsem',
    find: 'if (seen === count) { setReaderOwned(words, sem); return true; }',
    replace: 'setReaderOwned(words, sem); return true;',
  },
  {
    name: 'disowned-too-late',
    title: 'a writer clears the owner after it has left, when there may be another one',
    scenario: 'exclusion',
    policy: FIFO,
    file: 'rwsem',
    find: `words[sem + SEM.owner] = 0;
      if (cpu.mustYield('leave as writer')) yield STOP.step;
      const count = Atomics.sub(words, sem + SEM.count, writeBias) - writeBias;`,
    replace: `const count = Atomics.sub(words, sem + SEM.count, writeBias) - writeBias;
      if (cpu.mustYield('disown it')) yield STOP.step;
      words[sem + SEM.owner] = 0;`,
  },
  {
    name: 'leaver-forgets-next',
    title: 'a spinner that leaves the middle of the queue does not join its neighbours',
    scenario: 'spinners-leave',
    policy: FIFO,
    file: 'osq',
    find: 'Atomics.store(words, nextOf(cpu, prev), next);',
    replace: '',
  },
  {
    name: 'spinner-ignores-handoff',
    title: 'a spinning writer steals a lock that is promised to the front of the queue',
    scenario: 'spinners',
    policy: PHASE_FAIR,
    file: 'rwsem-spin',
    find: 'if ((count & (activeMask | handoffBias)) !== 0) return false;',
    replace: 'if ((count & activeMask) !== 0) return false;',
  },
  {
    name: 'queue-ignores-handoff',
    title: 'a queued writer takes a lock that is promised to the front of the queue',
    scenario: 'exclusion',
    policy: PHASE_FAIR,
    spins: false,
    file: 'rwsem-wait',
    find: 'if (handoff !== 0 && !isFirst) return false;',
    replace: '',
  },
];

export function brokenLockNames(): string[] {
  return BROKEN_LOCKS.map(({ name }) => name);
}

/** Throws for a name that is not in brokenLockNames(). */
export function brokenLockByName(name: string): BrokenLock {
  const broken = BROKEN_LOCKS.find((candidate) => candidate.name === name);
  if (broken === undefined) throw new Error(`no broken lock is called '${name}'`);
  return broken;
}
