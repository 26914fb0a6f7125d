import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { rateOf } from './binomial.js';
import { uniformDraw } from './testing/random-samples.js';

describe('a rate', () => {
  // scipy 1.17, binomtest(count, of).proportion_ci(method='exact').
  it.each([
    [0, 10, 0, 0.30849710781876294],
    [1, 10, 0.0025285785444625728, 0.44501611702819543],
    [5, 10, 0.1870860284474045, 0.8129139715525955],
    [10, 10, 0.6915028921812371, 1],
    [0, 50, 0, 0.07112173646420458],
    [1, 50, 0.0005062279831152354, 0.10646954571150097],
    [45, 50, 0.7818646335657977, 0.9667249064109785],
    [3, 1000, 0.0006190999316499173, 0.008742023238657654],
    [500, 1000, 0.46854917297179194, 0.531450827028208],
  ])('%i of %i is within the interval that scipy gives', (count, of, low, high) => {
    const rate = rateOf(count, of);
    expect(rate).toMatchObject({ count, of, rate: count / of });
    expect(rate.low).toBeCloseTo(low, 10);
    expect(rate.high).toBeCloseTo(high, 10);
  });

  it('of nothing is unknown', () => {
    expect(rateOf(0, 0)).toEqual({ count: 0, of: 0, rate: null, low: 0, high: 1 });
  });

  it.each([
    [-1, 3],
    [4, 3],
    [NaN, 3],
  ])('there is none of %s in %i', (count, of) => {
    expect(() => rateOf(count, of)).toThrow(RangeError);
  });

  it.each([0.02, 0.3, 0.9])('of %s is missed by no more than 5 % of the intervals', (truth) => {
    const prng = new Prng(5, 1);
    const missed = Array.from({ length: 1000 }, () => {
      const hits = Array.from({ length: 20 }, () => uniformDraw(prng)).filter((u) => u < truth);
      const { low, high } = rateOf(hits.length, 20);
      return low > truth || high < truth;
    }).filter(Boolean).length;
    expect(missed).toBeLessThanOrEqual(60);
  });
});
