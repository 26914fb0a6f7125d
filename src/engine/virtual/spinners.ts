/**
 * Who spins on which word: looked through after every step of any task, so kept side by side in
 * arrays, in the order in which they began.
 */
import type { VirtualCpu } from './cpu.js';

export class Spinners {
  readonly #tasks: Int32Array;
  readonly #words: Int32Array;
  readonly #values: Int32Array;
  /** 1 for those who spin for a spinlock. */
  readonly #queued: Int32Array;
  readonly #told: number[] = [];
  /** Words of spinlocks whose first waiter has been told. */
  readonly #given: number[] = [];
  size = 0;

  constructor(tasks: number) {
    this.#tasks = new Int32Array(tasks);
    this.#words = new Int32Array(tasks);
    this.#values = new Int32Array(tasks);
    this.#queued = new Int32Array(tasks);
  }

  /** A task spins until its spin word has another value; in a queue, when that is a spinlock. */
  add({ task, spinWord, spinValue }: VirtualCpu, isQueued: boolean): void {
    this.#tasks[this.size] = task;
    this.#words[this.size] = spinWord;
    this.#values[this.size] = spinValue;
    this.#queued[this.size] = Number(isQueued);
    this.size += 1;
  }

  has(task: number): boolean {
    return this.#tasks.subarray(0, this.size).includes(task);
  }

  remove(task: number): void {
    const at = this.#tasks.indexOf(task);
    for (const column of [this.#tasks, this.#words, this.#values, this.#queued]) {
      column.copyWithin(at, at + 1, this.size);
    }
    this.size -= 1;
  }

  /**
   * The tasks that spin, not for a spinlock, for as long as a word has this value; valid until the
   * next call.
   */
  spinningOn(value: number): readonly number[] {
    this.#told.length = 0;
    for (let i = 0; i < this.size; i++) {
      if (this.#values[i] === value && this.#queued[i] === 0) this.#told.push(this.#tasks[i]!);
    }
    return this.#told;
  }

  /**
   * The tasks that a change of their word concerns; of those who spin for one spinlock only the first,
   * as in a queued spinlock: the others would find it taken. Valid until the next call.
   */
  told(words: Int32Array): readonly number[] {
    this.#told.length = 0;
    this.#given.length = 0;
    for (let i = 0; i < this.size; i++) {
      const word = this.#words[i]!;
      if (words[word] === this.#values[i] || this.#given.includes(word)) continue;
      if (this.#queued[i] === 1) this.#given.push(word);
      this.#told.push(this.#tasks[i]!);
    }
    return this.#told;
  }
}
