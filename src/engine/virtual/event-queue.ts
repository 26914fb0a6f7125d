/**
 * Who is due when: entries in the order of (time, sequence), whole nanoseconds and, among equals, the
 * order in which they came. An entry is a small integer that stands for a task; each is in the queue
 * at most once.
 *
 * A sorted ring. A task that has made a step is most often due again after nearly all others, so that
 * going in from the back moves few of them: cheaper than a heap's way down for tens of tasks, and no
 * dearer for a thousand.
 */
import { assert } from '../../util/assert.js';

export class EventQueue {
  readonly #times: Float64Array;
  readonly #entries: Int32Array;
  /** 1 by entry while it is in the queue. */
  readonly #queued: Uint8Array;
  readonly #mask: number;
  /** Positions run free and are masked; entries are at [head, tail). */
  #head = 0;
  #tail = 0;

  constructor(entries: number) {
    const capacity = 2 ** Math.ceil(Math.log2(entries + 1));
    this.#times = new Float64Array(capacity);
    this.#entries = new Int32Array(capacity);
    this.#queued = new Uint8Array(entries);
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
    assert(this.#queued[entry] === 0, 'an entry is in the queue twice');
    this.#queued[entry] = 1;
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
    this.#queued[this.first] = 0;
    this.#head += 1;
  }

  /** Makes an entry that is in the queue due no later than `time`. */
  hasten(entry: number, time: number): void {
    assert(this.#queued[entry] === 1, 'only an entry of the queue can be hastened');
    const at = this.#placeOf(entry);
    if (time >= this.#times[at & this.#mask]!) return;
    for (let place = at; place < this.#tail - 1; place++) this.#move(place + 1, place);
    this.#tail -= 1;
    this.#insert(entry, time);
  }

  #insert(entry: number, time: number): void {
    const times = this.#times;
    const mask = this.#mask;
    let at = this.#tail;
    for (; at > this.#head && times[(at - 1) & mask]! > time; at--) this.#move(at - 1, at);
    times[at & mask] = time;
    this.#entries[at & mask] = entry;
    this.#tail += 1;
  }

  #move(from: number, to: number): void {
    const mask = this.#mask;
    this.#times[to & mask] = this.#times[from & mask]!;
    this.#entries[to & mask] = this.#entries[from & mask]!;
  }

  /** The position of an entry that is there. */
  #placeOf(entry: number): number {
    let at = this.#head;
    while (this.#entries[at & this.#mask] !== entry) at += 1;
    return at;
  }
}
