import { expect, it } from 'vitest';
import { Prng } from '../../util/prng.js';
import { STOP } from '../op.js';
import { byPriority, uniform } from './schedule.js';

const ALL = [0, 1, 2, 3];

function picks(make: (prng: Prng) => ReturnType<typeof uniform>, seed: number): number[] {
  const schedule = make(new Prng(seed, 1));
  return Array.from({ length: 400 }, () => schedule.pick(ALL));
}

it.each([
  { name: 'uniform', make: uniform },
  { name: 'by priority', make: (prng: Prng) => byPriority(prng, 4, 20) },
])('$name: a function of the seed, and every task gets its turn', ({ make }) => {
  expect(picks(make, 7)).toEqual(picks(make, 7));
  expect(picks(make, 7)).not.toEqual(picks(make, 8));
  expect(new Set(picks(make, 7))).toEqual(new Set(ALL));
});

it('by priority: one task runs for a long time, and one stands still for a long time', () => {
  const order = picks((prng) => byPriority(prng, 4, 50), 3);
  const changes = order.filter((task, i) => i > 0 && task !== order[i - 1]).length;
  expect(changes).toBeGreaterThan(1);
  expect(changes).toBeLessThan(30);
});

it('by priority: a task that spins lets all others go first', () => {
  const schedule = byPriority(new Prng(5, 1), 4, 2 ** 31);
  const first = schedule.pick(ALL);
  expect(schedule.pick(ALL)).toBe(first);
  schedule.stopped(first, STOP.step);
  expect(schedule.pick(ALL)).toBe(first);
  schedule.stopped(first, STOP.spin);
  expect(schedule.pick(ALL)).not.toBe(first);
  expect(schedule.pick([first])).toBe(first);
});
