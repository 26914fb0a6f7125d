/**
 * The words that the tasks of a fuzzing run share beside the kernel's memory:
 *
 *   turns    `turns.ts`
 *   files    the file of every address space, by the task that has made it
 *   tracked  `tracked.ts`, per address space
 *   logs     the last calls of every task (`call.ts`)
 *
 * and first, per task, a double, its calls so far, by plain store.
 */
import { LINE } from '../../../mm/layout.js';
import { CallLog } from '../../../workload/fuzz/call.js';
import { Tracked } from '../../../workload/fuzz/tracked.js';
import { Turns } from './turns.js';

/** Calls that a finding shows of every task. */
const LOGGED_CALLS = 12;

/** A line's worth of doubles per task. */
const DOUBLES = LINE / 2;

/** First words of all that, and the word behind the last. */
interface Places {
  readonly logs: number;
  readonly turns: number;
  readonly files: number;
  readonly tracked: number;
  readonly end: number;
}

function placesOf(tasks: number, mms: number): Places {
  const logs = tasks * LINE;
  const turns = logs + tasks * CallLog.words(LOGGED_CALLS);
  const files = turns + Turns.words(tasks);
  const tracked = files + mms * LINE;
  return { logs, turns, files, tracked, end: tracked + mms * Tracked.words };
}

export class FuzzWords {
  readonly buffer: SharedArrayBuffer;
  readonly turns: Turns;
  readonly #words: Int32Array;
  readonly #calls: Float64Array;
  readonly #tasks: number;
  readonly #at: Places;

  private constructor(buffer: SharedArrayBuffer, tasks: number, mms: number) {
    this.buffer = buffer;
    this.#tasks = tasks;
    this.#words = new Int32Array(buffer);
    this.#calls = new Float64Array(buffer, 0, tasks * DOUBLES);
    this.#at = placesOf(tasks, mms);
    const { turns, files } = this.#at;
    this.turns = new Turns(this.#words.subarray(turns, files), tasks);
  }

  static create(tasks: number, mms: number): FuzzWords {
    const { end } = placesOf(tasks, mms);
    const made = new FuzzWords(new SharedArrayBuffer(end * 4), tasks, mms);
    made.turns.begin();
    return made;
  }

  static attach(buffer: SharedArrayBuffer, tasks: number, mms: number): FuzzWords {
    return new FuzzWords(buffer, tasks, mms);
  }

  tracked(mm: number): Int32Array {
    const at = this.#at.tracked + mm * Tracked.words;
    return this.#words.subarray(at, at + Tracked.words);
  }

  log(task: number): Int32Array {
    const words = CallLog.words(LOGGED_CALLS);
    const at = this.#at.logs + task * words;
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
    Atomics.store(this.#words, this.#at.files + mm * LINE, file);
    Atomics.notify(this.#words, this.#at.files + mm * LINE);
  }

  /** The file of an address space, once there is one. */
  awaitFile(mm: number): number {
    for (;;) {
      const file = Atomics.load(this.#words, this.#at.files + mm * LINE);
      if (file !== 0) return file;
      Atomics.wait(this.#words, this.#at.files + mm * LINE, 0);
    }
  }
}
