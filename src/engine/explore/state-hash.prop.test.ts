/**
 * That a search which does not go twice into what it takes for one state misses nothing: random
 * programs, searched with and without a memory for states, can end in the same ways.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Execution } from './execution.js';
import type { Actor } from './scenario.js';
import { StateTable } from './state-table.js';
import {
  codes,
  instruction,
  programOf,
  sharedWords,
  type Code,
  type Instruction,
} from './testing/instructions.js';
import {
  Oblivious,
  UNBOUNDED,
  runAll,
  step,
  steps,
  toyExecution,
  type Program,
} from './testing/toy.js';

/** Searches of the same programs, and how many executions they took to the end. */
class Toy {
  executions = 0;
  readonly #execution: Execution;
  #actor: Actor | undefined;

  constructor(programs: readonly Program[]) {
    const [first, ...others] = programs;
    const noting: Program = (actor) => {
      this.#actor = actor;
      return first!(actor);
    };
    this.#execution = toyExecution([noting, ...others]);
  }

  /** How executions within `bound` end: what went wrong, and the shared words. */
  ends(bound: number, seen: StateTable): Set<string> {
    const ends = new Set<string>();
    runAll(this.#execution, bound, seen, (failure) => {
      this.executions += 1;
      const words = sharedWords(this.#actor!).join();
      ends.add(failure === undefined ? words : `${words}, ${failure.kind}: ${failure.message}`);
    });
    return ends;
  }

  /** The same by going bound by bound with one memory, as a search does. */
  endsByRisingBound(bound: number): Set<string> {
    const seen = new StateTable();
    const ends = new Set<string>();
    for (let used = 0; used <= bound; used++) {
      for (const end of this.ends(used, seen)) ends.add(end);
    }
    return ends;
  }
}

/** What the programs of a property did, all of them together. */
class Tally {
  ends = 0;
  failures = 0;
  full = 0;
  pruned = 0;
}

/** Found at random, with a search that did not tell these apart. */
const SUBTLE: readonly { by: string; tasks: readonly Code[]; bound: number; ends: number }[] = [
  {
    by: 'whether one that spins would see something new',
    tasks: [
      [{ do: 'store', word: 0, value: 1 }, save(0)],
      [{ do: 'store', word: 0, value: 0 }, save(1)],
      [{ do: 'fold', word: 1 }, { do: 'store', word: 0, value: 0 }, save(2)],
      [{ do: 'relax', word: 1, value: 3 }, { do: 'fold', word: 0 }, save(0)],
    ],
    bound: 1,
    ends: 10,
  },
  {
    by: 'how many interruptions are left',
    tasks: [
      [
        { do: 'store', word: 0, value: 0 },
        { do: 'store', word: 0, value: 1 },
        { do: 'load', word: 0 },
        { do: 'relax', word: 0, value: 0 },
        { do: 'ask' },
        save(0),
      ],
      [
        { do: 'relax', word: 0, value: 1 },
        { do: 'decide', word: 0, when: 0 },
        save(0),
        { do: 'load', word: 0 },
        { do: 'load', word: 0 },
        save(1),
      ],
    ],
    bound: 2,
    ends: 13,
  },
];

function save(word: number): Instruction {
  return { do: 'save', word };
}

function compare(programs: readonly Program[], bounds: readonly number[], tally: Tally): void {
  const full = new Toy(programs);
  const pruned = new Toy(programs);
  for (const bound of bounds) {
    const all = full.ends(bound, new Oblivious());
    expect(pruned.ends(bound, new StateTable()), `bound ${bound}`).toEqual(all);
    tally.ends += all.size;
    tally.failures += [...all].filter((end) => end.includes(':')).length;
  }
  tally.full += full.executions;
  tally.pruned += pruned.executions;
  const most = Math.max(...bounds.filter((bound) => bound < UNBOUNDED));
  const all = full.ends(most, new Oblivious());
  expect(pruned.endsByRisingBound(most), `bounds up to ${most}`).toEqual(all);
}

describe('states', () => {
  it.each([
    { tasks: 2, least: 2, most: 4, bounds: [0, 1, UNBOUNDED], numRuns: 80 },
    { tasks: 3, least: 1, most: 2, bounds: [0, 1, UNBOUNDED], numRuns: 15 },
    // Longer ones, where much depends on how many interruptions are left, and for whom.
    { tasks: 4, least: 1, most: 3, bounds: [0, 1], numRuns: 15 },
    { tasks: 2, least: 4, most: 8, bounds: [1, 2], numRuns: 80 },
  ])(
    'of $tasks tasks with $least to $most steps are told apart by all that matters',
    ({ tasks, least, most, bounds, numRuns }) => {
      const tally = new Tally();
      fc.assert(
        fc.property(codes<Instruction>(instruction, tasks, least, most), (all) => {
          compare(all.map(programOf), bounds, tally);
        }),
        { seed: 417, numRuns },
      );
      // The programs were worth it, and so was the memory.
      expect(tally.ends).toBeGreaterThan(3 * numRuns);
      expect(tally.failures).toBeGreaterThan(numRuns / 2);
      expect(tally.pruned).toBeLessThan(tally.full);
    },
  );

  it.each(SUBTLE)('are told apart by $by', ({ tasks, bound, ends }) => {
    const tally = new Tally();
    compare(tasks.map(programOf), [bound], tally);
    expect(tally.ends).toBe(ends);
  });

  it('are not told apart by what a task saw that is done', () => {
    const changer: Program = function* ({ cpu, witness }) {
      for (const value of [1, 2, 3, 0]) {
        yield* step(cpu, 'change');
        witness.words[0] = value;
      }
    };
    const seen = new StateTable();
    const execution = toyExecution([steps(1), changer, steps(1), steps(1)]);
    runAll(execution, UNBOUNDED, seen, () => undefined);
    // Otherwise there were 140.
    expect(seen.size).toBeLessThan(100);
  });

  it('are no longer told apart by what a task remembers once it says that it does not', () => {
    // Wrongly: it saves in the end what it saw in the beginning.
    const liar: Program = function* ({ cpu, witness }) {
      yield* step(cpu, 'look');
      const seen = witness.words[0]!;
      cpu.settle(10);
      yield* step(cpu, 'save');
      if (witness.words[1] === 1) witness.words[2] = seen;
    };
    const changer: Program = function* ({ cpu, witness }) {
      for (const value of [1, 2, 3, 4]) {
        yield* step(cpu, 'change');
        witness.words[0] = value;
      }
      yield* step(cpu, 'allow to save');
      witness.words[1] = 1;
      yield* step(cpu, 'linger');
    };
    const ends = (seen: StateTable): number => {
      const saved = new Set<number>();
      const execution = toyExecution([liar, changer], ({ witness }) =>
        saved.add(witness.words[2]!),
      );
      runAll(execution, UNBOUNDED, seen, () => undefined);
      return saved.size;
    };
    expect(ends(new Oblivious())).toBe(5);
    expect(ends(new StateTable())).toBeLessThan(5);
  });
});
