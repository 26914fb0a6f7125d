import { describe, expect, it } from 'vitest';
import { STOP } from '../../mm/op.js';
import { NO, YES, type Execution, type Scheduler } from './execution.js';
import { Diverged, Lenient, Replay } from './guided.js';
import { Uniform } from './random.js';
import { orderOf, step, steps, toyExecution, type Program } from './testing/toy.js';

const THREE_BY_THREE = [steps(3), steps(3), steps(3)];

/** Asks twice in each of two steps whether time has passed. */
function asker(answers: boolean[]): Program {
  return function* (actor) {
    for (let i = 0; i < 2; i++) {
      yield* step(actor.cpu, 'ask');
      answers.push(actor.cpu.hasPassed(), actor.cpu.hasPassed());
    }
  };
}

/** Everything that an execution does, by whom it was decided. */
function course(execution: Execution, scheduler: Scheduler): unknown {
  const seen: unknown[] = [];
  const failure = execution.run(scheduler, (made) => seen.push(made));
  return { seen, failure, decisions: [...execution.decisions] };
}

describe('Replay', () => {
  it('makes the same steps with the same answers, whatever was decided', () => {
    const execution = toyExecution([asker([]), steps(4), asker([]), steps(2)]);
    const random = new Uniform(417);
    const courses = new Set<string>();
    for (let schedule = 0; schedule < 100; schedule++) {
      random.begin(schedule);
      const before = course(execution, random);
      const after = course(execution, new Replay([...execution.decisions]));
      expect(after).toEqual(before);
      courses.add(JSON.stringify(before));
    }
    expect(courses.size).toBeGreaterThan(90);
  });

  it('goes on without interruption behind the end of its decisions', () => {
    const execution = toyExecution(THREE_BY_THREE);
    expect(orderOf(execution, new Replay([]))).toBe('000111222');
    expect(orderOf(execution, new Replay([1, 2]))).toBe('122200011');
    expect(orderOf(execution, new Replay([1, 1, 1, 0, 2, 0]))).toBe('111020022');
  });

  it('takes NO for answers that are left out, at the end of a step and of the decisions', () => {
    const answers: boolean[] = [];
    const execution = toyExecution([asker(answers), steps(1)]);
    expect(execution.run(new Replay([0, YES, 1, 0]))).toBe(undefined);
    expect(answers).toEqual([true, false, false, false]);
    expect(execution.decisions).toEqual([0, YES, NO, 1, 0, NO, NO]);
  });

  it.each([
    ['a task that is done', [0, 0, 0, 0], 'task a cannot make step 4'],
    ['a task that is not there', [0, 7], 'task h cannot make step 2'],
    ['an answer that nobody asked for', [0, 1, YES], 'before step 3 nobody asks about time'],
    ['an answer before the first step', [NO], 'before step 1 nobody asks about time'],
  ])('objects to %s', (_, decisions, message) => {
    const execution = toyExecution(THREE_BY_THREE);
    const run = (): unknown => execution.run(new Replay(decisions));
    expect(run).toThrow(Diverged);
    expect(run).toThrow(message);
  });

  it('objects to a task that sleeps', () => {
    const sleeper: Program = function* (actor) {
      yield* step(actor.cpu, 'go to sleep');
      yield STOP.sleep;
    };
    const execution = toyExecution([sleeper, steps(1)]);
    expect(() => execution.run(new Replay([0, 0]))).toThrow('task a cannot make step 2');
  });

  it('objects to decisions that are left over when all is over', () => {
    const execution = toyExecution([steps(2)]);
    const [exact, long] = [new Replay([0, 0]), new Replay([0, 0, 0])];
    for (const replay of [exact, long]) expect(execution.run(replay)).toBe(undefined);
    expect(() => {
      exact.assertUsedUp();
    }).not.toThrow();
    expect(() => {
      long.assertUsedUp();
    }).toThrow('all is over after 2 steps, and it goes on');
  });

  it('lets the next execution start afresh after one that it left in the middle', () => {
    const execution = toyExecution(THREE_BY_THREE);
    expect(() => execution.run(new Replay([2, 2, 5]))).toThrow(Diverged);
    expect(orderOf(execution, new Replay([2]))).toBe('222000111');
  });
});

describe('Lenient', () => {
  it('follows what fits exactly', () => {
    const execution = toyExecution([asker([]), steps(4), steps(2)]);
    const random = new Uniform(418);
    for (let schedule = 0; schedule < 50; schedule++) {
      random.begin(schedule);
      const before = course(execution, random);
      expect(course(execution, new Lenient([...execution.decisions]))).toEqual(before);
    }
  });

  it('passes over tasks that cannot run and answers that nobody asked for', () => {
    const execution = toyExecution(THREE_BY_THREE);
    expect(orderOf(execution, new Lenient([1, 1, 1, 1, 9, YES, NO, 2, 1, 2]))).toBe('111222000');
    expect(orderOf(execution, new Lenient([YES, 2, 7, 1]))).toBe('211100022');
  });

  it('takes NO for answers that are left out, and keeps the next task', () => {
    const answers: boolean[] = [];
    const execution = toyExecution([asker(answers), steps(2)]);
    expect(orderOf(execution, new Lenient([0, 1, 0, YES, YES, 1]))).toBe('0101');
    expect(answers).toEqual([false, false, true, true]);
  });
});
