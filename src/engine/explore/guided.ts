/** Schedulers that follow decisions made before. */
import { NO, YES, type ChoicePoint, type Scheduler } from './execution.js';

/** The decisions do not fit the scenario: a task that they name cannot run. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}

/** Lets the current task go on while it can, else the first that can run; time never passes. */
export function pickDefault({ runnable, current, canGoOn }: ChoicePoint): number {
  return canGoOn ? current : runnable[0]!;
}

/** Follows decisions exactly; behind their end, and for answers left out, goes the default way. */
export class Replay implements Scheduler {
  readonly #decisions: readonly number[];
  #at = 0;

  constructor(decisions: readonly number[]) {
    this.#decisions = decisions;
  }

  /** Throws Diverged. */
  pick(point: ChoicePoint): number {
    const task = this.#decisions[this.#at];
    if (task === undefined) return pickDefault(point);
    if (!point.runnable.includes(task)) {
      throw new Diverged(`decision ${this.#at + 1} names task ${task}, which cannot run there`);
    }
    this.#at += 1;
    return task;
  }

  flip(): boolean {
    const answer = this.#decisions[this.#at];
    if (answer !== YES && answer !== NO) return false;
    this.#at += 1;
    return answer === YES;
  }
}

/** Follows the tasks of decisions as far as they can run, and passes over the rest. */
export class Lenient implements Scheduler {
  readonly #decisions: readonly number[];
  #at = 0;

  constructor(decisions: readonly number[]) {
    this.#decisions = decisions;
  }

  pick(point: ChoicePoint): number {
    while (this.#at < this.#decisions.length) {
      const task = this.#decisions[this.#at]!;
      this.#at += 1;
      if (point.runnable.includes(task)) return task;
    }
    return pickDefault(point);
  }

  flip(): boolean {
    const answer = this.#decisions[this.#at];
    if (answer !== YES && answer !== NO) return false;
    this.#at += 1;
    return answer === YES;
  }
}
