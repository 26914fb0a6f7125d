/**
 * What the owner of a strip knows of its pages, and what a load or a store may therefore see, whatever
 * the others do and in whatever order. In the strict half others unmap, so that an access may be denied,
 * and once it was, it stays so until the owner maps the page again. In the loose half others discard and
 * protect as well: zero may come at any time, and then stays; a denial says nothing.
 *
 * A page that was never denied holds the last word stored, or zero if there was none since it was mapped.
 */
import { LOOSE_FROM, STRIP_PAGES } from './arena.js';

const STATE = {
  /** Nothing is mapped: the owner was told so. */
  gone: 0,
  /** It holds `word`, if it is there. */
  known: 1,
  /** It holds `word`, another word of the owner's, or zero, if it is there. */
  unsure: 2,
  /**
   * A store was denied, and the page was never stored to: loads may go on for a while to show the zero
   * page, which stays where it is until the zap of an munmap that has marked its VMA dead (RFC v3).
   */
  dying: 3,
} as const;

export class Knowledge {
  /** Last words stored, 0 for none since the page was mapped. */
  readonly #words = new Int32Array(STRIP_PAGES);
  readonly #states = new Uint8Array(STRIP_PAGES);

  wordAt(page: number): number {
    return this.#words[page]!;
  }

  isGone(page: number): boolean {
    return this.#states[page] === STATE.gone;
  }

  /** The owner has mapped fresh pages. */
  mapped(page: number, pages: number): void {
    this.#words.fill(0, page, page + pages);
    this.#states.fill(STATE.known, page, page + pages);
  }

  /**
   * The owner has moved pages; where they were is nothing. `maySkip`: holes in them, which others may
   * have made, did not move, and what was in their new place is there still (Linux 6.17).
   */
  moved(from: number, to: number, pages: number, maySkip: boolean): void {
    this.#words.copyWithin(to, from, from + pages);
    this.#states.copyWithin(to, from, from + pages);
    if (maySkip) this.blur(to, pages);
    this.#states.fill(STATE.gone, from, from + pages);
  }

  /** The owner has unmapped them, and maps nothing there before the call returns. */
  unmapped(page: number, pages: number): void {
    this.#states.fill(STATE.gone, page, page + pages);
  }

  /** A call of the owner's that failed may have done part of its work. */
  blur(page: number, pages: number): void {
    this.#states.fill(STATE.unsure, page, page + pages);
  }

  /** A load was denied. */
  loadDenied(page: number): void {
    if (page < LOOSE_FROM) this.#states[page] = STATE.gone;
  }

  /** A store was denied. */
  storeDenied(page: number): void {
    if (page >= LOOSE_FROM || this.#isCertainlyGone(page)) return;
    // A page that was stored to is writable for as long as it is there.
    const isStored = this.#states[page] === STATE.known && this.#words[page] !== 0;
    this.#states[page] = isStored ? STATE.gone : STATE.dying;
  }

  /** A store went through. False if it must not have. */
  stored(page: number, word: number): boolean {
    const isRight = !this.#isCertainlyGone(page) && this.#states[page] !== STATE.dying;
    this.#words[page] = word;
    this.#states[page] = STATE.known;
    return isRight;
  }

  /** A load has shown `seen`; `isOwn`: a word of the owner's. False if it must not have. */
  loaded(page: number, seen: number, isOwn: boolean): boolean {
    if (this.#states[page] === STATE.dying) return seen === 0;
    const isUnsure = this.#states[page] === STATE.unsure;
    const isLoose = page >= LOOSE_FROM;
    const isRight =
      !this.#isCertainlyGone(page) &&
      (seen === this.#words[page] || (seen === 0 && (isLoose || isUnsure)) || (isUnsure && isOwn));
    this.#words[page] = seen;
    this.#states[page] = STATE.known;
    return isRight;
  }

  /** Moved away, unmapped or never mapped; in either half only the owner maps. */
  #isCertainlyGone(page: number): boolean {
    return this.#states[page] === STATE.gone;
  }
}
