/** Looks for an execution that goes wrong: through all of them within a bound, or by chance. */
import { DepthFirst } from './depth-first.js';
import type { Execution, Failure, Scheduler } from './execution.js';
import { Pct, Uniform, type ChanceScheduler } from './random.js';
import { StateTable } from './state-table.js';

export type Strategy =
  | { readonly kind: 'exhaustive'; readonly bound: number }
  | { readonly kind: 'random' }
  | { readonly kind: 'pct'; readonly depth: number };

export interface SearchLimits {
  /** At most so many schedules. */
  readonly schedulesMax: number;
  /** Asked now and then: whether the time is over. */
  readonly isOver: (schedules: number) => boolean;
}

export interface SearchOutcome {
  /** Executions, whether they went to their end or into a state that was known. */
  readonly schedules: number;
  readonly steps: number;
  /** Different states at which there was a choice; 0 when they were not told apart. */
  readonly states: number;
  /** Every schedule within the bound was covered. */
  readonly isComplete: boolean;
  /** All schedules with so many interruptions were covered; -1 for none. */
  readonly boundDone: number;
  readonly failure: Failure | undefined;
}

/** How often the clock is asked. */
const SCHEDULES_PER_LOOK = 256;

export function search(
  execution: Execution,
  strategy: Strategy,
  tasks: number,
  seed: number,
  limits: SearchLimits,
): SearchOutcome {
  const counter = new Counter(execution, limits);
  if (strategy.kind === 'exhaustive') return searchAll(strategy.bound, counter);
  const scheduler =
    strategy.kind === 'random' ? new Uniform(seed) : new Pct(seed, tasks, strategy.depth);
  return searchByChance(scheduler, counter);
}

/** Bound by bound, so that a failure is found with the fewest interruptions that lead to one. */
function searchAll(bound: number, counter: Counter): SearchOutcome {
  const states = new StateTable();
  let boundDone = -1;
  for (let used = 0; used <= bound; used++) {
    const scheduler = new DepthFirst(used, states);
    while (scheduler.next()) {
      if (!counter.run(scheduler)) return counter.outcome(states.size, false, boundDone);
    }
    boundDone = used;
  }
  return counter.outcome(states.size, true, boundDone);
}

function searchByChance(scheduler: ChanceScheduler, counter: Counter): SearchOutcome {
  do scheduler.begin(counter.schedules);
  while (counter.run(scheduler));
  return counter.outcome(0, false, -1);
}

class Counter {
  readonly #execution: Execution;
  readonly #limits: SearchLimits;
  readonly #stepsBefore: number;
  #failure: Failure | undefined;
  schedules = 0;

  constructor(execution: Execution, limits: SearchLimits) {
    this.#execution = execution;
    this.#limits = limits;
    this.#stepsBefore = execution.steps;
  }

  /** One execution; false when there is to be no other. */
  run(scheduler: Scheduler): boolean {
    const { schedulesMax, isOver } = this.#limits;
    this.#failure = this.#execution.run(scheduler);
    this.schedules += 1;
    if (this.#failure !== undefined || this.schedules >= schedulesMax) return false;
    return this.schedules % SCHEDULES_PER_LOOK !== 0 || !isOver(this.schedules);
  }

  outcome(states: number, isComplete: boolean, boundDone: number): SearchOutcome {
    return {
      schedules: this.schedules,
      steps: this.#execution.steps - this.#stepsBefore,
      states,
      isComplete,
      boundDone,
      failure: this.#failure,
    };
  }
}
