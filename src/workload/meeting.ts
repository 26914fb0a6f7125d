/** How the tasks of one instance tell each other things and wait for each other. */
import { TASK } from '../mm/layout.js';
import { STOP, type Cpu, type Op } from '../mm/op.js';

/** Words that an instance's stressor may use as it likes. */
export const MEETING_WORDS = 16;

/** The first of all are those of the barriers, one for each `group`, and the instance's bogo-ops. */
const BARRIERS = 4;
const OWN_WORDS = BARRIERS + 4;
export const MEETING_WORDS_ALL = OWN_WORDS + MEETING_WORDS;

/** The instance's bogo-ops so far, where there is a limit. */
export const OPS_WORD = -1;

/** Words in shared memory, and barriers. Every task has one of these on the same words. */
export class Meeting {
  readonly #cpu: Cpu;
  readonly #words: Int32Array;
  readonly #at: number;
  /** Number of the instance's first task, whose tasks are numbered on from there. */
  readonly #firstTask: number;

  constructor(cpu: Cpu, at: number, firstTask: number) {
    this.#cpu = cpu;
    this.#words = cpu.km.words;
    this.#at = at + OWN_WORDS;
    this.#firstTask = firstTask;
  }

  /** All words as at first, while nobody waits. */
  clear(): void {
    this.#words.fill(0, this.#at - OWN_WORDS, this.#at + MEETING_WORDS);
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

  /**
   * Waits until all `parties`, tasks of the instance by their numbers in it, have come here; each of
   * them has to come every time. `group`: barriers in use side by side, below 4.
   */
  *arrive(parties: readonly number[], group = 0): Op<void> {
    const cpu = this.#cpu;
    const words = this.#words;
    const count = this.#at - OWN_WORDS + group;
    const wake = cpu.self + TASK.wake;
    Atomics.store(words, wake, 0);
    if (cpu.mustYield()) yield STOP.step;
    if (Atomics.add(words, count, 1) + 1 < parties.length) {
      // The last to come wakes every other one once: whoever is awake may go, and never early.
      do yield STOP.sleep;
      while (Atomics.load(words, wake) === 0);
      return;
    }
    Atomics.store(words, count, 0);
    for (const party of parties) {
      const task = this.#firstTask + party;
      if (task === cpu.task) continue;
      Atomics.store(words, cpu.km.taskAt(task) + TASK.wake, 1);
      cpu.wake(task);
    }
  }
}
