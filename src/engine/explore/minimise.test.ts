import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TASK } from '../../mm/layout.js';
import { STOP } from '../../mm/op.js';
import { YES, type Execution, type FailureKind } from './execution.js';
import { Replay } from './guided.js';
import { minimise } from './minimise.js';
import { Uniform } from './random.js';
import { codes, instruction, programOf, type Instruction } from './testing/instructions.js';
import { step, steps, toyExecution, type Program } from './testing/toy.js';
import { Violation } from './witness.js';

/** Adds one to the witness's first word in two steps, with steps before and after that do nothing. */
const adder: Program = function* (actor) {
  const { cpu, witness } = actor;
  yield* steps(4)(actor);
  yield* step(cpu, 'read');
  const before = witness.words[0]!;
  yield* step(cpu, 'write');
  witness.words[0] = before + 1;
  yield* steps(4)(actor);
};

/** Two adders, of which one may overwrite what the other wrote. */
function lostUpdate(): Execution {
  return toyExecution([adder, steps(5), adder], ({ witness }) => {
    if (witness.words[0] !== 2) throw new Violation('an update was lost');
  });
}

/** Minds only that it sees three different values, one after the other. */
const watcher: Program = function* ({ cpu, witness }) {
  const seen: number[] = [];
  for (let i = 0; i < 3; i++) {
    yield* step(cpu, 'look');
    seen.push(witness.words[0]!);
  }
  if (seen.join() === '0,1,2') throw new Violation('it saw everything');
};

const changer: Program = function* ({ cpu, witness }) {
  for (let i = 0; i < 2; i++) {
    yield* step(cpu, 'change');
    witness.words[0]! += 1;
  }
};

/** Minds that time passes at its fourth question of eight. */
const asker: Program = function* ({ cpu }) {
  for (let i = 0; i < 8; i++) {
    yield* step(cpu, 'ask');
    const passed = cpu.hasPassed();
    if (passed && i === 3) throw new Violation('too late');
  }
};

/** Looks for what it waits for, and forgets wake-ups before it sleeps. */
const sleeper: Program = function* (actor) {
  const { cpu, witness } = actor;
  yield* steps(3)(actor);
  yield* step(cpu, 'look');
  if (witness.words[0] === 1) return;
  yield* step(cpu, 'forget wake-ups');
  cpu.km.words[cpu.self + TASK.wake] = 0;
  yield STOP.sleep;
};

const waker: Program = function* (actor) {
  const { cpu, witness } = actor;
  yield* steps(3)(actor);
  yield* step(cpu, 'do');
  witness.words[0] = 1;
  yield* step(cpu, 'wake');
  cpu.km.words[cpu.km.taskAt(0) + TASK.wake] = 1;
};

const TOYS: { name: string; make: () => Execution; kind: FailureKind; fewest: number }[] = [
  { name: 'a lost update', make: lostUpdate, kind: 'violation', fewest: 1 },
  {
    name: 'a watcher that is interrupted at the wrong moments',
    make: () => toyExecution([watcher, steps(6), changer]),
    kind: 'violation',
    fewest: 3,
  },
  {
    name: 'an answer that time has passed',
    make: () => toyExecution([asker, steps(4)]),
    kind: 'violation',
    fewest: 1,
  },
  {
    name: 'a lost wake-up',
    make: () => toyExecution([sleeper, waker, steps(5)]),
    kind: 'deadlock',
    fewest: 1,
  },
];

/** How often a run of steps of one task begins. */
function turnsOf(decisions: readonly number[]): number {
  const tasks = decisions.filter((what) => what >= 0);
  return tasks.filter((task, i) => task !== tasks[i - 1]).length;
}

describe.each(TOYS)('$name', ({ make, kind, fewest }) => {
  it('found by chance, comes out of the fewest interruptions that it takes', () => {
    const execution = make();
    const random = new Uniform(417);
    const interruptions: number[] = [];
    for (let schedule = 0; interruptions.length < 20; schedule++) {
      random.begin(schedule);
      const failure = execution.run(random);
      if (failure?.kind !== kind) continue;
      interruptions.push(execution.interruptions);
      const found = [...execution.decisions];
      const short = minimise(execution, found, kind);
      expect(execution.run(new Replay(short))).toMatchObject({ kind });
      expect(execution.interruptions).toBe(fewest);
      // Nothing was left to the default: what came out is all that happened.
      expect(execution.decisions).toEqual(short);
      expect(short.length).toBeLessThanOrEqual(found.length);
      expect(turnsOf(short)).toBeLessThanOrEqual(turnsOf(found));
    }
    expect(Math.max(...interruptions)).toBeGreaterThan(fewest + 2);
  });
});

describe('minimise', () => {
  it('makes few turns of what has few interruptions', () => {
    const execution = lostUpdate();
    // Back and forth, at great length.
    const found = [1, 0, 2, 0, 2, 1, 0, 2, 0, 2, 1, 0, 2, 0, 2, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2];
    expect(execution.run(new Replay(found))).toMatchObject({ kind: 'violation' });
    const short = minimise(execution, [...execution.decisions], 'violation');
    // One adder in the middle of the other, and the idle task at some time.
    expect(turnsOf(short)).toBe(4);
  });

  it('makes few turns of what needs no interruption at all', () => {
    // Sleeps, but is woken already: the other's turn comes without an interruption.
    const napper: Program = function* ({ cpu }) {
      for (let i = 0; i < 4; i++) {
        yield* step(cpu, 'nap');
        cpu.km.words[cpu.self + TASK.wake] = 1;
        yield STOP.sleep;
      }
    };
    const execution = toyExecution([napper, napper], () => {
      throw new Violation('the end');
    });
    const found = [0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 1];
    expect(execution.run(new Replay(found))).toMatchObject({ kind: 'violation' });
    expect(execution.interruptions).toBe(0);
    const short = minimise(execution, found, 'violation');
    expect(short).toEqual([...new Array<number>(8).fill(0), ...new Array<number>(8).fill(1)]);
  });

  it('takes away answers that do not matter', () => {
    const execution = toyExecution([asker]);
    const found = [0, YES, 0, YES, 0, YES, 0, YES];
    expect(execution.run(new Replay(found))).toMatchObject({ kind: 'violation' });
    const short = minimise(execution, found, 'violation');
    expect(short.filter((what) => what === YES).length).toBe(1);
  });

  it('does not take another kind of failure for the one that was found', () => {
    // Stuck when it runs alone, and wrong when it sees a change in the middle.
    const both: Program = function* ({ cpu, witness }) {
      yield* step(cpu, 'look');
      const before = witness.words[0];
      yield* step(cpu, 'look again');
      if (witness.words[0] !== before) throw new Violation('a change');
      yield STOP.sleep;
    };
    const execution = toyExecution([both, changer]);
    expect(execution.run(new Replay([0, 1, 1, 0]))).toMatchObject({ kind: 'violation' });
    const violation = minimise(execution, [...execution.decisions], 'violation');
    expect(execution.run(new Replay(violation))).toMatchObject({ kind: 'violation' });
    expect(execution.run(new Replay([1, 0, 0, 1]))).toMatchObject({ kind: 'deadlock' });
    const deadlock = minimise(execution, [...execution.decisions], 'deadlock');
    expect(execution.run(new Replay(deadlock))).toMatchObject({ kind: 'deadlock' });
    expect(execution.interruptions).toBe(0);
  });

  it('gives back what fails as it did, with no more interruptions, whatever the programs', () => {
    let failures = 0;
    let shortened = 0;
    const compare = (tasks: readonly (readonly Instruction[])[], seed: number): void => {
      const execution = toyExecution(tasks.map(programOf));
      const random = new Uniform(seed);
      for (let schedule = 0; schedule < 5; schedule++) {
        random.begin(schedule);
        const failure = execution.run(random);
        if (failure === undefined) continue;
        const before = execution.interruptions;
        const short = minimise(execution, [...execution.decisions], failure.kind);
        expect(execution.run(new Replay(short))?.kind).toBe(failure.kind);
        expect(execution.interruptions).toBeLessThanOrEqual(before);
        failures += 1;
        if (execution.interruptions < before) shortened += 1;
      }
    };
    const programs = fc.oneof(codes(instruction, 2, 4, 8), codes(instruction, 4, 2, 4));
    fc.assert(fc.property(programs, fc.nat(), compare), { seed: 417, numRuns: 150 });
    expect(failures).toBeGreaterThan(150);
    expect(shortened).toBeGreaterThan(50);
  });
});
