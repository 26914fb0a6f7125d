/** How the tasks of one instance tell each other things and wait for each other. */
import { LINE, TASK } from '../mm/layout.js';
import { STOP, type Cpu, type Op } from '../mm/op.js';

/** Words that an instance's stressor may use as it likes. */
export const MEETING_WORDS = 32;

/**
 * The first of all are those of the barriers, by their `group`: how many have come, and how often all
 * had; then the instance's bogo-ops so far, where there is a limit.
 */
const BARRIERS = 4;
const COME = 0;
const ROUNDS = COME + BARRIERS;
const OPS = ROUNDS + BARRIERS;
const OWN_WORDS = OPS + 1;
/** With what keeps instances out of each other's cache lines. */
export const MEETING_WORDS_ALL = Math.ceil((OWN_WORDS + MEETING_WORDS) / LINE) * LINE;

/** Words in shared memory, and barriers. Every task has one of these on the same words. */
export class Meeting {
  readonly #cpu: Cpu;
  readonly #words: Int32Array;
  /** First of its own words, and first of the stressor's. */
  readonly #own: number;
  readonly #at: number;
  /** Number of the instance's first task, whose tasks are numbered on from there. */
  readonly #firstTask: number;

  constructor(cpu: Cpu, at: number, firstTask: number) {
    this.#cpu = cpu;
    this.#words = cpu.km.words;
    this.#own = at;
    this.#at = at + OWN_WORDS;
    this.#firstTask = firstTask;
  }

  /** All words as at first, while nobody waits. */
  clear(): void {
    this.#words.fill(0, this.#own, this.#own + MEETING_WORDS_ALL);
  }

  /** Counts bogo-ops of the instance, whose tasks all do so in one word. */
  *count(ops: number): Op<void> {
    const cpu = this.#cpu;
    if (cpu.mustYield('count bogo-ops')) yield STOP.step;
    cpu.touch(this.#own + OPS);
    Atomics.add(this.#words, this.#own + OPS, ops);
  }

  /** What was counted so far, or a moment ago: nobody is waited for. */
  get counted(): number {
    this.#cpu.look(this.#own + OPS);
    return Atomics.load(this.#words, this.#own + OPS);
  }

  get(word: number): number {
    return Atomics.load(this.#words, this.#at + word);
  }

  set(word: number, value: number): void {
    Atomics.store(this.#words, this.#at + word, value);
  }

  /** Returns what was there before. */
  add(word: number, value: number): number {
    return Atomics.add(this.#words, this.#at + word, value);
  }

  /** Makes it `value` where it is less. */
  raise(word: number, value: number): void {
    for (let was = this.get(word); was < value;) {
      const found = Atomics.compareExchange(this.#words, this.#at + word, was, value);
      if (found === was) return;
      was = found;
    }
  }

  /** The same for whole numbers up to 2^53, each of which has the word behind its own, too. */
  getWide(word: number): number {
    return (this.get(word + 1) >>> 0) * 2 ** 32 + (this.get(word) >>> 0);
  }

  /** Not while others read or change it. */
  setWide(word: number, value: number): void {
    this.set(word, value | 0);
    this.set(word + 1, Math.floor(value / 2 ** 32));
  }

  /** Others may add, too; it is read once all have. */
  addWide(word: number, value: number): void {
    const low = value % 2 ** 32;
    const sum = (this.add(word, low | 0) >>> 0) + low;
    const high = Math.floor(value / 2 ** 32) + (sum >= 2 ** 32 ? 1 : 0);
    if (high > 0) this.add(word + 1, high);
  }

  /**
   * Waits until all `parties`, tasks of the instance by their numbers in it, have come here; each of
   * them has to come every time. `group`: barriers in use side by side, below 4.
   */
  *arrive(parties: readonly number[], group = 0): Op<void> {
    const cpu = this.#cpu;
    const words = this.#words;
    const come = this.#own + COME + group;
    const rounds = this.#own + ROUNDS + group;
    const round = Atomics.load(words, rounds);
    if (cpu.mustYield()) yield STOP.step;
    if (Atomics.add(words, come, 1) + 1 < parties.length) {
      yield* this.#sleepUntilAfter(rounds, round);
      return;
    }
    Atomics.store(words, come, 0);
    Atomics.add(words, rounds, 1);
    for (const party of parties) {
      const task = this.#firstTask + party;
      if (task === cpu.task) continue;
      Atomics.store(words, cpu.km.taskAt(task) + TASK.wake, 1);
      cpu.wake(task);
    }
  }

  /** Being woken is not enough: a wake-up meant for an earlier wait for a lock may come late. */
  *#sleepUntilAfter(rounds: number, round: number): Op<void> {
    const words = this.#words;
    for (;;) {
      Atomics.store(words, this.#cpu.self + TASK.wake, 0);
      if (Atomics.load(words, rounds) !== round) return;
      yield STOP.sleep;
    }
  }
}
