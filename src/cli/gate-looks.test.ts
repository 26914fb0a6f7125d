import { describe, expect, it } from 'vitest';
import { signedRankTails } from '../stats/signed-rank.js';
import { normalDraws } from '../stats/testing/random-samples.js';
import { Prng } from '../util/prng.js';
import { syntheticResult, PRISTINE } from '../report/testing/synthetic-result.js';
import type { Judgement } from '../gate/gate.js';
import { syntheticPlan, syntheticTrial } from '../stats/testing/synthetic-run.js';
import { batchesOf, levelOf, lookingHook } from './gate-looks.js';

const LOOKS = 5;
const ROUNDS = 10;
const RUNS = 2000;

/** Share of runs, each just at its limit, that are called a regression at one of the looks. */
function alarms(levelAfter: (look: number) => number): number {
  const prng = new Prng(1, 1);
  const looks = Array.from({ length: LOOKS }, (_, index) => index + 1);
  const alarmed = Array.from({ length: RUNS }).filter(() => {
    const excesses = normalDraws(prng, LOOKS * ROUNDS);
    return looks.some((look) => {
      return signedRankTails(excesses.slice(0, look * ROUNDS)).less < levelAfter(look);
    });
  });
  return alarmed.length / RUNS;
}

describe('looking again after every batch', () => {
  it('finds no more that is not there than looking once', () => {
    expect(alarms((look) => levelOf(60, look))).toBeLessThanOrEqual(0.05);
    // What would come of it at the same level every time.
    expect(alarms(() => levelOf(null, 1))).toBeGreaterThan(0.1);
  });

  it('goes on while the gate is inconclusive, and no longer', async () => {
    const plan = syntheticPlan({ rounds: 2 });
    const levels: number[] = [];
    const judge = (verdict: Judgement['verdict']) => (_run: unknown, level: number) => {
      levels.push(level);
      return { verdict } as Judgement;
    };
    const trials = [0, 1].flatMap((round) =>
      [0, 1].map((kernelIndex) => syntheticTrial({ round, kernelIndex })),
    );
    const open = await lookingHook(plan, judge('inconclusive'), 1e9);
    expect([open.wantsMore!(trials, 1), open.wantsMore!(trials, 2)]).toEqual([true, true]);
    expect(levels).toEqual([0.025, 0.0125]);
    const shut = await lookingHook(plan, judge('regression'), 1e9);
    expect(shut.wantsMore!(trials, 1)).toBe(false);
    expect(await lookingHook(plan, judge('inconclusive'), null)).toEqual({});
  });

  it('ends when there is no time for another batch', async () => {
    const never = (): Judgement => {
      throw new Error('nothing is judged then');
    };
    const hook = await lookingHook(syntheticPlan(), never, 0);
    expect(hook.wantsMore!([], 1)).toBe(false);
  });

  it('is told by the rounds of the document', () => {
    const document = syntheticResult({ pristine: PRISTINE }, 10);
    expect(batchesOf(document)).toBe(1);
    expect(batchesOf({ ...document, plan: { ...document.plan, rounds: 5 } })).toBe(2);
  });
});
