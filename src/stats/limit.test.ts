import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { pairedLimitTest, unpairedLimitTest } from './limit.js';
import { normalDraws } from './testing/random-samples.js';

const ALLOWED = 0.05;
const RUNS = 200;

/** Shares of runs of ten rounds with 2 % of noise that are shown to be beyond and within the limit. */
function shares(factor: number, test: typeof pairedLimitTest): { beyond: number; within: number } {
  const prng = new Prng(51, 1_000);
  const rates = (level: number): number[] =>
    normalDraws(prng, 10).map((value) => level * Math.exp(0.02 * value));
  let beyond = 0;
  let within = 0;
  for (let run = 0; run < RUNS; run++) {
    const { pBeyond, pWithin } = test(rates(1e7), rates(factor * 1e7), 'higher', ALLOWED);
    if (pBeyond < 0.05) beyond++;
    if (pWithin < 0.05) within++;
  }
  return { beyond: beyond / RUNS, within: within / RUNS };
}

describe.each([
  ['paired by round', pairedLimitTest],
  ['of two runs', unpairedLimitTest],
] as const)('a limit of 5 %%, %s', (_, test) => {
  it('is hardly ever broken, and mostly kept, by the same kernel', () => {
    const { beyond, within } = shares(1, test);
    expect(beyond).toBe(0);
    expect(within).toBeGreaterThan(0.95);
  });

  it('is broken by a kernel 10 % slower', () => {
    const { beyond, within } = shares(0.9, test);
    expect(beyond).toBeGreaterThan(0.95);
    expect(within).toBe(0);
  });

  it('is broken in 5 % of the runs of a kernel that is just as slow as allowed', () => {
    const { beyond, within } = shares(0.95, test);
    expect(beyond).toBeLessThan(0.09);
    expect(within).toBeLessThan(0.09);
  });

  it('is about longer times where less is better', () => {
    const base = [10, 11, 10.5, 10.2, 10.8, 10.1, 10.3, 10.6];
    const longer = base.map((value, index) => value * (1.2 + index / 1000));
    const shorter = base.map((value, index) => value * (0.8 + index / 1000));
    expect(test(base, longer, 'lower', ALLOWED).pBeyond).toBeLessThan(0.01);
    expect(test(base, shorter, 'lower', ALLOWED).pWithin).toBeLessThan(0.01);
    expect(test(base, shorter, 'lower', ALLOWED).pBeyond).toBeGreaterThan(0.9);
  });

  it('cannot be tested with two rounds', () => {
    const { pBeyond, pWithin } = test([10, 10], [5, 5.1], 'higher', ALLOWED);
    expect(Math.min(pBeyond, pWithin)).toBeGreaterThan(0.05);
  });
});
