/** Schedulers that go by chance: for what is too large to go through. */
import { Prng, STREAM } from '../../util/prng.js';
import type { ChoicePoint, Scheduler } from './execution.js';

/** One answer in so many says that time has passed. */
const FLIP_ONE_IN = 8;

/** What chance goes by. */
export type ChancePoint = Pick<ChoicePoint, 'runnable' | 'current' | 'spins'>;

/** A scheduler for a search: told when an execution begins, and with which number. */
export interface ChanceScheduler extends Scheduler {
  begin(schedule: number): void;
  pick(point: ChancePoint): number;
}

/** Any runnable task, all alike, at every step. */
export class Uniform implements ChanceScheduler {
  readonly #seed: number;
  #prng: Prng;

  constructor(seed: number) {
    this.#seed = seed;
    this.#prng = new Prng(seed, STREAM.schedule, 0);
  }

  begin(schedule: number): void {
    this.#prng = new Prng(this.#seed, STREAM.schedule, schedule);
  }

  pick({ runnable }: ChancePoint): number {
    return runnable[this.#prng.below(runnable.length)]!;
  }

  flip(): boolean {
    return this.#prng.below(FLIP_ONE_IN) === 0;
  }
}

/**
 * Probabilistic concurrency testing (Burckhardt et al. 2010): the tasks have random priorities and the
 * highest that can run does; at `depth` - 1 random steps the one that runs falls to the bottom. A bug
 * that takes `depth` ordered steps is hit with a probability of about 1 in tasks x steps^(depth-1), as far
 * as no task spins.
 */
export class Pct implements ChanceScheduler {
  readonly #seed: number;
  readonly #tasks: number;
  readonly #depth: number;
  #prng: Prng;
  /** By task; the highest runs. */
  #priorities: number[] = [];
  readonly #changeSteps: number[] = [];
  #step = 0;
  #lowest = 0;
  /** The longest execution so far: change points fall anywhere in that. */
  #stepsMax = 1;

  constructor(seed: number, tasks: number, depth: number) {
    this.#seed = seed;
    this.#tasks = tasks;
    this.#depth = depth;
    this.#prng = new Prng(seed, STREAM.schedule, 0);
  }

  begin(schedule: number): void {
    this.#prng = new Prng(this.#seed, STREAM.schedule, schedule);
    this.#stepsMax = Math.max(this.#stepsMax, this.#step);
    this.#step = 0;
    this.#lowest = 0;
    this.#priorities = shuffled(this.#tasks, this.#prng);
    this.#changeSteps.length = 0;
    for (let i = 1; i < this.#depth; i++) {
      this.#changeSteps.push(this.#prng.below(this.#stepsMax));
    }
  }

  pick({ runnable, current, spins }: ChancePoint): number {
    // One that spins makes room for those it waits for.
    if (spins || this.#changeSteps.includes(this.#step)) this.#sink(current);
    this.#step += 1;
    return runnable.reduce((best, task) =>
      this.#priorities[task]! > this.#priorities[best]! ? task : best,
    );
  }

  flip(): boolean {
    return this.#prng.below(FLIP_ONE_IN) === 0;
  }

  #sink(task: number): void {
    if (task < 0) return;
    this.#lowest -= 1;
    this.#priorities[task] = this.#lowest;
  }
}

/** 1 to `count` in random order. */
function shuffled(count: number, prng: Prng): number[] {
  const order = Array.from({ length: count }, (_, i) => i + 1);
  for (let i = count - 1; i > 0; i--) {
    const j = prng.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
