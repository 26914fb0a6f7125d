import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { median } from './median.js';
import { roundsSuffice, unpairedDifference } from './compare-unpaired.js';
import { normalDraws } from './testing/random-samples.js';
import { judgeMeasured, type Verdict } from './verdict.js';

function verdictOf(base: readonly number[], candidate: readonly number[], seed = 1): Verdict {
  const difference = unpairedDifference(base, candidate, seed);
  const enough = roundsSuffice(base.length, candidate.length);
  return judgeMeasured(difference, difference.p, enough, 'higher');
}

const rate = (value: number): number => 1e7 * Math.exp(0.02 * value);

describe('two runs that share nothing', () => {
  it('of the same kernel are rarely told apart', () => {
    const prng = new Prng(41, 1_000);
    let wrong = 0;
    for (let run = 0; run < 200; run++) {
      const [one, other] = [normalDraws(prng, 10).map(rate), normalDraws(prng, 10).map(rate)];
      const verdict = verdictOf(one, other, run);
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
      if (verdictOf(base, candidate, run) === 'slower') found++;
    }
    expect(found).toBeGreaterThanOrEqual(48);
  });

  it('may differ in their number of rounds', () => {
    const [base, candidate] = [
      [10, 10.1, 10.2, 9.9],
      [13, 13.1, 12.9, 13.2, 13],
    ];
    const { change, ciLow, ciHigh } = unpairedDifference(base, candidate, 1);
    expect(verdictOf(base, candidate)).toBe('faster');
    expect(ciLow!).toBeLessThan(change!);
    expect(change!).toBeLessThan(ciHigh!);
  });

  it('have the change of the medians that are shown, within its interval, whatever lies between', () => {
    // The middle values of each are far apart: midpoints of logarithms would say something else.
    const base = [100, 110, 400, 410];
    const candidate = [90, 100, 900, 1000];
    const { change, ciLow, ciHigh } = unpairedDifference(base, candidate, 1);
    expect(change).toBeCloseTo(median(candidate) / median(base) - 1, 12);
    expect(ciLow!).toBeLessThan(change!);
    expect(change!).toBeLessThan(ciHigh!);
  });

  it('have a change, but no interval and no p, with rounds too few for any verdict', () => {
    const difference = unpairedDifference([1, 1.1, 1.2], [2, 2.2, 2.4], 1);
    expect(difference).toMatchObject({ ciLow: null, ciHigh: null, p: null });
    expect(difference.change).toBeCloseTo(1, 12);
    expect(verdictOf([1, 1.1, 1.2], [2, 2.1, 2.2])).toBe('inconclusive');
  });

  it('are inconclusive from zero, or without any', () => {
    const zeros = new Array<number>(10).fill(0);
    const some = zeros.map((_, index) => index + 1);
    expect(unpairedDifference(zeros, some, 1).change).toBeNull();
    expect(verdictOf(zeros, some)).toBe('inconclusive');
    expect(unpairedDifference([], [1], 1)).toEqual({
      ...{ change: null, ciLow: null, ciHigh: null, p: null },
    });
    expect(unpairedDifference([-1, 2, 3, 4], [1, 2, 3, 4], 1).change).toBeNull();
  });

  it('need four rounds each, more for more comparisons', () => {
    expect(roundsSuffice(3, 3)).toBe(false);
    expect(roundsSuffice(4, 4)).toBe(true);
    expect(roundsSuffice(4, 4, 2)).toBe(false);
    expect(roundsSuffice(3, 20)).toBe(true);
  });
});
