import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { compareUnpaired, roundsSuffice } from './compare-unpaired.js';
import { normalDraws } from './testing/random-samples.js';

const rate = (value: number): number => 1e7 * Math.exp(0.02 * value);

describe('two runs that share nothing', () => {
  it('of the same kernel are rarely told apart', () => {
    const prng = new Prng(41, 1_000);
    let wrong = 0;
    for (let run = 0; run < 200; run++) {
      const [one, other] = [normalDraws(prng, 10).map(rate), normalDraws(prng, 10).map(rate)];
      const { verdict } = compareUnpaired(one, other, 'higher', run);
      if (verdict === 'faster' || verdict === 'slower') wrong++;
    }
    expect(wrong / 200).toBeLessThanOrEqual(0.05);
  });

  it('are, when one is 8 % slower', () => {
    const prng = new Prng(42, 1_000);
    let found = 0;
    for (let run = 0; run < 50; run++) {
      const base = normalDraws(prng, 10).map(rate);
      const candidate = normalDraws(prng, 10).map((value) => 0.92 * rate(value));
      if (compareUnpaired(base, candidate, 'higher', run).verdict === 'slower') found++;
    }
    expect(found).toBeGreaterThanOrEqual(48);
  });

  it('may differ in their number of rounds', () => {
    const comparison = compareUnpaired(
      [10, 10.1, 10.2, 9.9],
      [13, 13.1, 12.9, 13.2, 13],
      'higher',
      1,
    );
    expect(comparison).toMatchObject({ baseRounds: 4, candidateRounds: 5, verdict: 'faster' });
    expect(comparison.ciLow!).toBeLessThan(comparison.change!);
    expect(comparison.change!).toBeLessThan(comparison.ciHigh!);
  });

  it('are inconclusive with rounds too few, from zero, or without any', () => {
    expect(compareUnpaired([1, 1.1, 1.2], [2, 2.1, 2.2], 'higher', 1).verdict).toBe('inconclusive');
    const zeros = new Array<number>(10).fill(0);
    expect(
      compareUnpaired(
        zeros,
        zeros.map((_, i) => i + 1),
        'higher',
        1,
      ),
    ).toMatchObject({
      change: null,
      verdict: 'inconclusive',
    });
    expect(compareUnpaired([], [1], 'higher', 1)).toMatchObject({
      change: null,
      ciLow: null,
      p: null,
      verdict: 'inconclusive',
    });
  });

  it('need four rounds each, more for more comparisons', () => {
    expect(roundsSuffice(3, 3)).toBe(false);
    expect(roundsSuffice(4, 4)).toBe(true);
    expect(roundsSuffice(4, 4, 2)).toBe(false);
    expect(roundsSuffice(3, 20)).toBe(true);
  });
});
