/** Random choices of program generation, all from one seeded generator. */
import { Prng, STREAM } from '../util/prng.js';

export type Weighted<T> = readonly (readonly [weight: number, value: T])[];

export class Draw {
  readonly #prng: Prng;

  constructor(seed: number) {
    this.#prng = new Prng(seed, STREAM.judge);
  }

  below(bound: number): number {
    return this.#prng.below(bound);
  }

  /** Both ends included. */
  between(least: number, most: number): number {
    return least + this.#prng.below(most - least + 1);
  }

  percent(chance: number): boolean {
    return this.#prng.below(100) < chance;
  }

  permille(chance: number): boolean {
    return this.#prng.below(1000) < chance;
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.#prng.below(values.length)]!;
  }

  weighted<T>(choices: Weighted<T>): T {
    let left = this.#prng.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of choices) {
      if (left < weight) return value;
      left -= weight;
    }
    return choices.at(-1)![1];
  }
}
