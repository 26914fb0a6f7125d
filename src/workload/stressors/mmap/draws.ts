/**
 * What is left to chance in the mmap stressor.
 *
 * stress-ng's own generator is not copied, on purpose: it gives every instance the same sequence, and
 * with a seed below 2^32 its range reductions reach only part of their ranges (with 0.15.06 the first
 * flag is then always the same). Draws here are uniform, and independent from instance to instance.
 */
import type { Prng } from '../../../util/prng.js';

export interface Draws {
  /** The extra flag of the big mapping. */
  flag(table: readonly number[]): number;
  /** The advice for the whole range, and for one page. */
  adviceForAll(table: readonly number[]): number;
  adviceForPage(table: readonly number[]): number;
  bit(): boolean;
  /** Uniform in [0, bound). */
  below(bound: number): number;
}

export class RandomDraws implements Draws {
  readonly #prng: Prng;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  flag(table: readonly number[]): number {
    return this.#oneOf(table);
  }

  adviceForAll(table: readonly number[]): number {
    return this.#oneOf(table);
  }

  adviceForPage(table: readonly number[]): number {
    return this.#oneOf(table);
  }

  bit(): boolean {
    return this.#prng.next32() >= 2 ** 31;
  }

  below(bound: number): number {
    return this.#prng.below(bound);
  }

  #oneOf(table: readonly number[]): number {
    return table[this.#prng.below(table.length)]!;
  }
}
