/**
 * States by their 64-bit hash, each with a number from 0 to 254: an open-addressed table, because a
 * Map of millions of entries costs ten times the memory. It doubles up to a limit; when it is full it
 * takes no more, and a search then does some work twice and misses nothing.
 */
import { assert } from '../../util/assert.js';

const LOG2_PLACES_MIN = 14;
/** 150 MiB. */
const LOG2_PLACES_MAX = 24;
const LOAD_MAX = 0.7;

export class StateTable {
  #mask = 0;
  #low = new Int32Array(0);
  #high = new Int32Array(0);
  /** The number plus one; 0 for a free place. */
  #numbers = new Uint8Array(0);
  /** States that it holds. */
  size = 0;

  constructor() {
    this.#resize(LOG2_PLACES_MIN);
  }

  /** Whether the state is there with `number` or more; if not, it is from now on, given room. */
  covers(low: number, high: number, number: number): boolean {
    assert(number >= 0 && number < 255, `a state cannot be held with ${number}`);
    const at = this.#find(low, high);
    const held = this.#numbers[at]!;
    if (held > number) return true;
    if (held !== 0) this.#numbers[at] = number + 1;
    else this.#add(at, low, high, number);
    return false;
  }

  #add(at: number, low: number, high: number, number: number): void {
    const places = this.#mask + 1;
    let place = at;
    if (this.size >= places * LOAD_MAX) {
      if (places === 2 ** LOG2_PLACES_MAX) return;
      this.#resize(Math.log2(places) + 1);
      place = this.#find(low, high);
    }
    this.#low[place] = low;
    this.#high[place] = high;
    this.#numbers[place] = number + 1;
    this.size += 1;
  }

  /** Where the state is, or the free place where it belongs. */
  #find(low: number, high: number): number {
    let at = low & this.#mask;
    while (this.#numbers[at] !== 0 && (this.#low[at] !== low || this.#high[at] !== high)) {
      at = (at + 1) & this.#mask;
    }
    return at;
  }

  #resize(log2Places: number): void {
    const low = this.#low;
    const high = this.#high;
    const numbers = this.#numbers;
    const places = 2 ** log2Places;
    this.#mask = places - 1;
    this.#low = new Int32Array(places);
    this.#high = new Int32Array(places);
    this.#numbers = new Uint8Array(places);
    for (let from = 0; from < numbers.length; from++) {
      if (numbers[from] === 0) continue;
      const to = this.#find(low[from]!, high[from]!);
      this.#low[to] = low[from]!;
      this.#high[to] = high[from]!;
      this.#numbers[to] = numbers[from]!;
    }
  }
}
