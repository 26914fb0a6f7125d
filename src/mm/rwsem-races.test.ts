import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { checkKernel } from './check.js';
import { SEM, STAT, TASK } from './layout.js';
import { STOP, type Op } from './op.js';
import {
  READER_OWNED,
  downRead,
  downWrite,
  downgradeWrite,
  downReadTrylock,
  upRead,
  upWrite,
} from './rwsem.js';
import {
  DEFAULT_POLICY,
  policyByName,
  policyNames,
  withoutSpin,
  type RwsemPolicy,
} from './rwsem-policy.js';
import { byPriority, uniform, type Schedule } from './testing/schedule.js';
import {
  interleave,
  semCount,
  testMachine,
  type TestCpu,
  type TestMachine,
} from './testing/test-machine.js';
import { WAITER } from './wait-list.js';

const SEEDS = 500;

/** Knows, apart from the lock, who is inside. */
class Witness {
  readers = 0;
  writers = 0;
  /** Raised by every writer: nothing that a reader sees change. */
  version = 0;
  /** The largest number of readers that were in at one time. */
  readersMax = 0;
  readonly wrongs: string[] = [];

  *reading(who: string, pauses: number): Op<void> {
    this.readers += 1;
    this.readersMax = Math.max(this.readersMax, this.readers);
    const { version } = this;
    for (; pauses > 0; pauses--) {
      if (this.writers > 0) this.wrongs.push(`${who} reads beside a writer`);
      if (this.version !== version) this.wrongs.push(`a writer passed while ${who} was reading`);
      yield STOP.step;
    }
    this.readers -= 1;
  }

  *writing(who: string, pauses: number): Op<void> {
    this.writers += 1;
    this.version += 1;
    for (; pauses > 0; pauses--) {
      if (this.writers > 1 || this.readers > 0) this.wrongs.push(`${who} is not alone in writing`);
      yield STOP.step;
    }
    this.writers -= 1;
  }
}

type Act = 'read' | 'tryRead' | 'write' | 'downgrade';

/** What the tasks did, over all of a run. */
interface Tally {
  reads: number;
  writes: number;
}

function* oneAct(cpu: TestCpu, sem: number, act: Act, witness: Witness, prng: Prng): Op<void> {
  const who = `task ${cpu.task}`;
  const pauses = () => 1 + prng.below(4);
  if (act === 'read' || act === 'tryRead') {
    if (act === 'read') yield* downRead(cpu, sem);
    else if (!downReadTrylock(cpu, sem)) return;
    yield* witness.reading(who, pauses());
    yield* upRead(cpu, sem);
    return;
  }
  yield* downWrite(cpu, sem);
  yield* witness.writing(who, pauses());
  if (act === 'write') {
    yield* upWrite(cpu, sem);
    return;
  }
  const { version } = witness;
  // From here on this task is a reader: nobody may write until it has left.
  yield* downgradeWrite(cpu, sem);
  if (witness.version !== version) witness.wrongs.push(`a writer passed ${who}'s downgrade`);
  yield* witness.reading(who, pauses());
  yield* upRead(cpu, sem);
}

interface Waiter {
  readonly task: number;
  readonly kind: number;
}

function waiters({ km, mm }: TestMachine): Waiter[] {
  const list: Waiter[] = [];
  for (let at = km.words[mm.sem + SEM.head]!; at !== 0;) {
    const self = km.taskAt(at - 1);
    list.push({ task: at - 1, kind: km.words[self + TASK.waiterKind]! });
    at = km.words[self + TASK.waiterNext]!;
  }
  return list;
}

/**
 * Looks at the wait list whenever it is not locked: who comes, comes last; who goes is one writer, or
 * all the readers that stood at the front.
 */
function watchingOrder(machine: TestMachine, schedule: Schedule, wrongs: string[]): Schedule {
  let before: Waiter[] = [];
  return {
    pick: (runnable) => schedule.pick(runnable),
    stopped: (task, why) => {
      schedule.stopped(task, why);
      if (machine.km.words[machine.mm.sem + SEM.waitLock] !== 0) return;
      const after = waiters(machine);
      const gone = before.filter((old) => !after.some((waiter) => waiter.task === old.task));
      const stayed = before.filter((old) => after.some((waiter) => waiter.task === old.task));
      if (stayed.some((old, i) => after[i]!.task !== old.task))
        wrongs.push('the order has changed');
      if (gone.some(({ kind }) => kind === WAITER.reader)) {
        const front = before.findIndex(({ kind }) => kind !== WAITER.reader);
        const readers = front < 0 ? before : before.slice(0, front);
        if (JSON.stringify(gone) !== JSON.stringify(readers)) {
          wrongs.push(`of ${JSON.stringify(before)}, ${JSON.stringify(gone)} were granted`);
        }
      } else if (gone.length > 1) wrongs.push('two writers left the list at one time');
      before = after;
    },
  };
}

/** One run of `tasks` tasks doing `acts` at random; returns the machine, at rest. */
function race(
  { tasks, acts }: { readonly tasks: number; readonly acts: readonly Act[] },
  policy: RwsemPolicy,
  seed: number,
  witness: Witness,
  tally: Tally,
) {
  const machine = testMachine({ tasks, frames: 1, tables: 1, vmas: 1 });
  const { cpus, mm } = machine;
  for (const cpu of cpus) cpu.rwsem = policy;
  const ops = cpus.map(function* (cpu): Op<void> {
    const prng = new Prng(seed, 4, cpu.task);
    for (let i = 0; i < 5; i++) {
      const act = acts[prng.below(acts.length)]!;
      if (act === 'read') tally.reads += 1;
      else if (act !== 'tryRead') tally.writes += 1;
      yield* oneAct(cpu, mm.sem, act, witness, prng);
      for (let pauses = prng.below(6); pauses > 0; pauses--) yield STOP.step;
    }
  });
  const prng = new Prng(seed, 5);
  const schedule = seed % 2 === 0 ? uniform(prng) : byPriority(prng, tasks, 12);
  const isInOrder = !policy.sortReaders && !policy.readersAnywhere && !policy.downgradeWakesAll;
  const watched = isInOrder ? watchingOrder(machine, schedule, witness.wrongs) : schedule;
  interleave(cpus, ops, prng, watched);
  return machine;
}

const SCENARIOS: { name: string; tasks: number; acts: Act[] }[] = [
  { name: 'readers and writers', tasks: 4, acts: ['read', 'write'] },
  { name: 'writers only', tasks: 3, acts: ['write'] },
  {
    name: 'many readers, few writers',
    tasks: 6,
    acts: ['read', 'read', 'read', 'tryRead', 'write'],
  },
  { name: 'downgrades', tasks: 4, acts: ['downgrade', 'read'] },
  { name: 'everything', tasks: 5, acts: ['read', 'tryRead', 'write', 'downgrade'] },
];

describe.each(SCENARIOS)('$name, interleaved', (scenario) => {
  const { name, acts } = scenario;
  it('exclude each other, are granted in order, and leave the lock at rest', () => {
    const seen = { waits: 0, steals: 0, readersMax: 0 };
    for (let seed = 0; seed < SEEDS; seed++) {
      const witness = new Witness();
      const tally: Tally = { reads: 0, writes: 0 };
      const machine = race(scenario, DEFAULT_POLICY, seed, witness, tally);
      const context = `${name}, seed ${seed}`;
      expect(witness.wrongs, context).toEqual([]);
      expect(semCount(machine), context).toBe(0);
      expect([0, READER_OWNED], context).toContain(machine.km.words[machine.mm.sem + SEM.owner]);
      expect(checkKernel(machine.km).violations, context).toEqual([]);

      const sum = (of: (cpu: TestCpu) => number): number =>
        machine.cpus.reduce((total, cpu) => total + of(cpu), 0);
      const stat = (name: keyof typeof STAT): number =>
        sum((cpu) => machine.km.stats[cpu.stat + STAT[name]]!);
      const readWaits = sum(({ log }) => log.readWaits.length);
      const writeWaits = sum(({ log }) => log.writeWaits.length);
      expect(stat('readFast') + readWaits, context).toBe(tally.reads);
      expect(stat('writeFast') + writeWaits, context).toBe(tally.writes);
      expect(
        sum(({ log }) => log.writeHolds.length),
        context,
      ).toBe(tally.writes);
      expect(stat('writerSteals'), context).toBeLessThanOrEqual(writeWaits);
      seen.waits += readWaits + writeWaits;
      seen.steals += stat('writerSteals');
      seen.readersMax = Math.max(seen.readersMax, witness.readersMax);
    }
    // The races that this is about did happen.
    expect(seen.waits).toBeGreaterThan(SEEDS);
    expect(seen.steals).toBeGreaterThan(10);
    if (acts.includes('read')) expect(seen.readersMax).toBeGreaterThan(2);
  });
});

describe.each(policyNames())('%s', (policyName) => {
  it.each(['with', 'without'])('keeps its promises %s spinning', (spinning) => {
    const policy = policyByName(policyName);
    const scenario = { tasks: 5, acts: ['read', 'tryRead', 'write', 'downgrade'] as const };
    for (let seed = 0; seed < SEEDS / 4; seed++) {
      const witness = new Witness();
      const chosen = spinning === 'with' ? policy : withoutSpin(policy);
      const machine = race(scenario, chosen, seed, witness, { reads: 0, writes: 0 });
      expect(witness.wrongs, `seed ${seed}`).toEqual([]);
      expect(checkKernel(machine.km).violations, `seed ${seed}`).toEqual([]);
    }
  });
});

describe('a lock that forgets a waiter', () => {
  /** up_read that gives the bias back and wakes nobody. */
  function* forgetfulUpRead(cpu: TestCpu, sem: number): Op<void> {
    yield STOP.step;
    Atomics.sub(cpu.km.words, sem + SEM.count, 1);
  }

  it('is found: the scheduler names task and lock, the audit names the waiter', () => {
    const machine = testMachine({ tasks: 2, frames: 1, tables: 1, vmas: 1 });
    const { cpus, mm, km } = machine;
    const ops = [
      (function* (cpu: TestCpu): Op<void> {
        yield* downRead(cpu, mm.sem);
        // Until the writer is on the list and, having dropped the list's lock, asleep.
        while (waiters(machine).length === 0 || km.words[mm.sem + SEM.waitLock] !== 0) {
          yield STOP.step;
        }
        yield* forgetfulUpRead(cpu, mm.sem);
      })(cpus[0]!),
      (function* (cpu: TestCpu): Op<void> {
        while (semCount(machine) === 0) yield STOP.step;
        yield* downWrite(cpu, mm.sem);
        yield* upWrite(cpu, mm.sem);
      })(cpus[1]!),
    ];
    const run = (): void => {
      interleave(cpus, ops, new Prng(1, 6));
    };
    expect(run).toThrow(
      expect.objectContaining({
        name: 'Deadlock',
        message: 'task 0 done; task 1 sleeping on mmap_sem of mm 0',
      }),
    );
    const { violations } = checkKernel(km);
    expect(violations).toContain("mm 0: task 1 is left on mmap_sem's wait list");
    expect(violations).toContain('task 1 still waits for a lock at rest');
    expect(violations).toContain('mm 0: mmap_sem count is -65536 at rest, not 0');
  });
});
