import { describe, expect, it } from 'vitest';
import { HOST, TOOL } from '../report/testing/synthetic-result.js';
import { CALM } from '../stats/testing/calm-host.js';
import type { RunSamples } from '../samples/samples.js';
import { normalDraws } from '../stats/testing/random-samples.js';
import { syntheticPlan, syntheticRun, type TrialShape } from '../stats/testing/synthetic-run.js';
import { Prng } from '../util/prng.js';
import { noiseDocument } from './noise.js';
import type { NoiseDocument } from './noise-document.js';
import { renderNoise } from './noise-table.js';

const ROUNDS = 10;
const ASKED = { gates: 30, maxRegression: 0.05, planted: 0.08 };
const PLAN = syntheticPlan({
  kernels: ['pristine', 'pristine', 'pristine+8%'],
  rounds: ROUNDS,
});

/** Rounds of so many gates, with noise of that deviation per window, shared noise on top. */
function trialsOf(gates: number, noise: number, planted = 0.08, seed = 1): TrialShape[] {
  const prng = new Prng(seed, 1);
  return Array.from({ length: gates * ROUNDS }, (_, round) => {
    const [shared, ...own] = normalDraws(prng, 4);
    return [1, 1, 1 - planted].map((factor, kernelIndex) => ({
      round,
      kernelIndex,
      faults: Math.round(20_000_000 * factor * Math.exp(0.1 * shared! + noise * own[kernelIndex]!)),
      writeHoldsNs: [1_000_000],
    }));
  }).flat();
}

function documentOf(
  trials: readonly TrialShape[],
  overrides: Partial<RunSamples> = {},
  asked = ASKED,
): NoiseDocument {
  const samples = syntheticRun(trials, overrides);
  return noiseDocument({ tool: TOOL, host: HOST, plan: PLAN, samples }, asked);
}

describe('noise of a known size', () => {
  const quiet = documentOf(trialsOf(30, 0.01));

  it('makes no more false alarms than it may, and what is planted is found', () => {
    const { gates, identical, planted, toldApart } = quiet;
    expect(gates.map(({ gate, firstRound }) => [gate, firstRound])).toEqual(
      Array.from({ length: 30 }, (_, i) => [i + 1, ROUNDS * i]),
    );
    expect(identical).toMatchObject({ kernel: 'pristine#2', pass: 30, inconclusive: 0 });
    expect(identical.regression).toMatchObject({ count: 0, of: 30, rate: 0, low: 0 });
    expect(planted.kernel).toBe('pristine+8%');
    expect(planted.regression.count).toBeGreaterThanOrEqual(27);
    expect(planted.change).toBeCloseTo(-0.08, 2);
    expect(planted.ciLow).toBeLessThan(-0.08);
    expect(planted.ciHigh).toBeGreaterThan(-0.085);
    expect(toldApart.of).toBe(30);
    expect(toldApart.low).toBeLessThanOrEqual(0.05);
  });

  it('is told as the change that ten rounds of it can show', () => {
    // A change of the difference of two windows, by a test at 5 % that finds 80 %: 2.8 standard
    // errors of a mean of ten pairs, somewhat more for the median and few rounds.
    const error = (0.01 * Math.SQRT2) / Math.sqrt(ROUNDS);
    const { detectable, found, roundsFor } = quiet.resolution!;
    expect(detectable).toBeGreaterThan(2.5 * error);
    expect(detectable).toBeLessThan(4.5 * error);
    expect(found).toBeCloseTo(0.05 + detectable!, 2);
    const [five, two, one] = roundsFor.map(({ rounds }) => rounds!);
    expect(roundsFor.map(({ change }) => change)).toEqual([0.05, 0.02, 0.01]);
    expect([five, two]).toEqual([ROUNDS, ROUNDS]);
    expect(one).toBeGreaterThan(15);
    expect(one).toBeLessThan(40);
  });

  it('that is larger leaves gates open, and is said to be too large', () => {
    const loud = documentOf(trialsOf(30, 0.1));
    expect(loud.identical.regression.low).toBeLessThanOrEqual(0.05);
    expect(loud.identical.inconclusive).toBeGreaterThan(15);
    expect(loud.planted.regression.count).toBeLessThan(15);
    expect(loud.resolution!.detectable).toBeGreaterThan(4 * quiet.resolution!.detectable!);
    expect(loud.warnings[0]).toMatch(
      /^a run of 10 rounds resolves changes of \d+\.\d %, too little for/,
    );
    expect(quiet.warnings).toEqual([]);
  });
});

describe('a gate', () => {
  it('that cries wolf is counted as such', () => {
    const trials = trialsOf(6, 0.005).map((trial) =>
      trial.kernelIndex === 1 ? { ...trial, faults: trial.faults! * 0.9 } : trial,
    );
    const { identical, toldApart } = documentOf(trials);
    expect(identical.regression).toMatchObject({ count: 6, of: 6, rate: 1 });
    expect(toldApart.count).toBe(6);
    expect(identical.change).toBeCloseTo(-0.1, 2);
  });

  it('on rounds without page faults makes all of it untrustworthy', () => {
    const trials = trialsOf(3, 0.01).map((trial) => ({ ...trial, faults: 0 }));
    const document = documentOf(trials);
    expect(document.identical.untrustworthy).toBe(3);
    expect(document.reasons).toContain('pristine took no page faults');
    expect(renderNoise(document)).toMatch(/untrustworthy.*\n/);
    expect(renderNoise(document)).toContain('not to be trusted: pristine took no page faults');
  });

  it('has its reasons and warnings wrapped as all the rest', () => {
    const long = 'one of many words '.repeat(20).trim();
    const document = { ...documentOf(trialsOf(2, 0.01)), reasons: [long], warnings: [long] };
    const lines = renderNoise(document).split('\n');
    expect(lines.filter((line) => line.includes('one of many')).length).toBeGreaterThan(6);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it('on too few rounds shows nothing, and says so', () => {
    const plan = { ...PLAN, rounds: 4 };
    const samples = syntheticRun(trialsOf(2, 0.01));
    const document = noiseDocument({ tool: TOOL, host: HOST, plan, samples }, ASKED);
    expect(document.gates).toHaveLength(5);
    expect(document.identical.inconclusive).toBe(5);
    expect(document.resolution).toMatchObject({ rounds: 4, detectable: null, found: null });
    expect(document.warnings[0]).toMatch(
      /^a run of 4 rounds resolves no change at all, too little/,
    );
    expect(renderNoise(document)).toContain('4 rounds of a kernel cannot show any change');
  });
});

describe('a run', () => {
  it('that was cut short has whole gates alone, and says how many', () => {
    const trials = trialsOf(3, 0.01).slice(0, -1);
    const document = documentOf(trials, { partial: true });
    expect(document).toMatchObject({ partial: true, reasons: [] });
    expect(document.gates).toHaveLength(2);
    expect(document.warnings).toEqual(['a signal ended it after 2 of 30 gates']);
    const last = trialsOf(3, 0.01);
    last[last.length - 1] = { ...last[last.length - 1]!, complete: false };
    expect(documentOf(last, { partial: true })).toEqual(document);
  });

  it('without one gate has nothing to say', () => {
    const document = documentOf([], { partial: true });
    expect(document).toMatchObject({ gates: [], reasons: [] });
    expect(document.identical).toMatchObject({ pass: 0, change: null });
    expect(document.identical.regression).toMatchObject({ of: 0, rate: null });
    expect(renderNoise(document)).toMatch(/^Not one gate was measured to its end/m);
  });

  it('carries what the machine did, and is not trusted with much of it', () => {
    const little = documentOf(trialsOf(2, 0.01), { conditions: { ...CALM, stolenShare: 0.02 } });
    expect(little.reasons).toEqual([]);
    expect(little.warnings.join()).toContain('the hypervisor gave 2.0 %');
    const much = documentOf(trialsOf(2, 0.01), { conditions: { ...CALM, stolenShare: 0.2 } });
    expect(much.reasons[0]).toContain('the hypervisor took 20 %');
  });
});

describe('in words', () => {
  const document = documentOf(trialsOf(10, 0.01), {}, { ...ASKED, gates: 10 });

  it('it fits a screen, and says all of it', () => {
    const text = renderNoise(document, 80);
    const lines = text.split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const words = text.replace(/\s+/g, ' ');
    expect(words).toContain(
      'gates that allow 5 % called an identical kernel a regression in 0 of 10 cases ' +
        '(0.0 %, 95 % interval 0.0 .. 30.8 %)',
    );
    expect(words).toMatch(/Found: they called a slow-down of 8 %, which was measured as -\d\.\d %/);
    expect(words).toMatch(/10 rounds show changes of [\d.]+ % in 80 % of cases/);
    expect(words).toMatch(
      /to show a change: 10 or fewer for 5 %, 10 or fewer for 2 %, about \d+ for 1 %/,
    );
  });
});
