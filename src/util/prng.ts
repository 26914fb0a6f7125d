import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Streams of one seed that must not share draws. */
export const STREAM = {
  phases: 1,
  bootstrap: 2,
  task: 3,
  schedule: 4,
  machine: 5,
  modes: 7,
  power: 8,
  fuzz: 9,
  judge: 11,
} as const;

/**
 * Seeded integer generator (xoroshiro128+). Every random decision of a run comes from one of these,
 * so that a seed is a run.
 */
export class Prng {
  readonly #generator: RandomGenerator;

  /** Generators of the same seed and different `stream` or `index` are independent. */
  constructor(seed: number, stream: number, index = 0) {
    const low = seed >>> 0;
    const high = Math.floor(seed / 2 ** 32) >>> 0;
    this.#generator = xoroshiro128plus(mix(mix(mix(mix(0, low), high), stream), index) | 0);
  }

  /** Uniform in [0, 2^32). */
  next32(): number {
    return this.#generator.next() >>> 0;
  }

  /** Uniform in [0, bound), `bound` at most 2^32; rejection keeps it unbiased. */
  below(bound: number): number {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const draw = this.next32();
      if (draw < limit) return draw % bound;
    }
  }
}

/** One round of a 32-bit finaliser (murmur3's), so that neighbouring seeds give unrelated streams. */
function mix(state: number, word: number): number {
  let x = Math.imul(state ^ word, 0x9e3779b1) + 0x7f4a7c15;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
