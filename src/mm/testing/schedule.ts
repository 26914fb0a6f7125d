/**
 * Who runs next, for the scheduler of `test-machine.ts`. Both kinds are functions of their seed.
 *
 * Uniform choice is good at short races. Choice by priority keeps one task stopped, for as long as
 * the others get anywhere, at a random point: the long stalls that uniform choice never makes (after
 * Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs").
 */
import type { Prng } from '../../util/prng.js';
import { STOP, type Stop } from '../op.js';

export interface Schedule {
  /** One of `runnable`, which is not empty. */
  pick(runnable: readonly number[]): number;
  /** Told after every step of `task` how it stopped. */
  stopped(task: number, why: Stop): void;
}

/** Every runnable task is as likely as any other, at every step. */
export function uniform(prng: Prng): Schedule {
  return {
    pick: (runnable) => runnable[prng.below(runnable.length)]!,
    stopped: () => undefined,
  };
}

/**
 * The runnable task of the highest priority. About one step in `stallOneIn` sends the task that was
 * picked behind all others; a task that spins goes there too, or it would spin for ever.
 */
export function byPriority(prng: Prng, tasks: number, stallOneIn: number): Schedule {
  const order = Array.from({ length: tasks }, (_, task) => task);
  for (let i = tasks - 1; i > 0; i--) {
    const j = prng.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const toTheEnd = (task: number): void => {
    order.splice(order.indexOf(task), 1);
    order.push(task);
  };
  return {
    pick: (runnable) => {
      const first = order.find((task) => runnable.includes(task))!;
      if (prng.below(stallOneIn) !== 0) return first;
      toTheEnd(first);
      return order.find((task) => runnable.includes(task))!;
    },
    stopped: (task, why) => {
      if (why === STOP.spin) toTheEnd(task);
    },
  };
}
