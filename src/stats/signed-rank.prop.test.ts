import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';
import { signedRankP } from './signed-rank.js';

/** Small whole numbers, so that ties and zeros are common. */
const differences = array(integer({ min: -4, max: 4 }), { maxLength: 12 });

it('equals the count over all sign patterns, written out', () => {
  assert(
    property(differences, (sample) => {
      expect(signedRankP(sample)).toBeCloseTo(enumeratedP(sample), 12);
    }),
    { numRuns: 300 },
  );
});

it('does not care for order, sign convention or unit', () => {
  assert(
    property(differences, (sample) => {
      const p = signedRankP(sample);
      expect(signedRankP([...sample].reverse())).toBe(p);
      expect(signedRankP(sample.map((difference) => -difference))).toBe(p);
      expect(signedRankP(sample.map((difference) => difference * 1e-9))).toBe(p);
    }),
  );
});

/** The definition: every difference keeps its size and takes either sign, 2^n equally likely ways. */
function enumeratedP(sample: readonly number[]): number {
  const sizes = sample.filter((difference) => difference !== 0).map(Math.abs);
  const signs = sample.filter((difference) => difference !== 0).map(Math.sign);
  const ranks = sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length;
    const tied = sizes.filter((other) => other === size).length;
    return below + (tied + 1) / 2;
  });
  const lopsidedness = (pattern: readonly number[]): number =>
    Math.abs(pattern.reduce((sum, sign, index) => sum + sign * ranks[index]!, 0));
  const seen = lopsidedness(signs);
  let asLopsided = 0;
  for (let bits = 0; bits < 2 ** sizes.length; bits++) {
    const pattern = sizes.map((_, index) => ((bits >> index) & 1) * 2 - 1);
    if (lopsidedness(pattern) >= seen) asLopsided++;
  }
  return asLopsided / 2 ** sizes.length;
}
