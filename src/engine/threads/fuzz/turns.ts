/**
 * Who makes calls and who waits between two of them. Many tasks on few cores mostly wait for tasks that
 * have no core, and a wake-up costs ten times what a call does. So the main thread says how many may be
 * at it (`allow`), and they take turns in order: as many as there are cores, for calls that meet on two
 * cores at once; all at times, for long queues and tasks that lose their core in the middle of a call;
 * none, when it wants to look.
 *
 *   lock     1 while somebody changes the words below
 *   seats    how many may make calls; set by the main thread
 *   seated   how many do
 *   head, tail  of the ring of tasks that wait, both free-running
 *   ring     `tasks` of them
 *   go       per task, a line of its own: 1 when it has been let in
 */
import { LINE } from '../../../mm/layout.js';

const WORD = { lock: 0, seats: LINE, seated: 2 * LINE, head: 3 * LINE, tail: 3 * LINE + 1 };
const RING = 4 * LINE;

/** Whoever holds the lock may have lost its core, and nobody tells when it is free; ms. */
const LOCK_NAP_MS = 0.05;

export class Turns {
  readonly #words: Int32Array;
  readonly #tasks: number;

  /** `words`: Turns.words(tasks) of them, all 0 before `begin`. */
  constructor(words: Int32Array, tasks: number) {
    this.#words = words;
    this.#tasks = tasks;
  }

  static words(tasks: number): number {
    return RING + tasks * (LINE + 1);
  }

  /** Main thread, before any task starts: all have a seat. */
  begin(): void {
    this.#words[WORD.seats] = this.#tasks;
    this.#words[WORD.seated] = this.#tasks;
  }

  /** Main thread: so many make calls from now on; those who are too many leave after their call. */
  allow(seats: number): void {
    this.#lock();
    Atomics.store(this.#words, WORD.seats, seats);
    this.#letIn();
    this.#unlock();
  }

  get seats(): number {
    return Atomics.load(this.#words, WORD.seats);
  }

  get seated(): number {
    return Atomics.load(this.#words, WORD.seated);
  }

  /** Task, between two calls: whether it has to leave at once. */
  get areTooMany(): boolean {
    return this.seated > this.seats;
  }

  /** Task, between two calls: lets the one that has waited longest go on instead, if there is one. */
  pass(task: number): void {
    const words = this.#words;
    this.#lock();
    const isWanted = words[WORD.head] !== words[WORD.tail] || this.areTooMany;
    if (isWanted) {
      Atomics.store(words, this.#goAt(task), 0);
      words[RING + (words[WORD.tail]! % this.#tasks)] = task;
      words[WORD.tail]! += 1;
      Atomics.sub(words, WORD.seated, 1);
      this.#letIn();
    }
    this.#unlock();
    if (!isWanted) return;
    const at = this.#goAt(task);
    while (Atomics.load(words, at) === 0) Atomics.wait(words, at, 0);
  }

  #letIn(): void {
    const words = this.#words;
    while (this.seated < this.seats && words[WORD.head] !== words[WORD.tail]) {
      const task = words[RING + (words[WORD.head]! % this.#tasks)]!;
      words[WORD.head]! += 1;
      Atomics.add(words, WORD.seated, 1);
      Atomics.store(words, this.#goAt(task), 1);
      Atomics.notify(words, this.#goAt(task));
    }
  }

  #lock(): void {
    while (Atomics.compareExchange(this.#words, WORD.lock, 0, 1) !== 0) {
      Atomics.wait(this.#words, WORD.lock, 1, LOCK_NAP_MS);
    }
  }

  #unlock(): void {
    Atomics.store(this.#words, WORD.lock, 0);
  }

  #goAt(task: number): number {
    return RING + this.#tasks + task * LINE;
  }
}
