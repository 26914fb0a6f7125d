import { describe, expect, it } from 'vitest';
import { resultOf } from '../report/testing/synthetic-result.js';
import { CALM } from '../stats/testing/calm-host.js';
import { normalDraws } from '../stats/testing/random-samples.js';
import { Prng } from '../util/prng.js';
import type { MeasuredRun } from './gate.js';
import { judgeSelfTest, selfTestKernels } from './self-test.js';

/** A run in which twin and planted kernel are so fast against the base, with noise per round. */
function runOf(ratios: readonly [number, number], noise: number, rounds = 12): MeasuredRun {
  const prng = new Prng(1, 1);
  const trials = [1, ...ratios].flatMap((ratio, kernelIndex) =>
    normalDraws(prng, rounds).map((draw, round) => ({
      round,
      kernelIndex,
      faults: Math.round(20_000_000 * ratio * Math.exp(noise * draw)),
    })),
  );
  const kernels = selfTestKernels('pristine', 0.05);
  return { document: resultOf(trials, { kernels, rounds }), conditions: CALM };
}

const verdicts = (run: MeasuredRun): string[] => {
  const { verdict, checks } = judgeSelfTest(run, 0.05);
  return [verdict, ...checks.map((check) => check.verdict)];
};

describe('kernels of a self-test', () => {
  it('are the base, its twin, and one with half as much again as is allowed', () => {
    expect(selfTestKernels('patched', 0.05)).toEqual(['patched', 'patched', 'patched+7.5%']);
    expect(selfTestKernels('pristine', 0.0333)[2]).toBe('pristine+4.995%');
    expect(selfTestKernels('pristine', 0.4)[2]).toBe('pristine+50%');
  });

  it.each([0, 1e-9, 0.5, 0.99])('there are none where %s is allowed', (allowed) => {
    expect(() => selfTestKernels('pristine', allowed)).toThrow(/above 0 % and below 50 %/);
  });
});

describe('a self-test', () => {
  it('passes where the twin passes and the planted kernel is found', () => {
    const run = runOf([1, 0.925], 0.005);
    expect(verdicts(run)).toEqual(['pass', 'pass', 'pass']);
    const { action, reasons, checks } = judgeSelfTest(run, 0.05);
    expect(action).toBe('pass');
    expect(reasons).toEqual([]);
    expect(checks[1]!.rule).toBe('pristine+7.5%.faultsPerSecond >= pristine - 5%');
    expect(checks[1]!.message).toMatch(/^finds a planted slow-down of 7\.5 % \(-7\.\d %/);
    expect(checks[0]!.message).toMatch(/^an identical kernel is no regression \(/);
  });

  it('is failed by a gate that sleeps', () => {
    const run = runOf([1, 1], 0.005);
    expect(verdicts(run)).toEqual(['untrustworthy', 'pass', 'untrustworthy']);
    const { action, reasons } = judgeSelfTest(run, 0.05);
    expect(action).toBe('fail');
    expect(reasons).toEqual([expect.stringMatching(/^sleeps: lets a planted slow-down of 7\.5 %/)]);
  });

  it('is failed by a gate that cries wolf', () => {
    const run = runOf([0.9, 0.925], 0.005);
    expect(verdicts(run)).toEqual(['untrustworthy', 'untrustworthy', 'pass']);
    expect(judgeSelfTest(run, 0.05).reasons[0]).toMatch(/^cries wolf: /);
  });

  it('is open where the gate is, and says what the run resolves', () => {
    const run = runOf([1, 0.925], 0.2);
    expect(verdicts(run)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
    const { action, warnings } = judgeSelfTest(run, 0.05);
    expect(action).toBe('fail');
    expect(warnings.filter((text) => text.includes('this run resolves'))).toHaveLength(2);
    expect(new Set(warnings).size).toBe(warnings.length);
  });

  it('judges each kernel as if the other were not there', () => {
    // Five rounds that agree have p = 1/32, which is too much for two rules together.
    expect(verdicts(runOf([1, 0.925], 0.001, 5))).toEqual(['pass', 'pass', 'pass']);
  });

  it('on a run that nothing can be said of says so once', () => {
    const run = runOf([1, 0.925], 0.005);
    const stolen = { ...run, conditions: { ...CALM, stolenShare: 0.3 } };
    expect(verdicts(stolen)).toEqual(['untrustworthy', 'pass', 'pass']);
    expect(judgeSelfTest(stolen, 0.05).reasons).toEqual([
      expect.stringContaining('the hypervisor took 30 %'),
    ]);
  });

  it('is failed by kernels that were not measured', () => {
    const { document } = runOf([1, 0.925], 0.005);
    const bare = { ...document, kernels: document.kernels.slice(0, 2) };
    expect(verdicts({ document: bare, conditions: CALM })[2]).toBe('untrustworthy');
  });
});
