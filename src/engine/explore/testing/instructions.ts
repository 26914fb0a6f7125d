/**
 * A machine language for toy scenarios: three shared words, a register per task, one instruction per
 * step. Programs are data, so that they can be drawn at random and be run in another way as well.
 */
import fc from 'fast-check';
import { TASK } from '../../../mm/layout.js';
import { STOP, type Op } from '../../../mm/op.js';
import type { Actor } from '../scenario.js';
import { Violation } from '../witness.js';
import { step, type Program } from './toy.js';

const WORDS = 3;
/** Words and registers hold numbers below this: few, so that each comes about in many ways. */
const VALUES = 13;
/** Programs name only the first of them. */
const NAMED = 4;

/** One access to shared memory each. */
export type Access =
  /** Changes the register by what it was and a word. */
  | { readonly do: 'load'; readonly word: number }
  | { readonly do: 'store'; readonly word: number; readonly value: number }
  /** Changes a word by what it was, the register and the task. */
  | { readonly do: 'fold'; readonly word: number }
  /** Stores the register. */
  | { readonly do: 'save'; readonly word: number }
  /** Stores what the register decides, if it decides so. */
  | { readonly do: 'decide'; readonly word: number; readonly when: number };

/** What else a task may do: stop, ask, fail, forget. */
type Special =
  /** Asks whether time has passed, and counts it in the register. */
  | { readonly do: 'ask' }
  /** Spins until a word is not 0: for ever, if need be. */
  | { readonly do: 'spin'; readonly word: number }
  /** Relaxes until a word is `value` or time has passed; changes the register at every look. */
  | { readonly do: 'relax'; readonly word: number; readonly value: number }
  | { readonly do: 'sleep' }
  | { readonly do: 'wake'; readonly task: number }
  /** Fails when word and register add up to `sum`. */
  | { readonly do: 'expect'; readonly word: number; readonly sum: number }
  /** Clears the register, and says so to the engine. */
  | { readonly do: 'forget' };

export type Instruction = Access | Special;
export type Code = readonly Instruction[];

const word = fc.nat({ max: WORDS - 1 });
const value = fc.nat({ max: NAMED - 1 });

const weighted = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });

export const access: fc.Arbitrary<Access> = fc.oneof(
  weighted(3, fc.record({ do: fc.constant('load' as const), word })),
  weighted(1, fc.record({ do: fc.constant('store' as const), word, value })),
  weighted(3, fc.record({ do: fc.constant('fold' as const), word })),
  weighted(2, fc.record({ do: fc.constant('save' as const), word })),
  weighted(2, fc.record({ do: fc.constant('decide' as const), word, when: value })),
);

const special: fc.Arbitrary<Special> = fc.oneof(
  weighted(3, fc.record({ do: fc.constant('ask' as const) })),
  weighted(1, fc.record({ do: fc.constant('spin' as const), word })),
  weighted(2, fc.record({ do: fc.constant('relax' as const), word, value })),
  weighted(1, fc.record({ do: fc.constant('sleep' as const) })),
  weighted(2, fc.record({ do: fc.constant('wake' as const), task: fc.nat({ max: 1 }) })),
  weighted(1, fc.record({ do: fc.constant('expect' as const), word, sum: fc.nat({ max: 12 }) })),
  weighted(1, fc.record({ do: fc.constant('forget' as const) })),
);

export const instruction: fc.Arbitrary<Instruction> = fc.oneof(
  weighted(3, access),
  weighted(1, special),
);

/** Programs of `least` to `most` instructions, and one that makes known what the task remembers. */
export function codes<T extends Instruction>(
  one: fc.Arbitrary<T>,
  tasks: number,
  least: number,
  most: number,
): fc.Arbitrary<(T | Access)[][]> {
  const code = fc.array(one, { minLength: least, maxLength: most, size: 'max' });
  return fc
    .array(code, { minLength: tasks, maxLength: tasks })
    .map((all) => all.map((rest, task) => [...rest, { do: 'save', word: task % WORDS }]));
}

/** Makes the access, and returns what the register holds after it. */
export function makeAccess(one: Access, words: number[], register: number, task: number): number {
  const before = words[one.word]!;
  if (one.do === 'load') return (2 * register + before) % VALUES;
  if (one.do === 'store') words[one.word] = one.value;
  else if (one.do === 'fold') words[one.word] = (2 * before + register + task + 1) % VALUES;
  else if (one.do === 'save') words[one.word] = register;
  else if (register % NAMED === one.when) words[one.word] = (register + 1) % VALUES;
  return register;
}

/** Where the shared words are: each in another part of what the engine takes for the state. */
function placesOf({ cpu: { km }, witness }: Actor): [Int32Array, number][] {
  return [
    [km.words, km.taskAt(0) + TASK.osqNext],
    [km.words, km.taskAt(km.geometry.tasks - 1) + TASK.osqLocked],
    [witness.words, 1],
  ];
}

export function sharedWords(actor: Actor): number[] {
  return placesOf(actor).map(([words, at]) => words[at]!);
}

function putSharedWords(actor: Actor, values: readonly number[]): void {
  for (const [i, [words, at]] of placesOf(actor).entries()) words[at] = values[i]!;
}

export function programOf(code: Code): Program {
  return function* (actor) {
    let register = 0;
    for (const [place, one] of code.entries()) {
      yield* step(actor.cpu, one.do);
      register = yield* execute(actor, one, register, place);
    }
  };
}

function* execute(actor: Actor, one: Instruction, register: number, place: number): Op<number> {
  const { cpu } = actor;
  const { words } = cpu.km;
  switch (one.do) {
    case 'ask':
      return (register + (cpu.hasPassed() ? 2 : 1)) % VALUES;
    case 'spin':
      yield* spin(actor, one.word);
      return register;
    case 'relax':
      return yield* relax(actor, one.word, one.value, register);
    case 'sleep':
      yield STOP.sleep;
      words[cpu.self + TASK.wake] = 0;
      return register;
    case 'wake':
      words[cpu.km.taskAt(one.task) + TASK.wake] = 1;
      return register;
    case 'expect':
      if (sharedWords(actor)[one.word]! + register !== one.sum) return register;
      throw new Violation(`task ${cpu.task}: ${sharedWords(actor).join()} and ${register}`);
    case 'forget':
      // Places of its own, apart from those that the engine itself uses.
      cpu.settle(10 + place);
      return 0;
    default: {
      const values = sharedWords(actor);
      const after = makeAccess(one, values, register, cpu.task);
      putSharedWords(actor, values);
      return after;
    }
  }
}

function* spin(actor: Actor, word: number): Op<void> {
  const { cpu } = actor;
  // The word of the witness is not one that a CPU can spin for.
  const [, at] = placesOf(actor)[word % 2]!;
  while (cpu.km.words[at] === 0) {
    cpu.spinWord = at;
    cpu.spinValue = 0;
    yield STOP.spin;
  }
}

/** The register remembers every look, or that the time was over. */
function* relax(actor: Actor, word: number, value: number, register: number): Op<number> {
  let after = register;
  for (;;) {
    const seen = sharedWords(actor)[word]!;
    after = (2 * after + seen + 1) % VALUES;
    if (seen === value) return after;
    if (actor.cpu.needResched()) return VALUES - 1;
    yield STOP.relax;
  }
}
