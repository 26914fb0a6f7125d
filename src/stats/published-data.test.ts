/** Data sets that have been analysed in print, with what was found there. */
import { describe, expect, it } from 'vitest';
import { unpairedDifference } from './compare-unpaired.js';
import { mannWhitney } from './mann-whitney.js';
import { signedRankP } from './signed-rank.js';
import { judgeMeasured } from './verdict.js';

describe("Darwin's maize, 15 pairs of crossed and self-fertilized plants", () => {
  // Fisher, The Design of Experiments (1935), section 17; R's wilcox.test, exact: V = 96, p = 0.04126.
  const heights = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

  it('has the p of the exact signed-rank test', () => {
    expect(signedRankP(heights).toFixed(5)).toBe('0.04126');
  });
});

describe("Student's sleep study, hours of sleep gained with one drug over the other", () => {
  // Student, Biometrika 6 (1908) 20, ten patients. R's help page of `sleep` gives p = 0.002833 for the
  // paired t-test; with one zero and nine gains, every exact test on signs gives 2 / 2^9.
  const gains = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];

  it('shows the difference', () => {
    expect(signedRankP(gains)).toBe(2 / 2 ** 9);
  });
});

describe('the example of benchstat', () => {
  // ns/op of encoding/gob and encoding/json before and after a change: golang.org/x/perf/cmd/benchstat,
  // whose documentation prints -13.31 % (p=0.016 n=4+5) and ~ (p=0.286 n=4+5).
  const gob = [13_552_735, 13_553_943, 13_606_356, 13_683_198];
  const gobAfter = [11_773_189, 11_942_588, 11_786_159, 11_628_583, 11_815_924];
  const json = [32_395_067, 32_334_214, 31_992_891, 31_735_022];
  const jsonAfter = [32_036_529, 32_156_552, 31_288_355, 31_559_706, 31_765_634];

  it('has the p that benchstat prints', () => {
    expect(mannWhitney(gob, gobAfter).p.toFixed(3)).toBe('0.016');
    expect(mannWhitney(json, jsonAfter).p.toFixed(3)).toBe('0.286');
  });

  it('is a verdict where benchstat prints one', () => {
    const found = unpairedDifference(gob, gobAfter, 1);
    const { change, ciLow, ciHigh } = found;
    expect(change).toBeCloseTo(-0.133, 2);
    expect(ciLow).toBeGreaterThan(-0.16);
    expect(ciHigh).toBeLessThan(-0.11);
    expect(judgeMeasured(found, found.p, true, 'lower')).toBe('faster');
    const unclear = unpairedDifference(json, jsonAfter, 1);
    expect(judgeMeasured(unclear, unclear.p, true, 'lower')).toBe('no difference shown');
  });
});
