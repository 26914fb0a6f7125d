/**
 * What is explored: a few tasks that use one lock, each a short program, and what must be true of
 * every interleaving of their steps.
 */
import type { KernelMemory } from '../../mm/kernel-memory.js';
import type { Op } from '../../mm/op.js';
import type * as rwsem from '../../mm/rwsem.js';
import type { RwsemPolicy } from '../../mm/rwsem-policy.js';
import type { ExploreCpu } from './cpu.js';
import type { Witness } from './witness.js';

/** The lock under test: `src/mm/rwsem.ts` itself, or a deliberately broken edition of its text. */
export type Lock = typeof rwsem;

/** What a task's program has to do with. */
export interface Actor {
  readonly cpu: ExploreCpu;
  readonly sem: number;
  readonly lock: Lock;
  readonly witness: Witness;
}

export interface ScenarioTask {
  /** What it is in the interleaving that is printed: `writer`, `killer`. */
  readonly name: string;
  /** Its first visible access comes after its first stop. */
  readonly program: (actor: Actor) => Op<void>;
}

export interface Scenario {
  readonly name: string;
  /** One line: who does what. */
  readonly title: string;
  readonly tasks: readonly ScenarioTask[];
}

export interface LockState {
  readonly count: number;
  /** The task at the front of the queue, -1 for none. */
  readonly front: number;
}

/** A scenario on a machine of its own: built once, run many times. */
export interface Subject {
  readonly scenario: Scenario;
  readonly policy: RwsemPolicy;
  readonly km: KernelMemory;
  readonly sem: number;
  readonly cpus: readonly ExploreCpu[];
  readonly witness: Witness;
  /** Shared words that any step may change; what they hold is the state of the machine. */
  readonly watched: Int32Array;
  /** Puts everything back to where an execution begins, and starts every task's program. */
  restart(): Op<void>[];
  /** How the lock stands before a step, for `judge` after it. */
  look(): LockState;
  /** Throws Violation when the step of `task` took what was promised to another. */
  judge(task: number, before: LockState): void;
  /** What is wrong once all tasks are done, or undefined. */
  unrest(): string | undefined;
}
