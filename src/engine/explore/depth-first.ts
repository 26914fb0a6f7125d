/**
 * Every interleaving with at most `bound` interruptions, depth first (iterative context bounding,
 * Musuvathi and Qadeer 2007). An interruption is a step of another task where the current one could
 * go on, or an answer that time has passed; when a task sleeps, spins or ends, the choice of the next
 * one is free. Few bugs need more than two or three.
 *
 * A state that was reached before with as many interruptions left is not gone into again.
 */
import type { ChoicePoint, Scheduler } from './execution.js';
import { StateTable } from './state-table.js';

/** A choice on the path that is being followed: what there was to choose, and what is next. */
interface Choice {
  readonly options: readonly number[];
  index: number;
}

export class DepthFirst implements Scheduler {
  readonly #bound: number;
  readonly #path: Choice[] = [];
  readonly #seen: StateTable;
  #depth = 0;
  #used = 0;
  #isFirst = true;
  /** Executions that ended in a state whose rest was known. */
  cut = 0;

  constructor(bound: number, seen: StateTable) {
    this.#bound = bound;
    this.#seen = seen;
  }

  /** Goes on to the next interleaving; false when there is none left. */
  next(): boolean {
    this.#depth = 0;
    this.#used = 0;
    if (this.#isFirst) {
      this.#isFirst = false;
      return true;
    }
    const path = this.#path;
    while (path.length > 0) {
      const last = path[path.length - 1]!;
      last.index += 1;
      if (last.index < last.options.length) return true;
      path.pop();
    }
    return false;
  }

  pick(point: ChoicePoint): number {
    const { runnable, current, canGoOn } = point;
    const mayInterrupt = !canGoOn || this.#used < this.#bound;
    if (!mayInterrupt) return current;
    if (runnable.length === 1) return runnable[0]!;
    if (this.#depth === this.#path.length) {
      if (this.#isKnown(point)) {
        this.cut += 1;
        return -1;
      }
      const others = runnable.filter((task) => task !== current);
      this.#path.push({ options: canGoOn ? [current, ...others] : [...runnable], index: 0 });
    }
    const task = this.#choose();
    if (canGoOn && task !== current) this.#used += 1;
    return task;
  }

  flip(): boolean {
    if (this.#used === this.#bound) return false;
    if (this.#depth === this.#path.length) this.#path.push({ options: [0, 1], index: 0 });
    const answer = this.#choose() === 1;
    if (answer) this.#used += 1;
    return answer;
  }

  #choose(): number {
    const choice = this.#path[this.#depth]!;
    this.#depth += 1;
    return choice.options[choice.index]!;
  }

  /** Whether this state was gone into before with as many interruptions left; notes it if not. */
  #isKnown({ state, current, canGoOn }: ChoicePoint): boolean {
    state.take(canGoOn ? current + 1 : 0);
    return this.#seen.covers(state.low, state.high, this.#bound - this.#used);
  }
}
