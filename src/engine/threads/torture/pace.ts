/**
 * How long tasks stay inside and outside the lock: seeded random lengths, so that a seed is the same
 * pressure for every policy. Mostly so short that the next task is on its way already, at times long
 * enough for a queue, and at times asleep, so that spinners meet an owner that does not run.
 */
import { TASK } from '../../../mm/layout.js';
import type { Cpu } from '../../../mm/op.js';
import type { Prng } from '../../../util/prng.js';
import { WITNESS, type TortureWords } from './shared-words.js';

/** Bounds of uniformly drawn lengths. */
const SHORT_NS = 1_000;
const LONG_NS = 100_000;
const NAP_MS_MIN = 0.1;
const NAP_MS_MAX = 2;
const PAUSE_NS = 2_000;

/** Out of so many sections, one is a nap and some are long; of as many pauses some are naps. */
const DRAWS = 2048;
const LONG_SECTIONS = 16;
const NAPS = 1;

export class Pace {
  readonly #cpu: Cpu;
  readonly #shared: TortureWords;
  readonly #prng: Prng;

  constructor(cpu: Cpu, shared: TortureWords, prng: Prng) {
    this.#cpu = cpu;
    this.#shared = shared;
    this.#prng = prng;
  }

  /** Stays in a critical section. */
  stayInside(): void {
    const draw = this.#prng.below(DRAWS);
    if (draw < NAPS) this.#nap();
    else this.#work(this.#prng.below(draw < NAPS + LONG_SECTIONS ? LONG_NS : SHORT_NS));
  }

  /** Stays outside before the next one: not at all, shortly, or long enough to miss a few turns. */
  stayOutside(): void {
    const draw = this.#prng.below(DRAWS);
    if (draw < NAPS) this.#nap();
    else if (draw < DRAWS / 2) this.#work(this.#prng.below(PAUSE_NS));
  }

  #work(ns: number): void {
    const since = this.#cpu.now();
    while (!this.#cpu.hasPassed(since, ns));
  }

  /** Off the CPU for a time that belongs to the section: it ends by time-out alone. */
  #nap(): void {
    const { km, self } = this.#cpu;
    const share = this.#prng.below(1024) / 1024;
    km.words[self + TASK.offCpu] = 1;
    const ms = NAP_MS_MIN + share * (NAP_MS_MAX - NAP_MS_MIN);
    Atomics.wait(this.#shared.words, WITNESS.nap, 0, ms);
    km.words[self + TASK.offCpu] = 0;
  }
}
