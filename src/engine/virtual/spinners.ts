/**
 * Who spins on which word: looked through after every step of any task, so kept side by side in
 * arrays, in the order in which they began.
 */
export class Spinners {
  readonly #tasks: Int32Array;
  readonly #words: Int32Array;
  readonly #values: Int32Array;
  size = 0;

  constructor(tasks: number) {
    this.#tasks = new Int32Array(tasks);
    this.#words = new Int32Array(tasks);
    this.#values = new Int32Array(tasks);
  }

  /** `task` spins until `word` is no longer `value`. */
  add(task: number, word: number, value: number): void {
    this.#tasks[this.size] = task;
    this.#words[this.size] = word;
    this.#values[this.size] = value;
    this.size += 1;
  }

  has(task: number): boolean {
    return this.#tasks.subarray(0, this.size).includes(task);
  }

  remove(task: number): void {
    const at = this.#tasks.indexOf(task);
    for (const column of [this.#tasks, this.#words, this.#values]) {
      column.copyWithin(at, at + 1, this.size);
    }
    this.size -= 1;
  }

  taskAt(index: number): number {
    return this.#tasks[index]!;
  }

  /** Whether the word has changed that spinner number `index` looks at. */
  hasChanged(index: number, words: Int32Array): boolean {
    return words[this.#words[index]!] !== this.#values[index];
  }
}
