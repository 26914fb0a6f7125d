import { describe, expect, it } from 'vitest';
import { TASK } from '../../mm/layout.js';
import { STOP } from '../../mm/op.js';
import { DEFAULT_POLICY, withoutSpin } from '../../mm/rwsem-policy.js';
import { REAL_LOCK } from './edition.js';
import { Execution, NO, YES, type Scheduler, type TraceStep } from './execution.js';
import { Replay } from './guided.js';
import { scenarioByName } from './scenarios/index.js';
import {
  Observed,
  Oblivious,
  orderOf,
  runAll,
  step,
  steps,
  toyExecution,
  type Program,
} from './testing/toy.js';

/** Sleeps once. */
const sleeper: Program = function* ({ cpu }) {
  yield* step(cpu, 'go to sleep');
  yield STOP.sleep;
};

/** Wakes the first task. */
const waker: Program = function* ({ cpu }) {
  yield* step(cpu, 'wake');
  cpu.km.words[cpu.km.taskAt(0) + TASK.wake] = 1;
};

/** Changes the witness so many times. */
function changer(times: number): Program {
  return function* ({ cpu, witness }) {
    for (let i = 0; i < times; i++) {
      yield* step(cpu, 'change');
      witness.words[0]! += 1;
    }
  };
}

/** Relaxes until the witness's first word is `value` or the CPU is needed; says which. */
function spinner(value: number, tell: (why: string) => void): Program {
  return function* ({ cpu, witness }) {
    yield* step(cpu, 'look');
    for (;;) {
      tell('looks');
      if (witness.words[0] === value) return;
      if (cpu.needResched()) {
        tell('time is over');
        return;
      }
      yield STOP.relax;
    }
  };
}

describe('an execution', () => {
  it('tells of every step: who, what, and how the lock stands after it', () => {
    const exclusion = scenarioByName('exclusion');
    const execution = new Execution(exclusion, withoutSpin(DEFAULT_POLICY), REAL_LOCK);
    const seen: TraceStep[] = [];
    const failure = execution.run(new Replay([0, 2, 2, 2, 2, 2]), (made) => seen.push(made));
    expect(failure).toBe(undefined);
    const none = { flips: [], sleeps: false };
    expect(seen[0]).toEqual({
      ...none,
      ...{ task: 0, action: 'enter as writer', count: -0xffff, owner: 0, waiters: [] },
    });
    expect(seen.slice(1, 6).map(({ task, action, waiters }) => [task, action, waiters])).toEqual([
      [2, 'enter as reader', []],
      [2, 'lock the wait list', [2]],
      [2, 'from the count to the queue', [2]],
      [2, 'unlock the wait list', [2]],
      [2, 'am I granted?', [2]],
    ]);
    expect(seen.map(({ sleeps }) => sleeps).indexOf(true)).toBe(5);
    expect(seen.length).toBe(execution.decisions.length);
    expect(seen.at(-1)).toMatchObject({ count: 0, waiters: [] });
  });

  it('keeps the answers that a task got with its step', () => {
    const asker: Program = function* ({ cpu }) {
      yield* step(cpu, 'ask');
      cpu.hasPassed();
      cpu.hasPassed();
    };
    const execution = toyExecution([steps(1), asker]);
    const flips: unknown[] = [];
    execution.run(new Replay([1, NO, YES]), (made) => flips.push(made.flips));
    expect(flips).toEqual([[false, true], []]);
    expect(execution.decisions).toEqual([1, NO, YES, 0]);
    expect(execution.interruptions).toBe(1);
  });

  it('counts as interruptions only what could have gone on', () => {
    const execution = toyExecution([sleeper, steps(3), waker]);
    expect(execution.run(new Replay([1, 0, 1, 2, 1, 0]))).toBe(undefined);
    // 1 to 0, 1 to 2; not 0, which sleeps, not 2 and 1, which are done.
    expect(execution.interruptions).toBe(2);
    execution.run(new Replay([]));
    expect(execution.interruptions).toBe(0);
  });

  it('starts afresh every time, and counts the steps of all', () => {
    const execution = toyExecution([changer(2), changer(2)]);
    for (let i = 1; i <= 3; i++) {
      expect(orderOf(execution, new Replay([1]))).toBe('1100');
      expect(execution.steps).toBe(4 * i);
    }
  });

  it('finds nothing left of the one before, not of one that got stuck either', () => {
    const restless: Program = function* ({ cpu, witness }) {
      const { words } = cpu.km;
      yield* step(cpu, 'look');
      expect([words[cpu.self + TASK.killed], witness.words[0]]).toEqual([0, 0]);
      words[cpu.self + TASK.killed] = 1;
      witness.words[0] = 1;
      while (!cpu.hasPassed()) {
        cpu.needResched();
        yield STOP.relax;
      }
    };
    const execution = toyExecution([restless]);
    const stuck = [0, NO, NO, 0, NO];
    for (let i = 0; i < 2; i++) {
      expect(execution.run(new Replay(stuck))?.kind).toBe('deadlock');
      expect(execution.decisions).toEqual(stuck);
    }
  });

  it('ends early, with nothing wrong, when its scheduler gives up', () => {
    const execution = toyExecution([steps(3), steps(3)]);
    const scheduler: Scheduler = {
      pick: ({ current }) => (current < 0 ? 1 : -1),
      flip: () => false,
    };
    expect(execution.run(scheduler)).toBe(undefined);
    expect(execution.decisions).toEqual([1]);
  });
});

describe('a task that sleeps', () => {
  it('cannot run until it is woken', () => {
    const execution = toyExecution([sleeper, steps(1), waker]);
    const observed = new Observed(new Replay([0, 1, 2]));
    expect(execution.run(observed)).toBe(undefined);
    expect(observed.choices.map(({ runnable }) => runnable)).toEqual([[0, 1, 2], [1, 2], [2], [0]]);
  });

  it('does not sleep when it was woken before', () => {
    const execution = toyExecution([sleeper, waker, steps(1)]);
    const observed = new Observed(new Replay([1, 0, 0]));
    expect(execution.run(observed)).toBe(undefined);
    expect(observed.choices.map(({ task }) => task)).toEqual([1, 0, 0, 2]);
  });

  it('has no CPU until it runs again, unless it was woken before', () => {
    const offCpu: number[] = [];
    const watcher: Program = function* ({ cpu }) {
      for (let i = 0; i < 3; i++) {
        yield* step(cpu, 'look');
        offCpu.push(cpu.km.words[cpu.km.taskAt(0) + TASK.offCpu]!);
      }
    };
    const longSleeper: Program = function* (actor) {
      yield* sleeper(actor);
      yield* steps(2)(actor);
    };
    const execution = toyExecution([longSleeper, watcher, waker]);
    // Asleep; woken, but not back yet; back.
    execution.run(new Replay([0, 1, 2, 1, 0, 1]));
    execution.run(new Replay([2, 0, 1, 0, 1, 1]));
    expect(offCpu).toEqual([1, 1, 0, 0, 0, 0]);
  });
});

describe('a task that spins', () => {
  it('for one word can run once that differs, whatever else changes', () => {
    const one: Program = function* ({ cpu }) {
      yield* step(cpu, 'look');
      cpu.spinWord = cpu.self + TASK.killed;
      cpu.spinValue = 0;
      yield STOP.spin;
    };
    const other: Program = function* ({ cpu, witness }) {
      yield* step(cpu, 'change something');
      witness.words[0] = 1;
      yield* step(cpu, 'change that');
      cpu.km.words[cpu.km.taskAt(0) + TASK.killed] = 1;
      yield* step(cpu, 'go on');
    };
    const observed = new Observed(new Replay([0, 1, 1, 1]));
    expect(toyExecution([one, other]).run(observed)).toBe(undefined);
    expect(observed.choices.map(({ runnable }) => runnable)).toEqual([
      [0, 1],
      [1],
      [1],
      [0, 1],
      [0],
    ]);
  });

  it('and relaxes can run after any change, and only then', () => {
    const execution = toyExecution([spinner(3, () => undefined), changer(1), steps(2), changer(2)]);
    const observed = new Observed(new Replay([0, 2, 1, 0, 2, 3, 0, 3, 0]));
    expect(execution.run(observed)).toBe(undefined);
    const canSpin = observed.choices.map(({ runnable }) => runnable.includes(0));
    expect(canSpin).toEqual([true, false, false, true, false, false, true, false, true]);
  });

  it('and relaxes makes no more looks than there are changes', () => {
    let looks = 0;
    let most = 0;
    const execution = toyExecution([spinner(4, () => (looks += 1)), changer(2), changer(2)]);
    runAll(execution, 2, new Oblivious(), (failure) => {
      expect(failure).toBe(undefined);
      most = Math.max(most, looks);
      looks = 0;
    });
    // One at the start, one per change, and one to say that time is over.
    expect(most).toBe(1 + 4);
  });

  it('and relaxes is out of time when nobody else can run', () => {
    const told: string[] = [];
    const execution = toyExecution([spinner(9, (why) => told.push(why)), changer(1)]);
    expect(execution.run(new Replay([0, 1, 0]))).toBe(undefined);
    expect(told).toEqual(['looks', 'looks', 'looks', 'time is over']);
    expect(execution.decisions).toEqual([0, NO, 1, 0, NO, 0]);
  });

  it('and relaxes is out of time beside others that spin, until one of them changes something', () => {
    const told: string[] = [];
    const changing: Program = function* (actor) {
      yield* spinner(9, (why) => told.push(`0 ${why}`))(actor);
      yield* changer(1)(actor);
    };
    const execution = toyExecution([changing, spinner(9, (why) => told.push(`1 ${why}`))]);
    const observed = new Observed(new Replay([0, NO, 1, NO, 0, 0, 1, NO, 1]));
    expect(execution.run(observed)).toBe(undefined);
    const inTurn = ['0 looks', '1 looks', '0 looks', '0 time is over', '1 looks'];
    expect(told).toEqual([...inTurn, '1 looks', '1 time is over']);
    expect(observed.choices[2]!.runnable).toEqual([0, 1]);
  });
});
