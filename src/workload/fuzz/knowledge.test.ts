/** What an owner may and may not see. */
import { describe, expect, it } from 'vitest';
import { FileWatch } from './file-watch.js';
import { wordOf } from './arena.js';
import { LOOSE_FROM } from './arena.js';
import { Knowledge } from './knowledge.js';

const STRICT = 3;
const LOOSE = LOOSE_FROM + 3;

describe('a page of a strip', () => {
  it('is not to be seen before it was mapped, after a denial, or after it was unmapped', () => {
    const known = new Knowledge();
    expect(known.loaded(STRICT, 0, true)).toBe(false);
    known.mapped(0, 8);
    known.loadDenied(STRICT);
    expect(known.loaded(STRICT, 0, true)).toBe(false);
    known.mapped(0, 8);
    known.unmapped(STRICT, 1);
    expect(known.stored(STRICT, 7)).toBe(false);
  });

  it('shows the last word stored, zero before that, and in the loose half zero at any time', () => {
    const known = new Knowledge();
    known.mapped(0, 64);
    for (const page of [STRICT, LOOSE]) {
      expect(known.loaded(page, 0, true)).toBe(true);
      expect(known.stored(page, 7)).toBe(true);
      expect(known.loaded(page, 7, true)).toBe(true);
    }
    expect(known.loaded(LOOSE, 0, true)).toBe(true);
    expect(known.loaded(LOOSE, 7, true)).toBe(false);
    expect(known.loaded(STRICT, 0, true)).toBe(false);
  });

  it('may be denied in the loose half and come back, but not with what was there before a map', () => {
    const known = new Knowledge();
    known.mapped(LOOSE, 1);
    known.stored(LOOSE, 7);
    known.loadDenied(LOOSE);
    known.storeDenied(LOOSE);
    expect(known.loaded(LOOSE, 7, true)).toBe(true);
    known.mapped(LOOSE, 1);
    expect(known.loaded(LOOSE, 7, true)).toBe(false);
  });

  it('that was never stored to may be the zero page for a while after a store was denied, for loads alone', () => {
    const known = new Knowledge();
    known.mapped(0, 8);
    known.storeDenied(STRICT);
    expect(known.loaded(STRICT, 0, true)).toBe(true);
    expect(known.loaded(STRICT, 7, true)).toBe(false);
    expect(known.stored(STRICT, 7)).toBe(false);
    known.mapped(0, 8);
    known.storeDenied(STRICT);
    known.loadDenied(STRICT);
    expect(known.loaded(STRICT, 0, true)).toBe(false);
    known.mapped(0, 8);
    known.stored(STRICT, 7);
    known.storeDenied(STRICT);
    expect(known.loaded(STRICT, 0, true)).toBe(false);
  });

  it('moves with its word and leaves nothing behind', () => {
    const known = new Knowledge();
    known.mapped(0, 8);
    known.stored(1, 7);
    known.moved(0, 4, 2, false);
    expect(known.loaded(5, 7, true)).toBe(true);
    expect(known.loaded(1, 7, true)).toBe(false);
  });

  it('is anything of its owner once a call has failed half-way, and then what was seen', () => {
    const known = new Knowledge();
    known.mapped(0, 8);
    known.stored(1, 7);
    known.blur(0, 2);
    expect(known.loaded(1, 99, false)).toBe(false);
    known.blur(0, 2);
    expect(known.loaded(1, 99, true)).toBe(true);
    expect(known.loaded(1, 7, true)).toBe(false);
  });
});

describe('a page of the file', () => {
  it('of its own is what was stored last; of another it never gets older', () => {
    const watch = new FileWatch(4);
    watch.stored(0, wordOf(2, 5, true));
    expect(watch.loaded(0, wordOf(2, 5, true), 2, true)).toBe(true);
    expect(watch.loaded(0, wordOf(2, 4, true), 2, true)).toBe(false);
    expect(watch.loaded(1, 0, 3, false)).toBe(true);
    expect(watch.loaded(1, wordOf(3, 8, true), 3, false)).toBe(true);
    expect(watch.loaded(1, wordOf(3, 9, true), 3, false)).toBe(true);
    expect(watch.loaded(1, wordOf(3, 8, true), 3, false)).toBe(false);
    expect(watch.loaded(1, wordOf(2, 10, true), 3, false)).toBe(false);
    expect(watch.loaded(1, 0, 3, false)).toBe(false);
  });
});
