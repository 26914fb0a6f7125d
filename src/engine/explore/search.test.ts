import { describe, expect, it } from 'vitest';
import { search, type SearchLimits, type Strategy } from './search.js';
import { step, steps, toyExecution, type Program } from './testing/toy.js';
import { Violation } from './witness.js';

const NO_LIMITS: SearchLimits = { schedulesMax: Infinity, isOver: () => false };

/** Fails when it is interrupted between its two steps. */
const touchy: Program = function* ({ cpu, witness }) {
  yield* step(cpu, 'look');
  const before = witness.words[0];
  yield* step(cpu, 'look again');
  if (witness.words[0] !== before) throw new Violation('somebody came between');
};

const raiser: Program = function* ({ cpu, witness }) {
  yield* step(cpu, 'raise');
  witness.words[0]! += 1;
};

/** Leaves another number behind for every order of steps. */
const counter: Program = function* ({ cpu, witness }) {
  for (let i = 0; i < 6; i++) {
    yield* step(cpu, 'count');
    witness.words[0] = witness.words[0]! * 2 + cpu.task + 1;
  }
};

const exhaustive = (bound: number): Strategy => ({ kind: 'exhaustive', bound });

describe('a search through all', () => {
  it('goes bound by bound and counts what it did', () => {
    const execution = toyExecution([steps(2), steps(2)]);
    const outcome = search(execution, exhaustive(0), 2, 1, NO_LIMITS);
    expect(outcome).toEqual({
      schedules: 2,
      steps: 8,
      // Where both may go first, and where one is done and the other alone there is no choice.
      states: 1,
      isComplete: true,
      boundDone: 0,
      failure: undefined,
    });
    const further = search(execution, exhaustive(2), 2, 1, NO_LIMITS);
    expect(further).toMatchObject({ isComplete: true, boundDone: 2 });
    expect(further.steps).toBe(execution.steps - 8);
    expect(further.states).toBeGreaterThan(1);
  });

  it('stops at the first failure, at the bound at which there is one', () => {
    const execution = toyExecution([touchy, raiser]);
    const failure = { kind: 'violation', message: 'somebody came between' };
    expect(search(execution, exhaustive(0), 2, 1, NO_LIMITS)).toMatchObject({
      isComplete: true,
      boundDone: 0,
      failure: undefined,
    });
    expect(search(execution, exhaustive(5), 2, 1, NO_LIMITS)).toMatchObject({
      isComplete: false,
      boundDone: 0,
      failure,
    });
    expect(execution.decisions).toEqual([0, 1, 0]);
  });

  it('says how far it came within a number of schedules', () => {
    const execution = toyExecution([counter, counter]);
    const all = search(execution, exhaustive(3), 2, 1, NO_LIMITS);
    expect(all).toMatchObject({ isComplete: true, boundDone: 3 });
    const limits = { ...NO_LIMITS, schedulesMax: all.schedules - 1 };
    expect(search(execution, exhaustive(3), 2, 1, limits)).toMatchObject({
      schedules: all.schedules - 1,
      isComplete: false,
      boundDone: 2,
    });
    expect(search(execution, exhaustive(3), 2, 1, { ...NO_LIMITS, schedulesMax: 1 })).toMatchObject(
      {
        schedules: 1,
        isComplete: false,
        boundDone: -1,
      },
    );
  });
});

describe.each<[string, Strategy]>([
  ['random', { kind: 'random' }],
  ['pct', { kind: 'pct', depth: 3 }],
])('a %s search', (_, strategy) => {
  it('goes on until it has made its schedules, or has found something', () => {
    const limits = { ...NO_LIMITS, schedulesMax: 1000 };
    expect(search(toyExecution([counter, counter]), strategy, 2, 1, limits)).toEqual({
      schedules: 1000,
      steps: 12_000,
      states: 0,
      isComplete: false,
      boundDone: -1,
      failure: undefined,
    });
    const outcome = search(toyExecution([touchy, raiser]), strategy, 2, 1, NO_LIMITS);
    expect(outcome.failure?.message).toBe('somebody came between');
    expect(outcome.schedules).toBeLessThan(1000);
  });

  it('asks now and then whether its time is over', () => {
    const asked: number[] = [];
    const isOver = (schedules: number): boolean => {
      asked.push(schedules);
      return asked.length === 3;
    };
    const limits = { schedulesMax: 10_000, isOver };
    const { schedules } = search(toyExecution([counter, counter]), strategy, 2, 1, limits);
    expect(asked).toEqual([256, 512, 768]);
    expect(schedules).toBe(768);
  });

  it('goes by its seed', () => {
    const found = (seed: number): string => {
      const execution = toyExecution([touchy, counter, raiser]);
      const { schedules } = search(execution, strategy, 3, seed, NO_LIMITS);
      return `${schedules}: ${execution.decisions.join(' ')}`;
    };
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    expect(seeds.map(found)).toEqual(seeds.map(found));
    expect(new Set(seeds.map(found)).size).toBeGreaterThan(3);
  });
});

it('a search through all asks for the time, too', () => {
  const limits: SearchLimits = { schedulesMax: Infinity, isOver: () => true };
  const execution = toyExecution([counter, counter]);
  expect(search(execution, exhaustive(12), 2, 1, limits)).toMatchObject({
    schedules: 256,
    isComplete: false,
  });
});
