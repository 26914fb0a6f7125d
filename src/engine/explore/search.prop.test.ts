/**
 * A search against another way to the same: random programs of accesses to shared words, interleaved
 * here as plain data, without the engine.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Replay } from './guided.js';
import { search, type SearchLimits } from './search.js';
import {
  access,
  codes,
  makeAccess,
  programOf,
  sharedWords,
  type Access,
} from './testing/instructions.js';
import { toyExecution } from './testing/toy.js';
import { Violation } from './witness.js';

const NO_LIMITS: SearchLimits = { schedulesMax: Infinity, isOver: () => false };
const BOUND_MAX = 3;

type Codes = readonly (readonly Access[])[];

/** How the programs stand in the middle of an interleaving. */
interface Standing {
  readonly words: readonly number[];
  readonly registers: readonly number[];
  /** How many instructions of each are done. */
  readonly places: readonly number[];
  readonly current: number;
  readonly interruptions: number;
}

/** What the words can be in the end, and with how few interruptions, up to the most. */
function endsOf(tasks: Codes): Map<string, number> {
  const ends = new Map<string, number>();
  const goOn = (at: Standing): void => {
    const { words, places, current, interruptions } = at;
    const canRun = tasks.flatMap((code, task) => (places[task]! < code.length ? [task] : []));
    if (canRun.length === 0) {
      const end = words.join();
      ends.set(end, Math.min(interruptions, ends.get(end) ?? Infinity));
    }
    for (const task of canRun) {
      const interrupts = task !== current && canRun.includes(current) ? 1 : 0;
      if (interruptions + interrupts > BOUND_MAX) continue;
      goOn({ ...afterStep(tasks, at, task), interruptions: interruptions + interrupts });
    }
  };
  const zeros = tasks.map(() => 0);
  goOn({ words: [0, 0, 0], registers: zeros, places: zeros, current: -1, interruptions: 0 });
  return ends;
}

function afterStep(tasks: Codes, at: Standing, task: number): Standing {
  const words = [...at.words];
  const place = at.places[task]!;
  const register = makeAccess(tasks[task]![place]!, words, at.registers[task]!, task);
  return {
    ...at,
    words,
    registers: at.registers.with(task, register),
    places: at.places.with(task, place + 1),
    current: task,
  };
}

const programs = fc.oneof(codes(access, 2, 2, 6), codes(access, 3, 1, 3));

it('a search finds every way to end within its bound, and no other', () => {
  let ends = 0;
  let interrupted = 0;
  const compare = (tasks: Codes): void => {
    const expected = endsOf(tasks);
    for (let bound = 0; bound <= BOUND_MAX; bound++) {
      const found = new Set<string>();
      const execution = toyExecution(tasks.map(programOf), (actor) => {
        found.add(sharedWords(actor).join());
      });
      const outcome = search(execution, { kind: 'exhaustive', bound }, tasks.length, 1, NO_LIMITS);
      const within = [...expected].filter(([, interruptions]) => interruptions <= bound);
      expect([...found].sort()).toEqual(within.map(([end]) => end).sort());
      expect(outcome).toMatchObject({ isComplete: true, boundDone: bound, failure: undefined });
    }
    ends += expected.size;
    interrupted += [...expected.values()].filter((interruptions) => interruptions > 0).length;
  };
  fc.assert(fc.property(programs, compare), { seed: 417, numRuns: 60 });
  expect(ends).toBeGreaterThan(4 * 60);
  expect(interrupted).toBeGreaterThan(60);
});

it('a search finds a failure with the fewest interruptions that lead to it, or none', () => {
  const found = Array.from({ length: BOUND_MAX + 1 }, () => 0);
  const compare = (tasks: Codes, pick: number): void => {
    // Every other time one of those that are hardest to find.
    const ends = [...endsOf(tasks)].sort(([, a], [, b]) => b - a);
    const [wrong, fewest] = ends[pick % 2 === 0 ? 0 : pick % ends.length]!;
    const execution = toyExecution(tasks.map(programOf), (actor) => {
      if (sharedWords(actor).join() === wrong) throw new Violation(wrong);
    });
    const searchWithin = (bound: number) =>
      search(execution, { kind: 'exhaustive', bound }, tasks.length, 1, NO_LIMITS);
    const failure = { kind: 'violation', message: wrong };
    const outcome = searchWithin(BOUND_MAX);
    expect(outcome).toMatchObject({ failure, isComplete: false, boundDone: fewest - 1 });
    expect(execution.interruptions).toBe(fewest);
    expect(execution.run(new Replay([...execution.decisions]))).toEqual(failure);
    if (fewest > 0) expect(searchWithin(fewest - 1).failure).toBe(undefined);
    found[fewest]! += 1;
  };
  fc.assert(fc.property(programs, fc.nat(), compare), { seed: 418, numRuns: 80 });
  // There was something to be found with none, one and two.
  expect(Math.min(...found.slice(0, 3))).toBeGreaterThan(4);
});
