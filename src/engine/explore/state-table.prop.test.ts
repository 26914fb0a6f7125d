import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateTable } from './state-table.js';

/** The obvious table. */
class SlowTable {
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#numbers.size;
  }

  covers(low: number, high: number, number: number): boolean {
    const key = `${low} ${high}`;
    const held = this.#numbers.get(key);
    if (held !== undefined && held >= number) return true;
    this.#numbers.set(key, number);
    return false;
  }
}

type Query = readonly [low: number, high: number, number: number];

function compare(queries: readonly Query[]): void {
  const table = new StateTable();
  const slow = new SlowTable();
  for (const [i, query] of queries.entries()) {
    expect(table.covers(...query), `query ${i} of ${queries.length}`).toBe(slow.covers(...query));
  }
  expect(table.size).toBe(slow.size);
}

/** Few different ones, so that states come again, and all extremes of an Int32Array among them. */
const word = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 2 ** 14, 2 ** 24, -(2 ** 14)),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);
const number = fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(253, 254));

describe('StateTable', () => {
  it('does what a Map does', () => {
    const queries = fc.array(fc.tuple(word, word, number), { maxLength: 200, size: 'max' });
    fc.assert(fc.property(queries, compare), { seed: 417, numRuns: 200 });
  });

  it('tells states apart that want the same place: same low words, low words past its end', () => {
    const collision = fc.tuple(
      // The same in the lowest 14 bits, of which a small table makes its places; or the last place.
      fc.constantFrom(0, 2 ** 14, 2 ** 20, -(2 ** 31), -1, 2 ** 14 - 1),
      fc.nat({ max: 30 }),
      number,
    );
    const queries = fc.array(collision, { minLength: 100, maxLength: 300, size: 'max' });
    fc.assert(fc.property(queries, compare), { seed: 417, numRuns: 100 });
  });

  it.each([
    ['spread out', (i: number) => Math.imul(i, 0x9e37_79b1)],
    ['all in a row', (i: number) => i],
    ['far apart, with few different low bits', (i: number) => (i << 12) | (i >>> 18)],
  ])('keeps every state and its number while it grows: low words %s', (_, lowOf) => {
    const table = new StateTable();
    // Doubles twice from 2^14 places.
    const count = 30_000;
    const places = Array.from({ length: count }, (_, i) => i);
    const misses = (number: (i: number) => number): number =>
      places.filter((i) => !table.covers(lowOf(i), ~i, number(i))).length;
    expect(misses((i) => i % 3)).toBe(count);
    expect(table.size).toBe(count);
    expect(misses((i) => i % 3)).toBe(0);
    expect(misses((i) => (i % 3) + (i % 2))).toBe(count / 2);
    expect(misses(() => 254)).toBe(count);
    expect(misses(() => 254)).toBe(0);
    expect(table.size).toBe(count);
  });
});
