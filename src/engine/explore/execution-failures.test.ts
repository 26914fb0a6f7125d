import { describe, expect, it } from 'vitest';
import { SEM, TASK } from '../../mm/layout.js';
import { STOP } from '../../mm/op.js';
import { READER_OWNED } from '../../mm/rwsem.js';
import { WAITER } from '../../mm/wait-list.js';
import { InvariantBroken } from '../../util/assert.js';
import { Replay } from './guided.js';
import { step, steps, toyExecution, type Program } from './testing/toy.js';
import { Violation } from './witness.js';

/** Sleeps once. */
const sleeper: Program = function* ({ cpu }) {
  yield* step(cpu, 'go to sleep');
  yield STOP.sleep;
};

/** Throws when it makes its second step. */
function thrower(error: Error): Program {
  return function* ({ cpu }) {
    yield* step(cpu, 'go well');
    yield* step(cpu, 'go wrong');
    throw error;
  };
}

describe('what goes wrong', () => {
  it('is a deadlock when nobody can run, and says who stands where', () => {
    const stuck: Program = function* ({ cpu }) {
      yield* step(cpu, 'look at the lock');
      cpu.spinWord = cpu.self + TASK.killed;
      cpu.spinValue = 0;
      cpu.mustYield('take the lock');
      yield STOP.spin;
    };
    const waiting: Program = function* ({ cpu }) {
      cpu.mustYield('wait for a friend');
      for (;;) yield STOP.relax;
    };
    const failure = toyExecution([sleeper, stuck, waiting, steps(1)]).run(new Replay([]));
    expect(failure?.kind).toBe('deadlock');
    expect(failure?.message).toBe(
      'nobody can run: task 0 a sleeps, task 1 b spins before: take the lock, ' +
        'task 2 c spins before: wait for a friend, task 3 d is done',
    );
  });

  it('is a livelock when there is no end', () => {
    const restless: Program = function* ({ cpu }) {
      for (;;) yield* step(cpu, 'turn round');
    };
    const execution = toyExecution([steps(1), restless]);
    const failure = execution.run(new Replay([]));
    expect(failure?.kind).toBe('livelock');
    expect(failure?.message).toMatch(/^no end after \d+ steps: task 0 a is done, task 1 b can run/);
    expect(execution.steps).toBeGreaterThan(1000);
    // Two that look at each other's changes are no better off.
    const nervous: Program = function* ({ cpu, witness }) {
      yield* step(cpu, 'look');
      for (;;) {
        witness.words[cpu.task]! += 1;
        yield STOP.relax;
      }
    };
    expect(toyExecution([nervous, nervous]).run(new Replay([]))?.kind).toBe('livelock');
  });

  it.each([
    ['violation', new Violation('two writers inside')],
    ['crash', new InvariantBroken('two writers inside')],
  ])('is a %s when a task throws that', (kind, error) => {
    const execution = toyExecution([steps(1), thrower(error)]);
    const seen: string[] = [];
    const failure = execution.run(new Replay([]), ({ action }) => seen.push(action));
    expect(failure).toEqual({ kind, message: 'two writers inside' });
    expect(seen).toEqual(['step 0', 'go well', 'go wrong']);
    expect(execution.decisions).toEqual([0, 1, 1]);
    // The next execution knows nothing of it.
    expect(execution.run(new Replay([1, 0, 1]))).toEqual(failure);
  });

  it('is thrown on when it is something else: a mistake in the program', () => {
    const error = new TypeError('undefined is not a lock');
    expect(() => toyExecution([thrower(error)]).run(new Replay([]))).toThrow(error);
  });

  it('is that a task asks about time before its first step', () => {
    const hasty: Program = function* ({ cpu }) {
      cpu.hasPassed();
      yield* step(cpu, 'too late');
    };
    expect(() => toyExecution([hasty]).run(new Replay([]))).toThrow(InvariantBroken);
  });
});

describe('what is left behind', () => {
  const leaving = (field: number, value: number): Program =>
    function* ({ cpu, sem }) {
      yield* step(cpu, 'leave');
      cpu.km.words[sem + field] = value;
    };

  it.each([
    ['a count', leaving(SEM.count, 0x100), 'all tasks are done and the count is 0x00000100, not 0'],
    ['a count of waiters', leaving(SEM.count, -0x1_0000), 'the count is 0xffff0000, not 0'],
    ['an owner', leaving(SEM.owner, 2), 'task 1 is owner'],
    ['a waiter', leaving(SEM.head, 1), 'the wait list is not empty'],
    ['a locked wait list', leaving(SEM.waitLock, 1), 'the wait list is locked'],
    ['a spinner', leaving(SEM.osqTail, 1), 'the queue of spinners'],
  ])('is unrest: %s', (_, program, message) => {
    const failure = toyExecution([program, steps(1)]).run(new Replay([]));
    expect(failure?.kind).toBe('unrest');
    expect(failure?.message).toContain(message);
  });

  it('is unrest: a task that is still a waiter', () => {
    const waiter: Program = function* ({ cpu }) {
      yield* step(cpu, 'leave');
      cpu.km.words[cpu.self + TASK.waiterKind] = WAITER.reader;
    };
    expect(toyExecution([steps(1), waiter]).run(new Replay([]))).toEqual({
      kind: 'unrest',
      message: 'task 1 is done and still a waiter',
    });
  });

  it('may be the word that readers were the last to come', () => {
    const execution = toyExecution([leaving(SEM.owner, READER_OWNED)]);
    expect(execution.run(new Replay([]))).toBe(undefined);
  });
});
