import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelOf, parseProfile } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import type { RunSamples } from '../samples/samples.js';
import { HIGHEST_NS } from '../samples/wait-histogram.js';
import { packageFile } from '../util/package-file.js';
import { summarizeRun } from './summarize.js';
import {
  syntheticPlan,
  syntheticRounds,
  syntheticRun,
  type TrialShape,
} from './testing/synthetic-run.js';

const KERNEL = { faults: 20_000_000, writeHoldNs: 78_000_000, readWaitNs: 80_000_000 };

function warningsOf(
  trials: readonly TrialShape[],
  plan: Partial<Plan> = {},
  samples: Partial<RunSamples> = {},
): readonly string[] {
  return summarizeRun(syntheticPlan(plan), syntheticRun(trials, samples)).warnings;
}

/** Ten sound rounds of two kernels, changed where `change` returns something. */
function trialsExcept(
  change: (trial: TrialShape) => Partial<TrialShape> | undefined,
): readonly TrialShape[] {
  return syntheticRounds([KERNEL, KERNEL], 10).map((trial) => ({ ...trial, ...change(trial) }));
}

describe('warnings', () => {
  it('are none for a sound run', () => {
    expect(warningsOf(trialsExcept(() => undefined))).toEqual([]);
  });

  it('name rounds too few for a verdict, and the option', () => {
    expect(warningsOf(syntheticRounds([KERNEL, KERNEL], 3), { rounds: 3 })).toEqual([
      'patched against pristine: 3 pairs of rounds, a verdict needs 6; use --rounds 6 or more',
    ]);
    expect(warningsOf(syntheticRounds([KERNEL, KERNEL], 1), { rounds: 1 })[0]).toContain(
      '1 pair of rounds,',
    );
  });

  it('speak of seeds where rounds are simulations, and of no drift between them', () => {
    const machine = modelOf(
      parseProfile(readFileSync(packageFile('workloads/machines/e5-2680-32.json'), 'utf8')),
    );
    const few = { engine: 'virtual', machine, rounds: 3 } as const;
    expect(warningsOf(syntheticRounds([KERNEL, KERNEL], 3), few)).toEqual([
      'patched against pristine: 3 pairs of seeds, a verdict needs 6; use --seeds 6 or more',
    ]);
    const slowing = trialsExcept(({ round }) => ({ faults: 20_000_000 - 1_000_000 * round }));
    expect(warningsOf(slowing).join()).toContain('the machine was not at rest');
    expect(warningsOf(slowing, { ...few, rounds: 10 })).toEqual([]);
  });

  it('say that and where a signal ended the run', () => {
    const trials = [
      ...syntheticRounds([KERNEL, KERNEL], 2),
      { round: 2, kernelIndex: 0, writeHoldsNs: [1], complete: false },
    ];
    expect(warningsOf(trials, {}, { partial: true })).toEqual([
      'partial run: a signal ended it after 2 of 10 complete rounds; ' +
        'let it run to the end for a verdict',
      'patched against pristine: 2 pairs of rounds, a verdict needs 6',
    ]);
  });

  it('say which kernel has no complete round, or none at all', () => {
    const trials = [{ round: 0, kernelIndex: 0, writeHoldsNs: [1], complete: false }];
    const warnings = warningsOf(trials, {}, { partial: true });
    expect(warnings).toContain(
      'pristine: no complete round, its numbers are from a round that was cut short',
    );
    expect(warnings).toContain('patched: not measured');
  });

  it('count the rounds in which no munmap returned', () => {
    const trials = trialsExcept(({ round, kernelIndex }) =>
      round < 3 && kernelIndex === 1 ? { writeHoldsNs: [] } : undefined,
    );
    expect(warningsOf(trials)).toEqual([
      'patched: no munmap returned in 3 of 10 rounds; raise --timeout or lower --mmap-bytes',
    ]);
  });

  it('count failures', () => {
    const trials = trialsExcept(({ round, kernelIndex }) =>
      round < 2 && kernelIndex === 0 ? { counters: { outOfMemory: 3, failedCalls: 1 } } : undefined,
    );
    expect(warningsOf(trials)).toEqual([
      'pristine: 6 page faults found no memory; the kernels may not have done the same work',
      'pristine: 2 mmap or munmap calls failed; the kernels may not have done the same work',
    ]);
  });

  it('count times beyond the range of the histograms', () => {
    const trials = trialsExcept(({ round, kernelIndex }) =>
      round === 1 && kernelIndex === 0
        ? { writeHoldsNs: [HIGHEST_NS + 1], readWaitsNs: [HIGHEST_NS * 2] }
        : undefined,
    );
    expect(warningsOf(trials)).toEqual([
      'pristine: 2 times of mmap_sem exceed one hour; their percentiles are too low',
    ]);
  });

  it('name a kernel whose rate drifts', () => {
    const trials = trialsExcept(({ round, kernelIndex, faults }) =>
      kernelIndex === 0 ? { faults: Math.round(faults! * (1 - round / 50)) } : undefined,
    );
    const warnings = warningsOf(trials);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^pristine: page faults\/sec fell by (18|19|20)\.\d % from the first round to the last; /,
    );
  });
});
