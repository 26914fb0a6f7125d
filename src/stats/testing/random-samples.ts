import type { Prng } from '../../util/prng.js';

/** Standard normal draws (Box and Muller), for simulations of how statistics behave. */
export function normalDraws(prng: Prng, count: number): number[] {
  return Array.from({ length: count }, () => normalDraw(prng));
}

function normalDraw(prng: Prng): number {
  const radius = Math.sqrt(-2 * Math.log((prng.next32() + 1) / 2 ** 32));
  return radius * Math.cos((2 * Math.PI * prng.next32()) / 2 ** 32);
}

/** Uniform within (0, 1). */
export function uniformDraw(prng: Prng): number {
  return (prng.next32() + 0.5) / 2 ** 32;
}

/** A distribution to sample from, and its true median. */
export interface Shape {
  readonly name: string;
  readonly median: number;
  readonly draw: (prng: Prng) => number;
}

/** What rates and log-ratios of rounds look like, at their best and at their worst. */
export const SHAPES: readonly Shape[] = [
  { name: 'normal', median: 0, draw: normalDraw },
  { name: 'lognormal', median: 1, draw: (prng) => Math.exp(normalDraw(prng)) },
  // Student's t with two degrees of freedom, which has no variance, by its quantile function.
  { name: 'heavy-tailed', median: 0, draw: (prng) => heavyTailed(uniformDraw(prng)) },
  // Two speeds, 10 deviations apart, 60 % of the rounds at the lower one. The median leaves 5/6 of
  // those below: 0.96742 deviations above their middle, the upper ones being too far to count.
  {
    name: 'bimodal',
    median: 0.1 * 0.9674215661017,
    draw: (prng) => 0.1 * normalDraw(prng) + (uniformDraw(prng) < 0.6 ? 0 : 1),
  },
];

function heavyTailed(probability: number): number {
  return (2 * probability - 1) / Math.sqrt(2 * probability * (1 - probability));
}

export function drawSample(prng: Prng, { draw }: Shape, count: number): number[] {
  return Array.from({ length: count }, () => draw(prng));
}
