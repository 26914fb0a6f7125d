import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { drawSample, SHAPES, uniformDraw, type Shape } from './testing/random-samples.js';
import { MODES_VALUES_MIN, twoModes } from './two-modes.js';

const [NORMAL, LOGNORMAL, HEAVY] = SHAPES as readonly [Shape, Shape, Shape, ...Shape[]];
const UNIFORM: Shape = { name: 'uniform', median: 0.5, draw: uniformDraw };
const EXPONENTIAL: Shape = {
  name: 'exponential',
  median: Math.LN2,
  draw: (prng) => -Math.log(uniformDraw(prng)),
};

/** Share of samples of rates that are warned of, `spread` making any difference worth a warning. */
function shareWarned(shape: Shape, count: number, rate: (value: number) => number): number {
  const samples = 1_000;
  const prng = new Prng(31, 1_000, count);
  let warned = 0;
  for (let seed = 0; seed < samples; seed++) {
    if (twoModes(drawSample(prng, shape, count).map(rate), seed) !== null) warned++;
  }
  return warned / samples;
}

describe('false alarms', () => {
  // 1,000 samples of 4 % are at most 50 in 19 of 20 cases; only evenly spread logarithms come near it.
  it.each([
    ['normal', NORMAL, Math.exp],
    ['lognormal', LOGNORMAL, Math.exp],
    ['heavy-tailed', HEAVY, Math.exp],
    ['evenly spread', UNIFORM, Math.exp],
    ['exponential', EXPONENTIAL, (value: number): number => value],
  ] as const)('are at most 5 in 100 with %s rates', (_, shape, rate) => {
    for (const count of [8, 10, 20]) {
      expect(shareWarned(shape, count, rate)).toBeLessThanOrEqual(0.05);
    }
  });
});

describe('two modes', () => {
  it('ten deviations apart are found in at least 8 of 10 samples of ten', () => {
    const flipping: Shape = {
      name: 'flipping',
      median: 0,
      draw: (prng) => 0.03 * NORMAL.draw(prng) + (uniformDraw(prng) < 0.5 ? 0 : 0.3),
    };
    expect(shareWarned(flipping, 10, Math.exp)).toBeGreaterThan(0.8);
  });

  it('are named with their middles and how often each came about', () => {
    const rates = [10, 13, 10.1, 9.9, 13.1, 10, 12.9, 13, 10, 10.1];
    expect(twoModes(rates, 1)).toEqual({ low: 10, high: 13, lowCount: 6, highCount: 4 });
  });

  it('are not worth a word when they are close', () => {
    expect(twoModes([10, 10.3, 10, 10.3, 10, 10.3, 10, 10.3, 10, 10.3], 1)).toBeNull();
  });

  it('are not outliers, nor a trend', () => {
    expect(twoModes([10, 10.1, 9.9, 10, 10.2, 9.8, 10, 10.1, 15, 15.1], 1)).toBeNull();
    expect(twoModes([10, 11, 12, 13, 14, 15, 16, 17, 18, 19], 1)).toBeNull();
  });

  it('cannot be told with few values, without spread, or without a rate', () => {
    expect(twoModes([10, 13, 10, 13, 10, 13, 10].slice(0, MODES_VALUES_MIN - 1), 1)).toBeNull();
    expect(twoModes(new Array<number>(10).fill(10), 1)).toBeNull();
    expect(twoModes([0, 13, 0, 13, 0, 13, 0, 13, 0, 13], 1)).toBeNull();
  });
});
