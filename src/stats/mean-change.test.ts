import { describe, expect, it } from 'vitest';
import { Prng, STREAM } from '../util/prng.js';
import { meanChange, runsFor, spreadOf } from './mean-change.js';

describe('mean and spread', () => {
  it('are those of the sample', () => {
    expect(spreadOf([1, 2, 3, 4])).toEqual({ mean: 2.5, deviation: Math.sqrt(5 / 3), n: 4 });
    expect(spreadOf([7])).toEqual({ mean: 7, deviation: null, n: 1 });
    expect(spreadOf([])).toBeUndefined();
  });
});

describe('the change of means', () => {
  const change = (base: number[], candidate: number[]) =>
    meanChange(spreadOf(base)!, spreadOf(candidate)!);

  it('has no margin without a spread, and none of 0 where nothing varies', () => {
    expect(change([100], [103])).toEqual({
      change: expect.closeTo(0.03, 10) as number,
      margin: null,
    });
    expect(change([100, 100], [97, 97])).toEqual({
      change: expect.closeTo(-0.03, 10) as number,
      margin: 0,
    });
  });

  it('of nothing is nothing, and from nothing unknown', () => {
    expect(change([0, 0], [0])).toEqual({ change: 0, margin: 0 });
    expect(change([0], [1])).toEqual({ change: null, margin: null });
    expect(change([1], [0]).change).toBe(-1);
  });

  it('has a margin that holds the true change in 95 of 100 samples', () => {
    const prng = new Prng(1, STREAM.bootstrap);
    const uniform = (): number => prng.below(1_000_001) / 1_000_000;
    const sample = (n: number, mean: number): number[] =>
      Array.from({ length: n }, () => mean * (0.5 + uniform()));
    let held = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const { change: found, margin } = change(sample(20, 1000), sample(10, 1100));
      if (Math.abs(found! - 0.1) <= margin!) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.93);
    expect(held / 2000).toBeLessThan(0.97);
  });

  it('says how many runs it would take, which have about that margin', () => {
    const [base, candidate] = [spreadOf([900, 1000, 1100])!, spreadOf([950, 1000, 1050])!];
    const runs = runsFor(base, candidate, 0.03)!;
    expect(runs).toBe(54);
    const margin = meanChange({ ...base, n: runs }, { ...candidate, n: runs }).margin!;
    expect(margin).toBeCloseTo(0.03, 3);
    expect(runsFor(spreadOf([1])!, candidate, 0.03)).toBeUndefined();
  });
});
