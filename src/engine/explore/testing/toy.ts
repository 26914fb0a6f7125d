/**
 * Toy scenarios for tests of the explore engine: tasks whose programs are a few lines of the test, on
 * the engine's own machine, and drivers that run all executions that a depth-first search allows.
 */
import { STOP, type Op } from '../../../mm/op.js';
import { DEFAULT_POLICY } from '../../../mm/rwsem-policy.js';
import type { ExploreCpu } from '../cpu.js';
import { DepthFirst } from '../depth-first.js';
import { REAL_LOCK } from '../edition.js';
import { Execution, type ChoicePoint, type Failure, type Scheduler } from '../execution.js';
import type { Actor, Scenario } from '../scenario.js';
import { StateTable } from '../state-table.js';

export type Program = (actor: Actor) => Op<void>;

/** More interruptions than any toy has steps, and as many as a state table can hold. */
export const UNBOUNDED = 254;

/** Forgets every state at once: a search with it goes through everything, and takes as long. */
export class Oblivious extends StateTable {
  override covers(): boolean {
    return false;
  }
}

/** Tasks that run `programs`; `onEnd` is told when the last of them has made its last step. */
export function toyScenario(
  programs: readonly Program[],
  onEnd: (actor: Actor) => void = () => undefined,
): Scenario {
  let running = 0;
  const counted = (program: Program): Program =>
    function* (actor) {
      yield* program(actor);
      running -= 1;
      if (running === 0) onEnd(actor);
    };
  return {
    name: 'toy',
    title: 'a toy',
    tasks: programs.map((program, task) => ({
      name: `task ${task}`,
      program: (actor) => {
        running = programs.length;
        return counted(program)(actor);
      },
    })),
  };
}

export function toyExecution(
  programs: readonly Program[],
  onEnd?: (actor: Actor) => void,
): Execution {
  return new Execution(toyScenario(programs, onEnd), DEFAULT_POLICY, REAL_LOCK);
}

/** Stops before a step; what the program does up to its next stop is that step. */
export function* step(cpu: ExploreCpu, what: string): Op<void> {
  if (cpu.mustYield(what)) yield STOP.step;
}

/** A program of so many steps that does nothing in them but tell. */
export function steps(count: number, tell: (task: number) => void = () => undefined): Program {
  return function* ({ cpu }) {
    for (let i = 0; i < count; i++) {
      yield* step(cpu, `step ${i}`);
      tell(cpu.task);
    }
  };
}

/** Runs all that DepthFirst allows; `visit` is told of those that went to their end. */
export function runAll(
  execution: Execution,
  bound: number,
  seen: StateTable,
  visit: (failure: Failure | undefined) => void,
): void {
  const scheduler = new DepthFirst(bound, seen);
  while (scheduler.next()) {
    const cutBefore = scheduler.cut;
    const failure = execution.run(scheduler);
    if (scheduler.cut === cutBefore) visit(failure);
  }
}

/** The tasks that made the steps of one execution, as a word: `0110`. */
export function orderOf(execution: Execution, scheduler: Scheduler): string {
  const order: number[] = [];
  execution.run(scheduler, ({ task }) => order.push(task));
  return order.join('');
}

/** What a scheduler was asked and what it said. */
export interface Choice {
  readonly runnable: readonly number[];
  readonly current: number;
  readonly canGoOn: boolean;
  readonly task: number;
}

/** Notes every choice of another scheduler. */
export class Observed implements Scheduler {
  readonly choices: Choice[] = [];
  readonly #scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  pick(point: ChoicePoint): number {
    const task = this.#scheduler.pick(point);
    const { runnable, current, canGoOn } = point;
    this.choices.push({ runnable: [...runnable], current, canGoOn, task });
    return task;
  }

  flip(task: number): boolean {
    return this.#scheduler.flip(task);
  }
}
