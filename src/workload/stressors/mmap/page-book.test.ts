import { describe, expect, it } from 'vitest';
import { Prng, STREAM } from '../../../util/prng.js';
import { PageBook } from './page-book.js';

/** Linear probing as it is described, a probe at a time. */
class SlowProbing {
  readonly taken: boolean[];
  left: number;

  constructor(pages: number) {
    this.taken = new Array<boolean>(pages).fill(false);
    this.left = pages;
  }

  seek(start: number): number {
    for (let probe = 0; probe < this.left; probe++) {
      const page = (start + probe) % this.taken.length;
      if (!this.taken[page]!) return page;
    }
    return -1;
  }

  take(page: number): void {
    this.taken[page] = true;
    this.left -= 1;
  }
}

describe('linear probing', () => {
  it.each([1, 2, 3, 64, 257])('of %i pages finds what probes one by one would find', (pages) => {
    for (let seed = 0; seed < 20; seed++) {
      const prng = new Prng(seed, STREAM.task);
      const fast = new PageBook(pages).probing();
      const slow = new SlowProbing(pages);
      let misses = 0;
      while (slow.left > 0) {
        const start = prng.below(pages);
        const page = fast.seek(start);
        expect(page).toBe(slow.seek(start));
        if (page < 0) misses += 1;
        else {
          fast.take(page);
          slow.take(page);
        }
      }
      expect(fast.left).toBe(0);
      if (pages === 257) expect(misses).toBeGreaterThan(0);
    }
  });

  it('begins anew, whatever was taken', () => {
    const book = new PageBook(5);
    const first = book.probing();
    for (let page = 0; page < 5; page++) first.take(page);
    const second = book.probing();
    expect(second.left).toBe(5);
    expect([0, 1, 2, 3, 4].map((page) => second.seek(page))).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a shuffled order', () => {
  it('has every page once, and every page anywhere', () => {
    const pages = 50;
    const book = new PageBook(pages);
    const prng = new Prng(3, STREAM.task);
    let sumOfFirst = 0;
    for (let round = 0; round < 400; round++) {
      const order = book.shuffled((bound) => prng.below(bound));
      sumOfFirst += order[0]!;
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: pages }, (_, i) => i));
    }
    // Standard error of the mean is 0.72.
    expect(Math.abs(sumOfFirst / 400 - (pages - 1) / 2)).toBeLessThan(4);
  });
});
