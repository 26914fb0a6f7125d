/**
 * Who is due when: a binary heap of entries ordered by (time, sequence). Times are whole nanoseconds,
 * sequence numbers rise with every insertion, so that the order is total and the same everywhere.
 * An entry is a small integer that stands for a task; each is in the queue at most once.
 */
import { assert } from '../../util/assert.js';

export class EventQueue {
  readonly #entries: Int32Array;
  /** By entry. */
  readonly #times: Float64Array;
  readonly #sequences: Float64Array;
  /** Where in the heap an entry is, -1 when it is not. */
  readonly #places: Int32Array;
  #size = 0;
  #sequence = 0;

  constructor(entries: number) {
    this.#entries = new Int32Array(entries);
    this.#times = new Float64Array(entries);
    this.#sequences = new Float64Array(entries);
    this.#places = new Int32Array(entries).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  /** When the first entry is due; Infinity when there is none. */
  get nextTime(): number {
    return this.#size === 0 ? Infinity : this.#times[this.#entries[0]!]!;
  }

  /** When the entry that was taken out last was due. */
  lastTime = 0;

  push(entry: number, time: number): void {
    assert(this.#places[entry] === -1, 'an entry is in the queue twice');
    this.#times[entry] = time;
    this.#sequences[entry] = this.#sequence;
    this.#sequence += 1;
    this.#rise(this.#size, entry);
    this.#size += 1;
  }

  /** Takes the first entry out; the queue is not empty. */
  pop(): number {
    const first = this.#entries[0]!;
    this.#places[first] = -1;
    this.lastTime = this.#times[first]!;
    this.#size -= 1;
    if (this.#size > 0) this.#sink(0, this.#entries[this.#size]!);
    return first;
  }

  /** Makes an entry due no later than `time`, whether it is in the queue or not. */
  hasten(entry: number, time: number): void {
    const at = this.#places[entry]!;
    if (at === -1) {
      this.push(entry, time);
      return;
    }
    if (time >= this.#times[entry]!) return;
    this.#times[entry] = time;
    this.#sequences[entry] = this.#sequence;
    this.#sequence += 1;
    this.#rise(at, entry);
  }

  #rise(from: number, entry: number): void {
    const entries = this.#entries;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(entry, entries[parent]!)) break;
      this.#put(at, entries[parent]!);
      at = parent;
    }
    this.#put(at, entry);
  }

  /** Lets `entry` sink from `from` to its place. */
  #sink(from: number, entry: number): void {
    const entries = this.#entries;
    const size = this.#size;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#isBefore(entries[right]!, entries[child]!)) child = right;
      if (!this.#isBefore(entries[child]!, entry)) break;
      this.#put(at, entries[child]!);
      at = child;
    }
    this.#put(at, entry);
  }

  #put(at: number, entry: number): void {
    this.#entries[at] = entry;
    this.#places[entry] = at;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#times[a]! - this.#times[b]!;
    return difference < 0 || (difference === 0 && this.#sequences[a]! < this.#sequences[b]!);
  }
}
