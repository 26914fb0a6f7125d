import { array, assert, constantFrom, double, integer, oneof, property, tuple } from 'fast-check';
import { expect, it } from 'vitest';
import { compareRounds } from './compare.js';

/** Measurements over twelve decades, zeros among them. */
const value = oneof(
  { weight: 4, arbitrary: double({ min: 1e-3, max: 1e9, noNaN: true }) },
  { weight: 1, arbitrary: constantFrom(0) },
);
const pairsOfRounds = array(tuple(value, value), { maxLength: 20 });
const better = constantFrom('higher' as const, 'lower' as const);

it('yields finite numbers or null, in order, never NaN', () => {
  assert(
    property(pairsOfRounds, better, integer({ min: 0 }), (pairs, direction, seed) => {
      const { change, ciLow, ciHigh, p, verdict } = compareRounds(
        pairs.map(([base]) => base),
        pairs.map(([, candidate]) => candidate),
        direction,
        seed,
      );
      for (const number of [change, ciLow, ciHigh, p]) {
        expect(number === null || Number.isFinite(number)).toBe(true);
      }
      if (ciLow !== null && change !== null) expect(ciLow).toBeLessThanOrEqual(change);
      if (change !== null && ciHigh !== null) expect(change).toBeLessThanOrEqual(ciHigh);
      if (change === null) expect(verdict).toBe('inconclusive');
    }),
    { numRuns: 60 },
  );
});

it('calls the same numbers faster one way and slower the other', () => {
  const opposite = { faster: 'slower', slower: 'faster' } as const;
  assert(
    property(pairsOfRounds, (pairs) => {
      const base = pairs.map(([left]) => left);
      const candidate = pairs.map(([, right]) => right);
      const higher = compareRounds(base, candidate, 'higher', 1);
      const lower = compareRounds(base, candidate, 'lower', 1);
      expect(lower).toEqual({
        ...higher,
        verdict:
          higher.verdict === 'faster' || higher.verdict === 'slower'
            ? opposite[higher.verdict]
            : higher.verdict,
      });
    }),
    { numRuns: 60 },
  );
});
