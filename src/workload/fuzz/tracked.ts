/**
 * Mappings that somebody has made, for others to take apart: a ring of first pages and lengths that
 * the tasks of an address space share. Nothing guards it; a pair that is torn is a range, too.
 */
const SLOTS = 64;

export class Tracked {
  readonly #words: Int32Array;
  #next: number;

  /** `words`: of an address space, shared by its tasks; `from`: where this task begins to write. */
  constructor(words: Int32Array, from: number) {
    this.#words = words;
    this.#next = from;
  }

  static readonly words = 2 * SLOTS;

  add(first: number, pages: number): void {
    const slot = (this.#next++ * 7) % SLOTS;
    this.#words[2 * slot] = first;
    this.#words[2 * slot + 1] = pages;
  }

  slotOf(chance: number): number {
    return chance % SLOTS;
  }

  firstOf(slot: number): number {
    return this.#words[2 * slot]!;
  }

  pagesOf(slot: number): number {
    return this.#words[2 * slot + 1]!;
  }
}
