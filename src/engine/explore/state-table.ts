/**
 * States by their 64-bit hash, each with a number from 0 to 254: an open-addressed table, because a
 * Map of millions of entries costs ten times the memory. When it is full it takes no more; a search
 * then does some work twice and misses nothing.
 */
const PROBES_MAX = 32;

export class StateTable {
  readonly #mask: number;
  readonly #low: Int32Array;
  readonly #high: Int32Array;
  /** The number plus one; 0 for a free place. */
  readonly #numbers: Uint8Array;
  /** States that it holds. */
  size = 0;

  /** `log2Places` 20: a million states in 9 MiB. */
  constructor(log2Places: number) {
    const places = 2 ** log2Places;
    this.#mask = places - 1;
    this.#low = new Int32Array(places);
    this.#high = new Int32Array(places);
    this.#numbers = new Uint8Array(places);
  }

  /** Whether the state is there with `number` or more; if not, it is from now on, given room. */
  covers(low: number, high: number, number: number): boolean {
    let at = low & this.#mask;
    for (let probes = 0; probes < PROBES_MAX; probes++) {
      const held = this.#numbers[at]!;
      if (held === 0) {
        this.#low[at] = low;
        this.#high[at] = high;
        this.#numbers[at] = number + 1;
        this.size += 1;
        return false;
      }
      if (this.#low[at] === low && this.#high[at] === high) {
        if (held > number) return true;
        this.#numbers[at] = number + 1;
        return false;
      }
      at = (at + 1) & this.#mask;
    }
    return false;
  }
}
