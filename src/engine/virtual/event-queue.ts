/**
 * Who is due when: entries in the order of (time, sequence), whole nanoseconds and, among equals, the
 * order in which they came. An entry is a small integer that stands for a task; each is in the queue
 * at most once.
 *
 * A sorted ring. A task that has made a step is most often due again after nearly all others, or before
 * them, so that going in from the nearer end moves few of them: cheaper than a heap's way down for tens
 * of tasks, and no dearer for a thousand.
 */
import { assert } from '../../util/assert.js';

/** Entries looked at one by one from the end on, before the place is searched for by halves. */
const LOOKS_BACK = 4;

export class EventQueue {
  readonly #times: Float64Array;
  readonly #entries: Int32Array;
  /** When an entry is due that is in the queue; NaN for those that are not. */
  readonly #dueOf: Float64Array;
  readonly #mask: number;
  /** Positions run free and are masked; entries are at [head, tail). */
  #head = 0;
  #tail = 0;

  /** For entries from 0 to `entries` - 1. */
  /** `at`: the position at which the ring begins to be used, for tests of what is far along it. */
  constructor(entries: number, at = 0) {
    this.#head = at;
    this.#tail = at;
    const capacity = 1 << (32 - Math.clz32(entries));
    this.#times = new Float64Array(capacity);
    this.#entries = new Int32Array(capacity);
    this.#dueOf = new Float64Array(entries).fill(NaN);
    this.#mask = capacity - 1;
  }

  get size(): number {
    return this.#tail - this.#head;
  }

  /** The entry that is due first; the queue is not empty. */
  get first(): number {
    return this.#entries[this.#head & this.#mask]!;
  }

  /** When the first entry is due; Infinity when there is none. */
  get firstTime(): number {
    return this.#tail === this.#head ? Infinity : this.#times[this.#head & this.#mask]!;
  }

  /** When the one after the first is due; Infinity when there is none. */
  get secondTime(): number {
    return this.#tail - this.#head < 2 ? Infinity : this.#times[(this.#head + 1) & this.#mask]!;
  }

  push(entry: number, time: number): void {
    assert(Number.isNaN(this.#dueOf[entry]), 'an entry is in the queue twice');
    this.#insert(entry, time);
  }

  /** Puts the first entry off until `time`, behind all that are due by then. */
  delayFirst(time: number): void {
    const entry = this.first;
    this.#head += 1;
    this.#insert(entry, time);
  }

  /** Takes the first entry out; the queue is not empty. */
  removeFirst(): void {
    this.#dueOf[this.first] = NaN;
    this.#head += 1;
  }

  /** Makes an entry that is in the queue due no later than `time`. */
  hasten(entry: number, time: number): void {
    const due = this.#dueOf[entry]!;
    assert(!Number.isNaN(due), 'only an entry of the queue can be hastened');
    if (time >= due) return;
    let at = this.#endOf(due) - 1;
    while (this.#entries[at & this.#mask] !== entry) at -= 1;
    this.#remove(at);
    this.#insert(entry, time);
  }

  #insert(entry: number, time: number): void {
    const at = this.#endOf(time);
    let place = at;
    if (at - this.#head < this.#tail - at) {
      for (let from = this.#head; from < at; from++) this.#move(from, from - 1);
      this.#head -= 1;
      place -= 1;
    } else {
      for (let from = this.#tail - 1; from >= at; from--) this.#move(from, from + 1);
      this.#tail += 1;
    }
    this.#times[place & this.#mask] = time;
    this.#entries[place & this.#mask] = entry;
    this.#dueOf[entry] = time;
  }

  #remove(at: number): void {
    if (at - this.#head < this.#tail - at) {
      for (let from = at - 1; from >= this.#head; from--) this.#move(from, from + 1);
      this.#head += 1;
    } else {
      for (let from = at + 1; from < this.#tail; from++) this.#move(from, from - 1);
      this.#tail -= 1;
    }
  }

  /** Behind the last entry that is due by `time`. */
  #endOf(time: number): number {
    const times = this.#times;
    const mask = this.#mask;
    let low = this.#head;
    let high = this.#tail;
    // Of tasks that queue up for one lock, the one that has made a step is due last or nearly so.
    for (let looks = 0; looks < LOOKS_BACK && low < high; looks++) {
      if (times[(high - 1) & mask]! <= time) return high;
      high -= 1;
    }
    while (low < high) {
      const middle = low + ((high - low) >> 1);
      if (times[middle & mask]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #move(from: number, to: number): void {
    const mask = this.#mask;
    this.#times[to & mask] = this.#times[from & mask]!;
    this.#entries[to & mask] = this.#entries[from & mask]!;
  }
}
