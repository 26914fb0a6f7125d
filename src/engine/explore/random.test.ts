import { describe, expect, it } from 'vitest';
import { TASK } from '../../mm/layout.js';
import { STOP } from '../../mm/op.js';
import type { Execution } from './execution.js';
import { Pct, Uniform, type ChanceScheduler } from './random.js';
import { Observed, orderOf, step, steps, toyExecution, type Program } from './testing/toy.js';

const TASKS = 3;

/** Asks whether time has passed in each of its steps. */
const asker: Program = function* (actor) {
  for (let i = 0; i < 6; i++) {
    yield* step(actor.cpu, 'ask');
    actor.cpu.hasPassed();
  }
};

/** Looks until another task has raised the witness's first word `count` times; tells of every look. */
function spinner(count: number, tell: () => void): Program {
  return function* (actor) {
    yield* step(actor.cpu, 'look');
    for (;;) {
      tell();
      if (actor.witness.words[0] === count) return;
      yield STOP.relax;
    }
  };
}

/** Raises the witness's first word `count` times. */
function raiser(count: number): Program {
  return function* (actor) {
    for (let i = 0; i < count; i++) {
      yield* step(actor.cpu, 'raise');
      actor.witness.words[0]! += 1;
    }
  };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** What a scheduler decides in each of these schedules, as words. */
function decided(execution: Execution, chance: ChanceScheduler, schedules: number[]): string[] {
  return schedules.map((schedule) => {
    chance.begin(schedule);
    expect(execution.run(chance)).toBe(undefined);
    return execution.decisions.join(' ');
  });
}

const ASKERS = [asker, asker, steps(6)];

describe.each([
  ['Uniform', (seed: number) => new Uniform(seed)],
  ['Pct of depth 1', (seed: number) => new Pct(seed, TASKS, 1)],
  ['Pct of depth 4', (seed: number) => new Pct(seed, TASKS, 4)],
])('%s', (_, schedulerOf) => {
  it('decides by its seed and the number of the schedule', () => {
    const once = decided(toyExecution(ASKERS), schedulerOf(417), range(0, 60));
    expect(decided(toyExecution(ASKERS), schedulerOf(417), range(0, 60))).toEqual(once);
    const others = decided(toyExecution(ASKERS), schedulerOf(418), range(0, 60));
    expect(others).not.toEqual(once);
    expect(new Set(once).size).toBeGreaterThan(40);
  });

  it('gives every task its turns, and time passes now and then', () => {
    const all = decided(toyExecution(ASKERS), schedulerOf(1), range(0, 200)).join(' ').split(' ');
    const decisionsOf = (what: number): number => all.filter((one) => Number(one) === what).length;
    expect(range(0, TASKS).map(decisionsOf)).toEqual([1200, 1200, 1200]);
    const [passed, not] = [decisionsOf(-1), decisionsOf(-2)];
    expect(passed + not).toBe(2400);
    expect(passed / 2400).toBeGreaterThan(1 / 10);
    expect(passed / 2400).toBeLessThan(1 / 6);
  });

  it('lets each task go first and last', () => {
    const execution = toyExecution([steps(4), steps(4), steps(4)]);
    const orders = decided(execution, schedulerOf(2), range(0, 100));
    expect(new Set(orders.map((order) => order.at(0)))).toEqual(new Set(['0', '1', '2']));
    expect(new Set(orders.map((order) => order.at(-1)))).toEqual(new Set(['0', '1', '2']));
  });
});

it.each([
  ['Uniform', () => new Uniform(5)],
  // Of more depth, it goes by how long the schedules before were, too.
  ['Pct of depth 1', () => new Pct(5, TASKS, 1)],
])('%s needs no schedule before to make one', (_, make) => {
  const all = decided(toyExecution(ASKERS), make(), range(0, 40));
  expect(decided(toyExecution(ASKERS), make(), range(20, 40))).toEqual(all.slice(20));
});

it('Uniform makes every interleaving of equal choices', () => {
  const execution = toyExecution([steps(2), steps(2)]);
  const orders = decided(execution, new Uniform(3), range(0, 400));
  const times = (order: string): number => orders.filter((one) => one === order).length / 400;
  // One chance in two for as long as both have steps left.
  expect(times('0 0 1 1')).toBeCloseTo(1 / 4, 1);
  expect(times('1 1 0 0')).toBeCloseTo(1 / 4, 1);
  for (const order of ['0 1 0 1', '0 1 1 0', '1 0 0 1', '1 0 1 0']) {
    expect(times(order)).toBeCloseTo(1 / 8, 1);
  }
});

/** Choices at which a task that could go on was left for one that could have run all along. */
function whimsOf(programs: readonly Program[], depth: number, schedules: number): number[] {
  const execution = toyExecution(programs);
  const pct = new Pct(417, programs.length, depth);
  return range(0, schedules).map((schedule) => {
    pct.begin(schedule);
    const observed = new Observed(pct);
    execution.run(observed);
    const { choices } = observed;
    const isWhim = (i: number): boolean => {
      const { task, current, canGoOn } = choices[i]!;
      return canGoOn && task !== current && choices[i - 1]!.runnable.includes(task);
    };
    return range(1, choices.length).filter(isWhim).length;
  });
}

describe('Pct', () => {
  /** Sleeps until the next task wakes it: comes back with a priority of its own. */
  const waiting: Program = function* (actor) {
    yield* step(actor.cpu, 'go to sleep');
    yield STOP.sleep;
    yield* steps(3)(actor);
  };
  const waking: Program = function* (actor) {
    yield* steps(3)(actor);
    yield* step(actor.cpu, 'wake');
    const { km } = actor.cpu;
    km.words[km.taskAt(0) + TASK.wake] = 1;
    yield* steps(3)(actor);
  };

  it('of depth 1 leaves a task that can go on for none but one that has just become able to', () => {
    expect(Math.max(...whimsOf([waiting, waking, steps(5)], 1, 300))).toBe(0);
    const execution = toyExecution([steps(3), steps(3), steps(3)]);
    const orders = new Set(decided(execution, new Pct(1, 3, 1), range(0, 200)));
    // One task after the other, in each order there is.
    expect(orders.size).toBe(6);
  });

  it.each([2, 3, 5])('of depth %i interrupts at most one time less, and does so often', (depth) => {
    const whims = whimsOf([waiting, waking, steps(5)], depth, 400);
    expect(Math.max(...whims)).toBe(depth - 1);
    expect(whims.filter((count) => count > 0).length).toBeGreaterThan(100);
  });

  it('finds what takes one interruption as often as promised', () => {
    // Of 2 tasks and 12 steps: at least one schedule in 2 x 12.
    const execution = toyExecution([steps(6), steps(6)]);
    const pct = new Pct(9, 2, 2);
    const orders = range(0, 1200).map((schedule) => {
      pct.begin(schedule);
      return orderOf(execution, pct);
    });
    for (const order of ['011111100000', '000001111110', '100000011111']) {
      expect(orders.filter((one) => one === order).length, order).toBeGreaterThan(1200 / 24 / 2);
    }
  });

  it.each([1, 3])(
    'makes one that spins, of any priority, wait for the others: depth %i',
    (depth) => {
      let looks = 0;
      const programs = [spinner(20, () => (looks += 1)), raiser(10), raiser(10)];
      const execution = toyExecution(programs);
      const pct = new Pct(417, programs.length, depth);
      const most = range(0, 200).map((schedule) => {
        looks = 0;
        pct.begin(schedule);
        expect(execution.run(pct)).toBe(undefined);
        return looks;
      });
      // Otherwise it would look after each of the twenty steps.
      expect(Math.max(...most)).toBeLessThanOrEqual(1 + depth);
    },
  );
});
