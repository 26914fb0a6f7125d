import { describe, expect, it } from 'vitest';
import type { MachineModel } from '../plan/machine-model.js';
import { metricsOf } from './metrics.js';
import { summarizeRun } from './summarize.js';
import { syntheticPlan, syntheticRounds, syntheticRun } from './testing/synthetic-run.js';

const PRISTINE = { faults: 20_000_000, writeHoldNs: 78_000_000, readWaitNs: 80_000_000 };
const PATCHED = { faults: 21_220_000, writeHoldNs: 1_200_000, readWaitNs: 2_000_000 };

describe('summary of a complete run', () => {
  const plan = syntheticPlan();
  const summary = summarizeRun(plan, syntheticRun(syntheticRounds([PRISTINE, PATCHED], 10)));
  const [pristine, patched] = summary.kernels;

  it('gives each kernel the median of its rates, per second', () => {
    expect(pristine!.faultsPerSecond.median).toBeCloseTo(10_000_000, -6);
    expect(pristine!.munmapBytesPerSecond.median).toBe(pristine!.faultsPerSecond.median! * 4096);
    expect(pristine!.munmapCallsPerSecond).toEqual({ median: 1, ciLow: 1, ciHigh: 1 });
    expect(patched!.faultsPerSecond.ciLow).toBeLessThan(patched!.faultsPerSecond.median!);
    expect(patched!.faultsPerSecond.ciHigh).toBeGreaterThan(patched!.faultsPerSecond.median!);
  });

  it('adds counters up over the rounds', () => {
    const total = pristine!.rounds.reduce((sum, round) => sum + round.counters.faultsTotal, 0);
    expect(pristine!.perf).toEqual({
      pageFaultsTotal: total,
      pageFaultsMinor: total,
      pageFaultsMajor: 0,
      sigsegv: 0,
    });
    expect(pristine!.munmap.calls).toBe(20);
    expect(pristine!.munmap.bytes).toBe(total * 4096);
    expect(pristine!.mmapSem.readWaitNs.count).toBe(total);
  });

  it('compares with the first kernel in all metrics, in their order', () => {
    expect(summary.comparisons.map(({ metric }) => metric)).toEqual([
      'faultsPerSecond',
      'munmapBytesPerSecond',
      'munmapCallsPerSecond',
      'writeHoldNsMax',
      'writeHoldNsP99',
      'faultWaitNsP999',
      'faultWaitNsMax',
    ]);
    expect(metricsOf(plan)).toHaveLength(7);
    expect(metricsOf({ writers: 1 })).toHaveLength(8);
    for (const comparison of summary.comparisons) {
      expect(comparison).toMatchObject({ base: 'pristine', candidate: 'patched', pairs: 10 });
    }
    expect(summary.comparisons.map(({ verdict }) => verdict)).toEqual([
      'faster',
      'faster',
      'no difference shown',
      'faster',
      'faster',
      'no difference shown',
      'faster',
    ]);
  });

  it('adjusts p for the family, page faults being one of their own', () => {
    const [faults, bytes, calls] = summary.comparisons;
    expect(faults!.pAdjusted).toBe(faults!.p);
    // Six other metrics; of those that differ, all have the smallest p of ten pairs.
    expect(bytes!.p).toBe(2 / 2 ** 10);
    expect(bytes!.pAdjusted).toBe((6 * 2) / 2 ** 10);
    expect(calls!.pAdjusted).toBe(1);
  });

  it('says what it could have shown, and nothing of the kind when simulated', () => {
    const [faults, , calls] = summary.comparisons;
    expect(faults!.detectable).toBeGreaterThan(0.001);
    expect(faults!.detectable).toBeLessThan(0.05);
    expect(calls!.detectable).toBe(0);
    const simulated = summarizeRun(
      syntheticPlan({ machine: { name: 'any' } as MachineModel }),
      syntheticRun(syntheticRounds([PRISTINE, PATCHED], 2)),
    );
    expect(simulated.comparisons[0]).toMatchObject({ detectable: null, verdict: 'faster' });
    expect(simulated.comparisons[2]).toMatchObject({ verdict: 'no difference' });
  });

  it('has nothing to warn about', () => {
    expect(summary.warnings).toEqual([]);
    expect(summary.partial).toBe(false);
  });

  it('is the same again from the same samples', () => {
    const again = summarizeRun(plan, syntheticRun(syntheticRounds([PRISTINE, PATCHED], 10)));
    expect(again).toEqual(summary);
  });
});

it('merges histograms before it takes percentiles', () => {
  // One round of 980 short holds and one of 20 long ones: 2 % of all holds are long, so the p99 of
  // all is long, while the mean or the smallest of the rounds' own p99 would be something else.
  const summary = summarizeRun(
    syntheticPlan({ kernels: ['pristine'], rounds: 2 }),
    syntheticRun([
      { round: 0, kernelIndex: 0, writeHoldsNs: new Array<number>(995).fill(1_000) },
      { round: 1, kernelIndex: 0, writeHoldsNs: new Array<number>(5).fill(1_000_000) },
    ]),
  );
  const [kernel] = summary.kernels;
  expect(kernel!.mmapSem.writeHoldNs.p99).toBeLessThan(1_010);
  expect(kernel!.mmapSem.writeHoldNs.max).toBe(1_000_000);
  expect(kernel!.rounds.map((round) => round.mmapSem.writeHoldNs.max)).toEqual([1_000, 1_000_000]);
});

it('tells repeated kernels apart and finds no difference between them', () => {
  const summary = summarizeRun(
    syntheticPlan({ kernels: ['pristine', 'pristine'] }),
    syntheticRun(syntheticRounds([PRISTINE, PRISTINE], 10)),
  );
  expect(summary.kernels.map(({ label, kernel }) => [label, kernel])).toEqual([
    ['pristine', 'pristine'],
    ['pristine#2', 'pristine'],
  ]);
  expect(summary.comparisons[0]).toMatchObject({
    candidate: 'pristine#2',
    verdict: 'no difference shown',
  });
});

describe('pairing', () => {
  it('leaves out a round that only one kernel has completed', () => {
    const trials = syntheticRounds([PRISTINE, PATCHED], 8).filter(
      ({ round, kernelIndex }) => !(round === 3 && kernelIndex === 1),
    );
    const cut = trials.map((trial) =>
      trial.round === 5 && trial.kernelIndex === 0 ? { ...trial, complete: false } : trial,
    );
    const summary = summarizeRun(syntheticPlan(), syntheticRun(cut));
    expect(summary.comparisons[0]!.pairs).toBe(6);
    expect(summary.kernels[0]!.rounds).toHaveLength(8);
    expect(summary.kernels[0]!.munmap.calls).toBe(14);
  });

  it('pairs by the number of the round, not by position', () => {
    const summary = summarizeRun(
      syntheticPlan(),
      syntheticRun(
        Array.from({ length: 8 }, (_, round) => [
          { round, kernelIndex: 0, faults: 1_000 * 2 ** round },
          { round: 7 - round, kernelIndex: 1, faults: 2_000 * 2 ** (7 - round) },
        ]).flat(),
      ),
    );
    expect(summary.comparisons[0]!.change).toBeCloseTo(1, 12);
    expect(summary.comparisons[0]!.ciHigh).toBeCloseTo(1, 12);
  });

  it('leaves out rounds without a hold instead of calling them 0 ns', () => {
    const trials = syntheticRounds([PRISTINE, PATCHED], 8).map((trial) =>
      trial.round === 0 && trial.kernelIndex === 1 ? { ...trial, writeHoldsNs: [] } : trial,
    );
    const { comparisons } = summarizeRun(syntheticPlan(), syntheticRun(trials));
    const pairsOf = (name: string): number =>
      comparisons.find(({ metric }) => metric === name)!.pairs;
    expect(pairsOf('writeHoldNsMax')).toBe(7);
    expect(pairsOf('faultsPerSecond')).toBe(8);
  });
});

describe('partial run', () => {
  it('uses an incomplete round only for a kernel that has no complete one', () => {
    const summary = summarizeRun(
      syntheticPlan(),
      syntheticRun(
        [
          { round: 0, kernelIndex: 0, faults: 20_000_000 },
          { round: 1, kernelIndex: 0, faults: 4, complete: false, seconds: 0.001 },
          { round: 0, kernelIndex: 1, faults: 5_000_000, complete: false, seconds: 0.5 },
        ],
        { partial: true },
      ),
    );
    expect(summary.kernels[0]!.faultsPerSecond.median).toBe(10_000_000);
    expect(summary.kernels[0]!.perf.pageFaultsTotal).toBe(20_000_000);
    expect(summary.kernels[1]!.faultsPerSecond.median).toBe(10_000_000);
    expect(summary.comparisons[0]).toMatchObject({ pairs: 1, verdict: 'inconclusive' });
    expect(summary.partial).toBe(true);
  });

  it('with a kernel that was never reached has nulls, not NaN', () => {
    const summary = summarizeRun(
      syntheticPlan(),
      syntheticRun([{ round: 0, kernelIndex: 0, complete: false, seconds: 0 }], { partial: true }),
    );
    const nothing = { median: null, ciLow: null, ciHigh: null };
    expect(summary.kernels.map((kernel) => kernel.faultsPerSecond)).toEqual([nothing, nothing]);
    expect(summary.comparisons).toHaveLength(7);
    expect(summary.comparisons[0]).toMatchObject({ change: null, pairs: 0 });
  });
});

it('compares nothing when there is one kernel', () => {
  const summary = summarizeRun(
    syntheticPlan({ kernels: ['pristine'] }),
    syntheticRun(syntheticRounds([PRISTINE], 3)),
  );
  expect(summary.comparisons).toEqual([]);
  expect(summary.warnings).toEqual([]);
});
