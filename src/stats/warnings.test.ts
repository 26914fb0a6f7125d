import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelOf, parseProfile, type MachineModel } from '../plan/machine-model.js';
import type { Plan } from '../plan/plan.js';
import type { HostConditions } from '../samples/host-conditions.js';
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

  it('speak of seeds where rounds are simulations, and of neither drift nor too few of them', () => {
    const machine = modelOf(
      parseProfile(readFileSync(packageFile('workloads/machines/e5-2680-32.json'), 'utf8')),
    );
    const few = { engine: 'virtual', machine, rounds: 3 } as const;
    const cut = syntheticRounds([KERNEL, KERNEL], 1);
    expect(warningsOf(cut, few, { partial: true })).toEqual([
      'partial run: a signal ended it after 1 of 3 complete seeds; let it run to the end for a verdict',
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

  it('name the two levels that rates flip between', () => {
    const trials = trialsExcept(({ round, kernelIndex, faults }) =>
      kernelIndex === 1 && round % 2 === 1 ? { faults: Math.round(faults! * 1.4) } : undefined,
    );
    const warnings = warningsOf(trials);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^patched: page faults\/sec flip between two levels, 9\.\d+ M in 5 rounds and 1[34]\.\d M in 5; /,
    );
  });

  it('tell rounds enough for page faults from rounds enough for everything', () => {
    const trials = syntheticRounds([KERNEL, KERNEL], 6);
    expect(warningsOf(trials, { rounds: 6 })).toEqual([
      'verdicts on more than page faults need 8 pairs of rounds; use --rounds 8 or more',
    ]);
  });

  it('ask for no more rounds of simulations', () => {
    const machine = { name: 'any' } as MachineModel;
    expect(warningsOf(syntheticRounds([KERNEL, KERNEL], 2), { rounds: 2, machine })).toEqual([]);
  });

  it('say what the host did meanwhile', () => {
    const conditions: HostConditions = {
      cpus: 2,
      stolenShare: 0.034,
      othersCpus: 0.62,
      cpuLimit: 1.5,
      throttledPeriods: 7,
      thermalThrottles: 1,
    };
    expect(
      warningsOf(
        trialsExcept(() => undefined),
        {},
        { conditions },
      ),
    ).toEqual([
      'the hypervisor gave 3.4 % of the CPU time to other machines; holds and waits contain some of it',
      'other processes kept 0.6 of 2 CPUs busy during the run; stop them, or use fewer --tasks',
      'the control group may use 1.5 CPUs at a time, fewer than the 2 tasks; raise its cpu.max or lower --tasks',
      'the control group used up its CPU limit in 7 periods and was stopped; longest times contain such stops',
      'CPUs slowed down once because of heat; rounds differ by more than the kernels do',
    ]);
  });

  it('say nothing of a host at rest, of one that does not tell, or of company on idle CPUs', () => {
    const silent = { stolenShare: null, othersCpus: null, throttledPeriods: null };
    const quiet = { stolenShare: 0.001, othersCpus: 0.1, throttledPeriods: 0 };
    const roomy = { stolenShare: 0, othersCpus: 5, throttledPeriods: 0 };
    for (const [cpus, some] of [
      [2, silent],
      [2, quiet],
      [8, roomy],
    ] as const) {
      const conditions = { cpus, cpuLimit: null, thermalThrottles: null, ...some };
      expect(
        warningsOf(
          trialsExcept(() => undefined),
          {},
          { conditions },
        ),
      ).toEqual([]);
    }
  });
});
