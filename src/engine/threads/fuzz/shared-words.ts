/**
 * The words that the tasks of a fuzzing run share beside the kernel's memory:
 *
 *   asked    how many rests were asked for; raised by the main thread, which checks in them
 *   rested   tasks at rest, over all rests; raised by tasks
 *   over     how many rests are over; raised by the main thread
 *   files    the file of every address space, by the task that has made it
 *   tracked  `tracked.ts`, per address space
 *   logs     the last calls of every task (`call.ts`)
 *
 * and per task a double, its calls so far, by plain store.
 */
import { LINE } from '../../../mm/layout.js';
import { CallLog } from '../../../workload/fuzz/call.js';
import { Tracked } from '../../../workload/fuzz/tracked.js';

const WORD = { asked: 0, rested: LINE, over: 2 * LINE };
const HEAD_WORDS = 3 * LINE;

/** Calls that a finding shows of every task. */
const LOGGED_CALLS = 12;

/** A line's worth of doubles per task. */
const DOUBLES = LINE / 2;

export class FuzzWords {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #calls: Float64Array;
  readonly #tasks: number;
  readonly #mms: number;

  private constructor(buffer: SharedArrayBuffer, tasks: number, mms: number) {
    this.buffer = buffer;
    this.#tasks = tasks;
    this.#mms = mms;
    this.#words = new Int32Array(buffer);
    this.#calls = new Float64Array(buffer, HEAD_WORDS * 4, tasks * DOUBLES);
  }

  static create(tasks: number, mms: number): FuzzWords {
    const perTask = tasks * (LINE + CallLog.words(LOGGED_CALLS));
    const perMm = mms * (LINE + Tracked.words);
    const words = HEAD_WORDS + perTask + perMm;
    return new FuzzWords(new SharedArrayBuffer(words * 4), tasks, mms);
  }

  static attach(buffer: SharedArrayBuffer, tasks: number, mms: number): FuzzWords {
    return new FuzzWords(buffer, tasks, mms);
  }

  tracked(mm: number): Int32Array {
    const at = this.#mmsAt + this.#mms * LINE + mm * Tracked.words;
    return this.#words.subarray(at, at + Tracked.words);
  }

  log(task: number): Int32Array {
    const words = CallLog.words(LOGGED_CALLS);
    const at = HEAD_WORDS + this.#tasks * LINE + task * words;
    return this.#words.subarray(at, at + words);
  }

  calls(task: number): number {
    return this.#calls[task * DOUBLES]!;
  }

  allCalls(): number {
    let sum = 0;
    for (let task = 0; task < this.#tasks; task++) sum += this.calls(task);
    return sum;
  }

  setCalls(task: number, calls: number): void {
    this.#calls[task * DOUBLES] = calls;
  }

  /** The task that has made an address space's file tells the others. */
  publishFile(mm: number, file: number): void {
    Atomics.store(this.#words, this.#mmsAt + mm * LINE, file);
    Atomics.notify(this.#words, this.#mmsAt + mm * LINE);
  }

  /** The file of an address space, once there is one. */
  awaitFile(mm: number): number {
    for (;;) {
      const file = Atomics.load(this.#words, this.#mmsAt + mm * LINE);
      if (file !== 0) return file;
      Atomics.wait(this.#words, this.#mmsAt + mm * LINE, 0);
    }
  }

  /** Task: whether it is to rest. */
  get isRestAsked(): boolean {
    return Atomics.load(this.#words, WORD.asked) !== Atomics.load(this.#words, WORD.over);
  }

  /** Task, between two calls: until the main thread has looked. */
  rest(): void {
    const over = Atomics.load(this.#words, WORD.over);
    Atomics.add(this.#words, WORD.rested, 1);
    while (Atomics.load(this.#words, WORD.over) === over) {
      Atomics.wait(this.#words, WORD.over, over);
    }
  }

  /** Main thread. */
  askForRest(): void {
    Atomics.store(this.#words, WORD.rested, 0);
    Atomics.add(this.#words, WORD.asked, 1);
  }

  get isAtRest(): boolean {
    return Atomics.load(this.#words, WORD.rested) === this.#tasks;
  }

  endRest(): void {
    Atomics.add(this.#words, WORD.over, 1);
    Atomics.notify(this.#words, WORD.over);
  }

  get #mmsAt(): number {
    return HEAD_WORDS + this.#tasks * (LINE + CallLog.words(LOGGED_CALLS));
  }
}
