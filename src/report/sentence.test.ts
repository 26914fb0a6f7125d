import { describe, expect, it } from 'vitest';
import type { MachineModel } from '../plan/machine-model.js';
import { syntheticRounds, type KernelShape } from '../stats/testing/synthetic-run.js';
import type { ResultDocument } from './result.js';
import { sentences } from './sentence.js';
import { PATCHED, PRISTINE, resultOf, syntheticResult } from './testing/synthetic-result.js';

function sentenceOf(document: ResultDocument): string {
  const all = sentences(document, false);
  expect(all).toHaveLength(1);
  return all[0]!;
}

function against(changes: Partial<KernelShape>): string {
  return sentenceOf(syntheticResult({ pristine: PRISTINE, other: { ...PRISTINE, ...changes } }));
}

describe('sentence', () => {
  it('says what got faster and why', () => {
    expect(sentenceOf(syntheticResult({ pristine: PRISTINE, patched: PATCHED }))).toMatch(
      /^patched resolves 6\.\d % more page faults per second than pristine \(95 % interval \+5\.\d \.\. \+7\.\d %, 10 pairs of rounds\); its longest write hold is 1\.2 ms instead of 79 ms, so faults wait at most 2\.0 ms instead of 81 ms\.$/,
    );
  });

  it('says what got slower', () => {
    const text = against({ faults: 22_000_000, writeHoldNs: 200e6, readWaitNs: 210e6 });
    expect(text).toMatch(/^other resolves 1\d\.\d % fewer page faults per second than pristine /);
    expect(text).toMatch(/; its longest write hold is 20\d ms .* 79 ms, so faults wait at most 21/);
  });

  it('says when nothing differs', () => {
    const text = sentenceOf(syntheticResult({ pristine: PRISTINE, other: PRISTINE }));
    expect(text).toMatch(
      /^other shows no difference from pristine in page faults per second: [+-]\d\.\d % \(95 % interval -\d\.\d \.\. \+\d\.\d %, 10 pairs of rounds\); neither the longest write hold nor the longest fault wait is shown to differ\.$/,
    );
  });

  it('says when only the hold, only the wait, or each in its own direction moved', () => {
    expect(against({ writeHoldNs: 1e6 })).toMatch(
      /1\.0 ms instead of 79 ms, but the longest fault wait is not shown to differ\.$/,
    );
    expect(against({ readWaitNs: 1e6 })).toMatch(
      /; faults wait at most 1\.0 ms instead of 81 ms, although the longest write hold is not shown to differ\.$/,
    );
    expect(against({ writeHoldNs: 1e6, readWaitNs: 200e6 })).toMatch(
      /1\.0 ms instead of 79 ms, yet faults wait at most 20\d ms instead of 81 ms\.$/,
    );
  });

  it('has as many digits as tell two times apart', () => {
    const machine = { name: 'any' } as MachineModel;
    const trials = [0, 1].map((kernelIndex) => ({
      ...{ round: 0, kernelIndex, faults: 1_000_000 },
      writeHoldsNs: [kernelIndex === 0 ? 5e6 : 1e4],
      readWaitsNs: [kernelIndex === 0 ? 3_012_000 : 3_013_000],
    }));
    expect(sentenceOf(resultOf(trials, { rounds: 1, machine }))).toMatch(
      /; its longest write hold is 10 us instead of 5\.0 ms, yet faults wait at most 3\.013 ms instead of 3\.012 ms\.$/,
    );
  });

  it('does not claim a shorter hold when one odd round makes the longest longer', () => {
    const trials = syntheticRounds([PRISTINE, PATCHED], 10).map((trial) =>
      trial.round === 4 && trial.kernelIndex === 1 ? { ...trial, writeHoldsNs: [300e6] } : trial,
    );
    const document = resultOf(trials);
    expect(document.comparisons[3]).toMatchObject({ metric: 'writeHoldNsMax', verdict: 'faster' });
    expect(sentenceOf(document)).toMatch(/although the longest write hold is not shown to differ/);
  });

  it('says when the numbers are too uncertain', () => {
    const trials = syntheticRounds([PRISTINE, PRISTINE], 8).map((trial) => ({
      ...trial,
      faults: trial.faults! * (1 + ((trial.round * 3 + trial.kernelIndex * 4) % 8) / 4),
    }));
    expect(sentenceOf(resultOf(trials))).toMatch(
      /^patched may or may not resolve more page faults per second than pristine: .* \(95 % interval -.* \.\. \+.* %, 8 pairs of rounds\) is too uncertain for a verdict, and it takes about \d+00 more rounds to show 5\.0 %; /,
    );
  });

  it('says of simulations that no seed differs, or that it depends on the seed', () => {
    const machine = { name: 'any' } as MachineModel;
    const simulated = (changes: readonly number[]): string => {
      const trials = changes.flatMap((change, round) =>
        [0, change].map((more, kernelIndex) => ({ round, kernelIndex, faults: 1_000_000 + more })),
      );
      return sentenceOf(resultOf(trials, { rounds: changes.length, machine }));
    };
    expect(simulated([0, 0])).toMatch(
      /^patched resolves exactly as many page faults per second as pristine, seed by seed; /,
    );
    expect(simulated([-9000, 1000])).toMatch(
      /^patched resolves more or fewer page faults per second than pristine, which depends on the seed: -0\.4 % /,
    );
    expect(simulated([1])).toMatch(
      /^patched resolves less than 0\.05 % more page faults per second than /,
    );
  });

  it('says when there are too few pairs, and that the run is partial', () => {
    const document = resultOf(syntheticRounds([PRISTINE, PATCHED], 1), {}, { partial: true });
    expect(sentenceOf(document)).toBe(
      'Partial run: patched cannot be told from pristine by 1 pair of rounds: a verdict needs 6.',
    );
  });

  it('says when there is no ratio', () => {
    const trials = syntheticRounds([PRISTINE, PATCHED], 8).map((trial) =>
      trial.kernelIndex === 0 ? { ...trial, faults: 2 } : trial,
    );
    const none = trials.map((trial) =>
      trial.kernelIndex === 0 ? { ...trial, counters: { faultsTotal: 0 } } : trial,
    );
    expect(sentenceOf(resultOf(none))).toMatch(
      /^patched cannot be compared with pristine, which resolved no page faults; /,
    );
  });

  it('describes the only kernel there is', () => {
    expect(sentenceOf(syntheticResult({ pristine: PRISTINE }))).toBe(
      'pristine resolves 12.33 M page faults per second (95 % interval 12.25 M .. 12.40 M, ' +
        '10 rounds); its longest write hold is 79 ms and faults wait at most 81 ms.',
    );
    expect(sentenceOf(resultOf([], { kernels: ['pristine'] }, { partial: true }))).toBe(
      'Partial run: pristine was not measured.',
    );
  });

  it('is one for each kernel after the first', () => {
    const document = syntheticResult({ pristine: PRISTINE, patched: PATCHED, same: PRISTINE });
    const all = sentences(document, false);
    expect(all.map((text) => text.split(' ')[0])).toEqual(['patched', 'same']);
  });
});
