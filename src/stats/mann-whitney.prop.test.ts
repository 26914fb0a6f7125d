import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { mannWhitney } from './mann-whitney.js';

/** Small whole numbers, so that ties are common. */
const sample = array(integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 6 });

it('equals the count over all ways to divide the values, written out', () => {
  assert(
    property(sample, sample, (first, second) => {
      const { u, less, greater, p } = mannWhitney(first, second);
      const all = [...first, ...second];
      const us: number[] = [];
      for (let bits = 0; bits < 2 ** all.length; bits++) {
        const chosen = all.filter((_, index) => (bits >> index) & 1);
        if (chosen.length !== first.length) continue;
        us.push(
          wins(
            chosen,
            all.filter((_, index) => ((bits >> index) & 1) === 0),
          ),
        );
      }
      const share = (keep: (other: number) => boolean): number =>
        us.filter(keep).length / us.length;
      expect(u).toBe(wins(first, second));
      expect(less).toBeCloseTo(
        share((other) => other <= u),
        12,
      );
      expect(greater).toBeCloseTo(
        share((other) => other >= u),
        12,
      );
      expect(p).toBeCloseTo(Math.min(1, 2 * Math.min(less, greater)), 12);
    }),
    { numRuns: 150 },
  );
});

it('does not care for order or unit, and mirrors when the samples change places', () => {
  assert(
    property(sample, sample, (first, second) => {
      const { p, less } = mannWhitney(first, second);
      expect(mannWhitney([...first].reverse(), second).p).toBe(p);
      const nanoseconds = mannWhitney(
        first.map((value) => value * 1e-9),
        second.map((value) => value * 1e-9),
      );
      expect(nanoseconds.p).toBe(p);
      expect(mannWhitney(second, first).greater).toBeCloseTo(less, 12);
    }),
  );
});

/** The definition of U: how often a value of the first beats one of the second, a tie being half. */
function wins(first: readonly number[], second: readonly number[]): number {
  return first.reduce(
    (sum, value) =>
      sum + second.reduce((beaten, other) => beaten + (Math.sign(value - other) + 1) / 2, 0),
    0,
  );
}
