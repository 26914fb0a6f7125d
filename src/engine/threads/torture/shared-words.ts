/**
 * The words that the tasks of a torture run share beside the lock itself, in a buffer of their own,
 * so that a broken kernel memory cannot hide what it did to the lock.
 *
 * WITNESS, one line each (`witness.ts`):
 *
 *   readersInside, writersInside   who is in a critical section at this moment; atomics
 *   version      sections for write so far; raised by atomics inside such a section
 *   left, right  equal outside sections for write: a writer raises `left` when it comes and `right`
 *                when it goes, by plain stores, which only the lock keeps apart from the others'
 *   nap          word that nobody ever notifies: naps on it end by their time-out
 *
 * RECORD, per task, doubles written by that task alone with plain stores and read by anybody:
 * `acquisitions` so far; `doing`, one of DOING.
 */
import { LINE } from '../../../mm/layout.js';

export const WITNESS = {
  readersInside: 0,
  writersInside: LINE,
  version: 2 * LINE,
  left: 3 * LINE,
  right: 3 * LINE + 1,
  nap: 4 * LINE,
};
const WITNESS_WORDS = 5 * LINE;

const RECORD = { acquisitions: 0, doing: 1 };
const RECORD_DOUBLES = LINE / 2;

/** What a task is doing, as reports name it. */
export const DOING = {
  pausing: 0,
  waitingForRead: 1,
  waitingForWrite: 2,
  reading: 3,
  writing: 4,
  done: 5,
} as const;

export type Doing = (typeof DOING)[keyof typeof DOING];

/** Views of the shared words; every thread makes its own. */
export class TortureWords {
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly #records: Float64Array;

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
    this.#records = new Float64Array(buffer, WITNESS_WORDS * 4);
  }

  static create(tasks: number): TortureWords {
    const bytes = WITNESS_WORDS * 4 + tasks * RECORD_DOUBLES * 8;
    return new TortureWords(new SharedArrayBuffer(bytes));
  }

  static attach(buffer: SharedArrayBuffer): TortureWords {
    return new TortureWords(buffer);
  }

  get tasks(): number {
    return this.#records.length / RECORD_DOUBLES;
  }

  acquisitions(task: number): number {
    return this.#records[task * RECORD_DOUBLES + RECORD.acquisitions]!;
  }

  countAcquisition(task: number): void {
    this.#records[task * RECORD_DOUBLES + RECORD.acquisitions]! += 1;
  }

  doing(task: number): Doing {
    return this.#records[task * RECORD_DOUBLES + RECORD.doing] as Doing;
  }

  setDoing(task: number, doing: Doing): void {
    this.#records[task * RECORD_DOUBLES + RECORD.doing] = doing;
  }

  isWaiting(task: number): boolean {
    const doing = this.doing(task);
    return doing === DOING.waitingForRead || doing === DOING.waitingForWrite;
  }
}
