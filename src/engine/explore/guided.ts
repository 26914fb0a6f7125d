/** Schedulers that follow decisions made before. */
import { NO, YES, type ChoicePoint, type Scheduler } from './execution.js';
import { taskLetter } from './task-letter.js';

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
  #steps = 0;

  constructor(decisions: readonly number[]) {
    this.#decisions = decisions;
  }

  /** Throws Diverged. */
  pick(point: ChoicePoint): number {
    const decision = this.#decisions[this.#at];
    if (decision === undefined) return pickDefault(point);
    this.#steps += 1;
    if (decision < 0) throw new Diverged(`before step ${this.#steps} nobody asks about time`);
    if (!point.runnable.includes(decision)) {
      throw new Diverged(`task ${taskLetter(decision)} cannot make step ${this.#steps}`);
    }
    this.#at += 1;
    return decision;
  }

  /** Throws Diverged when the execution was over before the decisions were. */
  assertUsedUp(): void {
    if (this.#at === this.#decisions.length) return;
    throw new Diverged(`all is over after ${this.#steps} steps, and it goes on`);
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
