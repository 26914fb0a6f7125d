import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { medianInterval } from './bootstrap.js';
import { roundsSuffice, unpairedDifference } from './compare-unpaired.js';
import { median } from './median.js';
import {
  detectableChange,
  detectableOfInterval,
  moreRounds,
  moreRoundsAgainst,
  pairsNeeded,
  POWER,
  ROUNDS_MAX,
} from './power.js';
import { signedRankP } from './signed-rank.js';
import { drawSample, SHAPES, type Shape } from './testing/random-samples.js';
import { judgeMeasured } from './verdict.js';

const [NORMAL, , HEAVY] = SHAPES as readonly [Shape, Shape, Shape, ...Shape[]];
const NOISE = 0.02;

function noise(prng: Prng, shape: Shape, pairs: number): number[] {
  return drawSample(prng, shape, pairs).map((value) => NOISE * value);
}

/** What runs without a difference say that they would have shown, in the middle. */
function typicalDetectable(shape: Shape, pairs: number, comparisons: number, runs = 60): number {
  const prng = new Prng(21, 1_000, pairs);
  const found = Array.from({ length: runs }, (_, seed) =>
    detectableChange(noise(prng, shape, pairs), comparisons, seed),
  );
  return median(found.map((change) => change!));
}

/** Share of the runs with such a change that show it, by intervals of fewer resamples than reports have. */
function shareShown(shape: Shape, pairs: number, comparisons: number, change: number): number {
  const runs = 150;
  const prng = new Prng(22, 1_000, pairs);
  let shown = 0;
  for (let run = 0; run < runs; run++) {
    const logRatios = noise(prng, shape, pairs).map((value) => value + Math.log1p(change));
    const { low, high } = medianInterval(logRatios, run, 300);
    const p = signedRankP(logRatios);
    const difference = { change: median(logRatios), ciLow: low, ciHigh: high, p };
    if (judgeMeasured(difference, p * comparisons, true, 'higher') === 'faster') shown++;
  }
  return shown / runs;
}

describe('pairs needed', () => {
  it.each([
    [1, 6],
    [2, 7],
    [6, 8],
    [7, 9],
    [25, 10],
    [26, 11],
  ])('for one of %i comparisons are %i', (comparisons, pairs) => {
    expect(pairsNeeded(comparisons)).toBe(pairs);
  });
});

describe('detectable change', () => {
  // Seen with 400 runs each: 69 to 86 %.
  it.each([
    [NORMAL, 10, 1],
    [NORMAL, 10, 6],
    [NORMAL, 30, 1],
    [HEAVY, 12, 1],
    [HEAVY, 20, 6],
  ])('is shown by about 80 of 100 runs: %j, %i pairs, %i comparisons', (shape, pairs, family) => {
    const change = typicalDetectable(shape, pairs, family);
    const share = shareShown(shape, pairs, family, change);
    expect(share).toBeGreaterThan(POWER - 0.13);
    expect(share).toBeLessThan(POWER + 0.1);
    expect(shareShown(shape, pairs, family, change / 2)).toBeLessThan(0.5);
  });

  it('is none with too few pairs, and 0 without noise', () => {
    expect(detectableChange([0.01, 0.02, 0.03, 0.04, 0.05], 1, 1)).toBeNull();
    expect(detectableChange([0.01, 0.02, 0.03, 0.04, 0.05, 0.06], 2, 1)).toBeNull();
    expect(detectableChange(new Array<number>(8).fill(0.1), 1, 1)).toBe(0);
  });

  it('shrinks with the root of the pairs beyond those it makes up', () => {
    const fifty = noise(new Prng(5, 1_000), NORMAL, 50);
    const twoHundred = [...fifty, ...fifty, ...fifty, ...fifty];
    const ratio = detectableChange(fifty, 1, 1)! / detectableChange(twoHundred, 1, 1)!;
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.2);
  });

  it('does not depend on the change that there is', () => {
    const ratios = noise(new Prng(6, 1_000), NORMAL, 10);
    const shifted = ratios.map((value) => value + 0.5);
    expect(detectableChange(shifted, 1, 1)).toBeCloseTo(detectableChange(ratios, 1, 1)!, 9);
  });
});

describe('more rounds', () => {
  it('are as many as make the wanted change detectable', () => {
    for (const pairs of [10, 20]) {
      const detectable = typicalDetectable(NORMAL, pairs, 1);
      const more = moreRounds({ pairs, detectable }, detectable / 2)!;
      const reached = typicalDetectable(NORMAL, pairs + more, 1, 30);
      expect(reached / (detectable / 2)).toBeGreaterThan(0.85);
      expect(reached / (detectable / 2)).toBeLessThan(1.15);
    }
  });

  it('are none when it is already, and unknown when it is out of reach', () => {
    expect(moreRounds({ pairs: 10, detectable: 0.02 }, 0.03)).toBe(0);
    expect(moreRounds({ pairs: 10, detectable: 0 }, 0.03)).toBe(0);
    expect(moreRounds({ pairs: 10, detectable: null }, 0.03)).toBeNull();
    expect(moreRounds({ pairs: 10, detectable: 9 }, 0.000001)).toBeNull();
    expect(moreRounds({ pairs: 10, detectable: 0.5 }, 0.02)).toBeLessThan(ROUNDS_MAX);
  });
});

describe('more rounds against a finished run', () => {
  /** What a run of `rounds` against one of `baseRounds` resolves, in the middle of many. */
  function resolved(baseRounds: number, rounds: number): number {
    const prng = new Prng(31, 1_000, rounds);
    const rates = (count: number): number[] => noise(prng, NORMAL, count).map(Math.exp);
    const all = Array.from({ length: 40 }, (_, seed) =>
      detectableOfInterval(unpairedDifference(rates(baseRounds), rates(rounds), seed)),
    );
    return median(all.map((change) => change!));
  }

  it('are as many as make the wanted change detectable, more than if both runs grew', () => {
    const [baseRounds, rounds] = [20, 10];
    const detectable = resolved(baseRounds, rounds);
    const wanted = 0.8 * detectable;
    const more = moreRoundsAgainst({ baseRounds, rounds, detectable }, wanted)!;
    expect(more).toBeGreaterThan(moreRounds({ pairs: rounds, detectable }, wanted)!);
    const reached = resolved(baseRounds, rounds + more);
    expect(reached / wanted).toBeGreaterThan(0.85);
    expect(reached / wanted).toBeLessThan(1.15);
  });

  it('cannot tell what the noise of its own rounds hides', () => {
    const against = { baseRounds: 10, rounds: 10, detectable: 0.04 };
    // With rounds without end the standard error is the root of a half of what it was.
    expect(moreRoundsAgainst(against, 0.035)).toBeGreaterThan(0);
    expect(moreRoundsAgainst(against, 0.02)).toBeNull();
    expect(moreRoundsAgainst({ ...against, detectable: null }, 0.02)).toBeNull();
    expect(moreRoundsAgainst(against, 0.05)).toBe(0);
  });

  it('are never too few for any verdict, however small the noise', () => {
    const more = moreRoundsAgainst({ baseRounds: 4, rounds: 4, detectable: 0.001 }, 0.05, 5)!;
    expect(roundsSuffice(4, 4 + more, 5)).toBe(true);
    expect(roundsSuffice(4, 4 + more - 1, 5)).toBe(false);
    // Two rounds cannot be told from any others at that level, were there ten thousand.
    expect(
      moreRoundsAgainst({ baseRounds: 2, rounds: 9, detectable: 0.001 }, 0.05, 100),
    ).toBeNull();
  });
});
