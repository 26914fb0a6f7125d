/**
 * What two CPUs cost each other: the line of a lock that both of them use, and waking one another up.
 */
import { LINE } from '../../mm/layout.js';
import type { Mm } from '../../mm/mm.js';
import type { Cpu } from '../../mm/op.js';
import { downReadTrylock, tryUpRead } from '../../mm/rwsem.js';
import type { PairRound } from '../../samples/calibration.js';
import { assert } from '../../util/assert.js';

/** Words by which the two meet, a line each. */
const WORD = {
  arrived: 0,
  ended: LINE,
  steps: 2 * LINE,
  asleep: 3 * LINE,
  bell: 4 * LINE,
  /** Lock pairs of the one that follows. */
  pairs: 5 * LINE,
};
const WAKES = 12;
/** A double for every wake-up, behind the words: when the sleeper ran. */
const WOKEN_AT = (6 * LINE) / 2;
const PLACE_BYTES = 8 * (WOKEN_AT + WAKES);

/** Stretches of lock pairs that the one that leads times; pairs of a stretch. */
const STRETCHES = 60;
const STRETCH_PAIRS = 1000;
/** On a busy machine the two are seldom at it at a time; then they go on for so long at most. */
const CONTENTION_NS_MAX = 150e6;
/** The other says how far it is every so many pairs. */
const STRIDE = 20;
/** In a stretch that counts both were at it: neither did more than so many times what the other did. */
const IMBALANCE_MAX = 1.3;
/** Steps of work between two accesses to the lock, for finding out how long one takes. */
const PROBE_STEPS = 32;
/** How long a sleeper is left alone: its CPU is to be idle, as behind a long hold of a lock. */
const SLEEP_NS = 1e6;

/** Memory for two tasks to meet in. */
export function meetingPlace(): SharedArrayBuffer {
  return new SharedArrayBuffer(PLACE_BYTES);
}

export class TaskPair {
  readonly #cpu: Cpu;
  readonly #mm: Mm;
  readonly #leads: boolean;
  readonly #words: Int32Array;
  readonly #wokenAtNs: Float64Array;
  #meetings = 0;
  /** Depends on all work between the locks, so that the compiler cannot leave it out. */
  #chain = 1;

  constructor(cpu: Cpu, mm: Mm, place: SharedArrayBuffer) {
    this.#cpu = cpu;
    this.#mm = mm;
    this.#leads = cpu.task === 0;
    this.#words = new Int32Array(place);
    this.#wokenAtNs = new Float64Array(place, 8 * WOKEN_AT);
  }

  /** Both tasks call it; the first gets the result. `paceNs`: what a fault takes alone. */
  round(paceNs: number): PairRound | undefined {
    this.#meet();
    const paced = this.#leads ? this.#setPace(paceNs) : [];
    this.#meet();
    const contended = this.#leads ? this.#contend() : this.#follow();
    const wakeUps = this.#wakeUps();
    return this.#leads ? { paced, contended, ...wakeUps } : undefined;
  }

  /** Returns when both are here. */
  #meet(): void {
    this.#meetings += 1;
    Atomics.add(this.#words, WORD.arrived, 1);
    while (Atomics.load(this.#words, WORD.arrived) < 2 * this.#meetings);
  }

  /** Chooses as much work as lets a pair take `paceNs` without contention; what it takes then. */
  #setPace(paceNs: number): number[] {
    const bare = Math.min(...this.#alone(0));
    const probe = Math.min(...this.#alone(PROBE_STEPS));
    const stepNs = Math.max(0.05, (probe - bare) / PROBE_STEPS);
    const steps = Math.max(0, Math.round((paceNs - bare) / stepNs));
    Atomics.store(this.#words, WORD.steps, steps);
    Atomics.store(this.#words, WORD.ended, 0);
    Atomics.store(this.#words, WORD.pairs, 0);
    return this.#alone(steps);
  }

  #alone(steps: number): number[] {
    return Array.from({ length: STRETCHES }, () => {
      return this.#pairs(STRETCH_PAIRS, steps) / STRETCH_PAIRS;
    });
  }

  /** What a pair takes each of the two while both are at it, ns. */
  #contend(): number[] {
    const words = this.#words;
    const steps = Atomics.load(words, WORD.steps);
    const values: number[] = [];
    const untilNs = nowNs() + CONTENTION_NS_MAX;
    while (values.length < STRETCHES && nowNs() < untilNs) {
      const before = Atomics.load(words, WORD.pairs);
      const ns = this.#pairs(STRETCH_PAIRS, steps);
      const others = Atomics.load(words, WORD.pairs) - before;
      // The other had lost its CPU, or this one had.
      if (others * IMBALANCE_MAX < STRETCH_PAIRS || others > IMBALANCE_MAX * STRETCH_PAIRS)
        continue;
      values.push((2 * ns) / (STRETCH_PAIRS + others));
    }
    Atomics.store(words, WORD.ended, 1);
    return values;
  }

  /** The same until the one that leads has ended. */
  #follow(): number[] {
    const words = this.#words;
    const steps = Atomics.load(words, WORD.steps);
    for (let pairs = 0; Atomics.load(words, WORD.ended) === 0; pairs += STRIDE) {
      Atomics.store(words, WORD.pairs, pairs);
      this.#pairs(STRIDE, steps);
    }
    return [];
  }

  /** Takes and leaves the lock for read, with half of the work inside and half outside; ns. */
  #pairs(count: number, steps: number): number {
    const cpu = this.#cpu;
    const { sem } = this.#mm;
    const inside = steps >> 1;
    const outside = steps - inside;
    let chain = this.#chain;
    let taken = 0;
    const startMs = performance.now();
    for (let i = 0; i < count; i++) {
      if (downReadTrylock(cpu, sem)) taken += 1;
      for (let step = 0; step < inside; step++) chain = (chain ^ (chain << 1)) + step;
      tryUpRead(cpu, sem);
      for (let step = 0; step < outside; step++) chain = (chain ^ (chain << 1)) + step;
    }
    const ns = (performance.now() - startMs) * 1e6;
    this.#chain = chain;
    assert(taken === count, 'a rwsem that has readers only refused one');
    return ns;
  }

  /** One rings, the other sleeps in between, as tasks do that wait for mmap_sem. */
  #wakeUps(): { notify: number[]; wake: number[] } {
    const words = this.#words;
    Atomics.store(words, WORD.bell, 0);
    Atomics.store(words, WORD.asleep, 0);
    this.#meet();
    const rung = Array.from({ length: WAKES }, (_, wake) => {
      return this.#leads ? this.#ring(wake) : this.#sleep(wake);
    });
    this.#meet();
    const woken = rung.map(({ endNs }, wake) => Math.max(0, this.#wokenAtNs[wake]! - endNs));
    return { notify: rung.map(({ startNs, endNs }) => endNs - startNs), wake: woken };
  }

  #ring(wake: number): { startNs: number; endNs: number } {
    const words = this.#words;
    while (Atomics.load(words, WORD.asleep) <= wake);
    const sleepsUntilNs = nowNs() + SLEEP_NS;
    while (nowNs() < sleepsUntilNs);
    const startNs = nowNs();
    Atomics.store(words, WORD.bell, wake + 1);
    Atomics.notify(words, WORD.bell);
    return { startNs, endNs: nowNs() };
  }

  #sleep(wake: number): { startNs: number; endNs: number } {
    const words = this.#words;
    const startNs = nowNs();
    Atomics.add(words, WORD.asleep, 1);
    while (Atomics.load(words, WORD.bell) <= wake) Atomics.wait(words, WORD.bell, wake);
    const endNs = nowNs();
    this.#wokenAtNs[wake] = endNs;
    return { startNs, endNs };
  }
}

/** The one clock that all threads share; as a double it is exact for a hundred days of uptime. */
function nowNs(): number {
  return Number(process.hrtime.bigint());
}
