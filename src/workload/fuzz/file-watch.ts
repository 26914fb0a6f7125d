/**
 * What a task knows of the pages of a shared file: its own hold what it stored last, however often the
 * file was unmapped, written back or dropped from memory since; of others' it has seen a word, and
 * must not see an older one.
 */
import { counterOfWord, isCommonWord, taskOfWord } from './arena.js';

/** So far behind, a counter has not gone back: it has come round. */
const WRAP = 2 ** 19;

export class FileWatch {
  /** Last words seen or stored, 0 for none. */
  readonly #words: Int32Array;

  constructor(pages: number) {
    this.#words = new Int32Array(pages);
  }

  wordAt(page: number): number {
    return this.#words[page]!;
  }

  stored(page: number, word: number): void {
    this.#words[page] = word;
  }

  /** A load has shown `seen` of a page of `owner`'s. False if it must not have. */
  loaded(page: number, seen: number, owner: number, isOwn: boolean): boolean {
    const last = this.#words[page]!;
    this.#words[page] = seen;
    if (isOwn || seen === last) return seen === last;
    if (seen === 0 || taskOfWord(seen) !== owner || !isCommonWord(seen)) return false;
    if (last === 0) return true;
    const behind = counterOfWord(last) - counterOfWord(seen);
    return behind <= 0 || behind > WRAP;
  }
}
