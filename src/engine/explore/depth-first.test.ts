import { describe, expect, it } from 'vitest';
import { TASK } from '../../mm/layout.js';
import { STOP } from '../../mm/op.js';
import { DepthFirst } from './depth-first.js';
import { StateTable } from './state-table.js';
import {
  Oblivious,
  UNBOUNDED,
  runAll,
  step,
  steps,
  toyExecution,
  type Program,
} from './testing/toy.js';

/** Every interleaving that a search without a memory makes, as words: `0110`. */
function interleavings(lengths: readonly number[], bound: number): string[] {
  let order = '';
  const execution = toyExecution(
    lengths.map((length) => steps(length, (task) => (order += String(task)))),
  );
  const all: string[] = [];
  runAll(execution, bound, new Oblivious(), (failure) => {
    expect(failure).toBe(undefined);
    all.push(order);
    order = '';
  });
  return all;
}

/** The obvious way to all interleavings: whoever has steps left may come next. */
function allOrders(lengths: readonly number[]): string[] {
  if (lengths.every((length) => length === 0)) return [''];
  return lengths.flatMap((length, task) => {
    if (length === 0) return [];
    return allOrders(lengths.with(task, length - 1)).map((rest) => `${task}${rest}`);
  });
}

/** How often a task that has steps left is followed by another one. */
function interruptionsIn(order: string): number {
  return Array.from(order).filter((task, i) => {
    const next = order[i + 1];
    return next !== undefined && next !== task && order.includes(task, i + 1);
  }).length;
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

/** In how many ways so many sequences can be merged. */
function multinomial(lengths: readonly number[]): number {
  const sum = lengths.reduce((a, b) => a + b, 0);
  return factorial(sum) / lengths.reduce((product, length) => product * factorial(length), 1);
}

const TOYS = [[1], [5], [1, 1], [3, 3], [1, 6], [5, 5], [1, 1, 1, 1], [2, 3, 2], [3, 3, 3]];

describe('DepthFirst without a memory for states', () => {
  it.each(TOYS)('makes every interleaving of %i, %i, %i and %i steps once', (...lengths) => {
    const made = interleavings(lengths, UNBOUNDED);
    expect(made.length).toBe(multinomial(lengths));
    expect(new Set(made)).toEqual(new Set(allOrders(lengths)));
  });

  it.each([
    [[3, 3], 20],
    [[5, 5], 252],
    [[3, 3, 3], 1680],
  ])('knows how many there are of %j: %i', (lengths, count) => {
    expect(multinomial(lengths)).toBe(count);
    expect(allOrders(lengths).length).toBe(count);
  });

  it.each(TOYS.flatMap((lengths) => [0, 1, 2, 3].map((bound) => ({ lengths, bound }))))(
    'of $lengths steps, makes those with at most $bound interruptions',
    ({ lengths, bound }) => {
      const made = interleavings(lengths, bound);
      expect(new Set(made).size).toBe(made.length);
      expect([...made].sort()).toEqual(
        allOrders(lengths)
          .filter((order) => interruptionsIn(order) <= bound)
          .sort(),
      );
    },
  );

  it('goes on first, and interrupts after that', () => {
    const all = interleavings([2, 2, 2], UNBOUNDED);
    const firstWith = (start: string) => all.find((order) => order.startsWith(start));
    expect(all[0]).toBe('001122');
    expect(firstWith('1')).toBe('110022');
    expect(firstWith('02')).toBe('022011');
    expect(interleavings([2, 2, 2], 0)).toEqual([
      '001122',
      '002211',
      '110022',
      '112200',
      '220011',
      '221100',
    ]);
  });
});

/** Stops in between in a way that leaves the next step to anybody. */
function stopping(
  stop: typeof STOP.sleep | typeof STOP.relax,
  tell: (task: number) => void,
): Program {
  return function* (actor) {
    yield* step(actor.cpu, 'before');
    tell(actor.cpu.task);
    const { km, self } = actor.cpu;
    if (stop === STOP.sleep) km.words[self + TASK.wake] = 1;
    yield stop;
    tell(actor.cpu.task);
  };
}

describe('a choice that interrupts nobody', () => {
  it.each([
    ['a task that sleeps', STOP.sleep],
    ['a task that spins', STOP.relax],
  ])('is free after %s', (_, stop) => {
    let order = '';
    const tell = (task: number): void => {
      order += String(task);
    };
    // Its wake-up has come already; what it looks at is changed by the other.
    const other: Program = function* (actor) {
      for (let i = 0; i < 2; i++) {
        yield* step(actor.cpu, 'change');
        actor.witness.words[0]! += 1;
        tell(1);
      }
    };
    const execution = toyExecution([stopping(stop, tell), other]);
    const made = new Set<string>();
    runAll(execution, 0, new Oblivious(), () => {
      made.add(order);
      order = '';
    });
    expect([...made].sort()).toEqual(
      stop === STOP.sleep ? ['0011', '0110', '1100'] : ['0110', '1100'],
    );
  });
});

describe('an answer about time', () => {
  /** Asks once in each of `count` steps. */
  const asker = (count: number, answers: boolean[]): Program =>
    function* (actor) {
      for (let i = 0; i < count; i++) {
        yield* step(actor.cpu, 'ask');
        answers.push(actor.cpu.hasPassed());
      }
    };

  it.each([
    [0, 1],
    [1, 1 + 4],
    [2, 1 + 4 + 6],
    [4, 16],
    [UNBOUNDED, 16],
  ])('counts as an interruption when it is yes: within %i, %i ways', (bound, ways) => {
    const answers: boolean[] = [];
    const made: string[] = [];
    runAll(toyExecution([asker(4, answers)]), bound, new Oblivious(), () => {
      made.push(answers.splice(0).join(' '));
    });
    expect(made[0]).toBe('false false false false');
    expect(new Set(made).size).toBe(ways);
    expect(made.length).toBe(ways);
  });

  it('shares its bound with changes of task', () => {
    const answers: boolean[] = [];
    const made: string[] = [];
    const execution = toyExecution([asker(2, answers), steps(1)]);
    runAll(execution, 1, new Oblivious(), () => {
      made.push(`${execution.decisions.join(' ')}: ${answers.splice(0).join(' ')}`);
    });
    const passed = (made: string): number => made.split('true').length - 1;
    // 0 0 1, 1 0 0 and 0 1 0: the last is an interruption, after which no time passes.
    expect(made.map(passed).sort()).toEqual([0, 0, 0, 1, 1, 1, 1]);
    expect(made.length).toBe(7);
  });
});

describe('DepthFirst with a memory for states', () => {
  it('goes once through what is the same: tasks that change nothing', () => {
    const execution = toyExecution([steps(6), steps(6)]);
    const seen = new StateTable();
    const scheduler = new DepthFirst(UNBOUNDED, seen);
    let executions = 0;
    while (scheduler.next()) {
      expect(execution.run(scheduler)).toBe(undefined);
      executions += 1;
    }
    // Of 924. There are 7 x 7 states, each with one of two tasks that may go on; one task alone has
    // no choice, and is not looked up.
    expect(executions - scheduler.cut).toBeLessThan(40);
    expect(executions).toBeLessThan(100);
    expect(seen.size).toBeLessThan(2 * 7 * 7);
  });

  it('goes into a state again with more interruptions left, and only then', () => {
    let order = '';
    // Every order of steps leaves another number behind: there is nothing that could be left out.
    const counter: Program = function* (actor) {
      for (let i = 0; i < 3; i++) {
        yield* step(actor.cpu, 'count');
        actor.witness.words[0] = actor.witness.words[0]! * 2 + actor.cpu.task + 1;
        order += String(actor.cpu.task);
      }
    };
    const execution = toyExecution([counter, counter]);
    const seen = new StateTable();
    const made = new Set<string>();
    for (let bound = 0; bound <= 5; bound++) {
      const scheduler = new DepthFirst(bound, seen);
      while (scheduler.next()) {
        order = '';
        execution.run(scheduler);
        if (order.length === 6) made.add(order);
      }
      const within = allOrders([3, 3]).filter((one) => interruptionsIn(one) <= bound);
      expect([...made].sort(), `bound ${bound}`).toEqual(within.sort());
    }
    const again = new DepthFirst(5, seen);
    expect([again.next(), execution.run(again), again.cut, again.next()]).toEqual([
      true,
      undefined,
      1,
      false,
    ]);
  });
});
