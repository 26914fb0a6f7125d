import type { Prng } from '../../util/prng.js';

/** Standard normal draws (Box and Muller), for simulations of how statistics behave. */
export function normalDraws(prng: Prng, count: number): number[] {
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log((prng.next32() + 1) / 2 ** 32));
    return radius * Math.cos((2 * Math.PI * prng.next32()) / 2 ** 32);
  });
}
