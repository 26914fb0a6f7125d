import { describe, expect, it } from 'vitest';
import { resultOf } from '../report/testing/synthetic-result.js';
import type { ResultDocument } from '../report/result.js';
import { normalDraws } from '../stats/testing/random-samples.js';
import { Prng } from '../util/prng.js';
import { judgeRules } from './judge.js';
import { parseRules } from './parse-rule.js';

const KERNELS = ['pristine', 'patched'];

/** A run in which `patched` is `ratio` as fast, with noise of that deviation per round. */
function runOf(ratio: number, noise: number, rounds: number, seed: number): ResultDocument {
  const prng = new Prng(seed, 1);
  const shared = normalDraws(prng, rounds);
  const own = [normalDraws(prng, rounds), normalDraws(prng, rounds)];
  const trials = shared.flatMap((common, round) =>
    [1, ratio].map((factor, kernelIndex) => ({
      round,
      kernelIndex,
      faults: Math.round(
        20_000_000 * factor * Math.exp(0.1 * common + noise * own[kernelIndex]![round]!),
      ),
      writeHoldsNs: [1_000_000],
    })),
  );
  return resultOf(trials, { rounds });
}

const rulesOf = (text: string, hasBaseline = false) =>
  parseRules(text, { kernels: KERNELS, hasBaseline }, false);
const LIMIT = rulesOf('patched >= pristine - 5%');

describe('a rule on measurements', () => {
  it('is broken, kept or open, as far as the rounds show it', () => {
    const verdictOf = (ratio: number, rounds = 12): string =>
      judgeRules(LIMIT, runOf(ratio, 0.01, rounds, 1), undefined)[0]!.verdict;
    expect(verdictOf(0.9)).toBe('regression');
    expect(verdictOf(1)).toBe('pass');
    expect(verdictOf(1.1)).toBe('improvement');
    expect(verdictOf(0.95)).toBe('inconclusive');
    expect(verdictOf(0.9, 4)).toBe('inconclusive');
  });

  it('says by how much, what it was to be, and how many more rounds tell', () => {
    const [check] = judgeRules(LIMIT, runOf(0.96, 0.02, 8, 3), undefined);
    expect(check).toMatchObject({
      rule: 'patched.faultsPerSecond >= pristine - 5%',
      kernel: 'patched',
      metric: 'faultsPerSecond',
      against: 'pristine',
      verdict: 'inconclusive',
    });
    expect(check!.allowed).toBe(-0.05);
    expect(check!.change).toBeCloseTo(check!.value! / check!.base! - 1, 1);
    expect(check!.message).toMatch(
      / 8 rounds: neither .* is shown; about \d+ more --rounds would tell$/,
    );
  });

  it('that asks for more is kept without being called an improvement', () => {
    const [check] = judgeRules(
      rulesOf('patched >= pristine + 3%'),
      runOf(1.1, 0.01, 12, 1),
      undefined,
    );
    expect(check!.verdict).toBe('pass');
  });

  it('against a number asks every round alone', () => {
    const run = runOf(1, 0.01, 12, 1);
    const verdict = (text: string): string => judgeRules(rulesOf(text), run, undefined)[0]!.verdict;
    expect(verdict('patched >= 5M')).toBe('pass');
    expect(verdict('patched >= 15M')).toBe('regression');
    expect(verdict('patched.writeHoldNs.p99 <= 2ms')).toBe('pass');
    expect(verdict('patched.writeHoldNs.p99 <= 100us')).toBe('regression');
  });

  it('against a baseline takes rounds for strangers', () => {
    const rules = rulesOf('patched >= baseline - 5%', true);
    const base = runOf(1, 0.01, 12, 5);
    // Noise that all kernels of a round share is taken out by pairs, and by nothing else.
    const [check] = judgeRules(rules, runOf(1, 0.01, 12, 6), base);
    expect(check!.verdict).toBe('inconclusive');
    expect(judgeRules(rules, runOf(0.5, 0.01, 12, 6), base)[0]!.verdict).toBe('regression');
    expect(check!.detectable).toBeGreaterThan(0.05);
  });

  it('without a value on one side cannot be judged', () => {
    const bare = resultOf([
      { round: 0, kernelIndex: 0 },
      { round: 0, kernelIndex: 1 },
    ]);
    const [lost] = judgeRules(rulesOf('patched.writeHoldNsMax <= pristine'), bare, undefined);
    expect(lost).toMatchObject({ verdict: 'untrustworthy', value: null });
    const based = rulesOf('patched.writeHoldNsMax <= baseline', true);
    expect(judgeRules(based, runOf(1, 0.01, 6, 1), bare)[0]!.verdict).toBe('not-comparable');
  });

  it('of many is shown to be broken by more than one alone', () => {
    // Six rounds that agree have p = 1/64.
    const run = runOf(0.8, 0.001, 6, 1);
    const verdicts = (count: number): string[] => {
      const rules = Array.from({ length: count }, () => LIMIT[0]!);
      return judgeRules(rules, run, undefined).map((check) => check.verdict);
    };
    expect(verdicts(3)).toEqual(new Array(3).fill('regression'));
    expect(verdicts(4)).toEqual(new Array(4).fill('inconclusive'));
  });
});
