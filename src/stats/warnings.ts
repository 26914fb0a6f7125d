import type { Plan } from '../plan/plan.js';
import type { Counters, RunSamples, TrialSamples } from '../samples/samples.js';
import { PAIRS_MIN } from './compare.js';
import type { MetricComparison } from './compare-kernels.js';
import { driftOverRounds } from './drift.js';
import { usable, type KernelSummary } from './kernel-summary.js';

/**
 * What a reader must know before believing the numbers of a run, each with what to do about it.
 * Empty for a run without doubts.
 */
export function runWarnings(
  plan: Plan,
  samples: RunSamples,
  kernels: readonly KernelSummary[],
  comparisons: readonly MetricComparison[],
): string[] {
  return [
    ...partialRun(plan, samples, kernels),
    ...samples.notes,
    ...fewPairs(plan, comparisons),
    ...kernels.flatMap((kernel, kernelIndex) => [
      ...cutShort(kernel),
      ...withoutMunmap(kernel),
      ...failures(kernel),
      ...overflow(
        kernel,
        samples.trials.filter((trial) => trial.kernelIndex === kernelIndex),
      ),
      ...drift(kernel),
    ]),
  ];
}

function partialRun(plan: Plan, samples: RunSamples, kernels: readonly KernelSummary[]): string[] {
  if (!samples.partial) return [];
  const complete = kernels.map(({ rounds }) => rounds.filter((round) => round.complete).length);
  return [
    `partial run: a signal ended it after ${Math.min(...complete)} of ${plan.rounds} complete ` +
      `${plan.rounds === 1 ? 'round' : 'rounds'}; let it run to the end for a verdict`,
  ];
}

function fewPairs(plan: Plan, comparisons: readonly MetricComparison[]): string[] {
  return comparisons
    .filter(({ metric, pairs }) => metric === 'faultsPerSecond' && pairs < PAIRS_MIN)
    .map(({ base, candidate, pairs }) => {
      const found = pairs === 1 ? '1 pair of rounds' : `${pairs} pairs of rounds`;
      const remedy = plan.rounds < PAIRS_MIN ? `; use --rounds ${PAIRS_MIN} or more` : '';
      return `${candidate} against ${base}: ${found}, a verdict needs ${PAIRS_MIN}${remedy}`;
    });
}

function cutShort({ label, rounds }: KernelSummary): string[] {
  if (rounds.length === 0) return [`${label}: not measured`];
  return rounds.some((round) => round.complete)
    ? []
    : [`${label}: no complete round, its numbers are from a round that was cut short`];
}

function withoutMunmap({ label, rounds }: KernelSummary): string[] {
  const used = usable(rounds);
  const without = used.filter((round) => round.counters.munmapCalls === 0).length;
  if (without === 0) return [];
  return [
    `${label}: no munmap returned in ${without} of ${used.length} ` +
      `${used.length === 1 ? 'round' : 'rounds'}; raise --timeout or lower --mmap-bytes`,
  ];
}

function failures({ label, rounds }: KernelSummary): string[] {
  const total = (field: keyof Counters): number =>
    rounds.reduce((sum, round) => sum + round.counters[field], 0);
  const outOfMemory = total('outOfMemory');
  const failedCalls = total('failedCalls');
  const warnings: string[] = [];
  if (outOfMemory > 0) {
    warnings.push(
      `${label}: ${outOfMemory} page ${outOfMemory === 1 ? 'fault' : 'faults'} found no memory; ` +
        'the kernels may not have done the same work',
    );
  }
  if (failedCalls > 0) {
    warnings.push(
      `${label}: ${failedCalls} mmap or munmap ${failedCalls === 1 ? 'call' : 'calls'} failed; ` +
        'the kernels may not have done the same work',
    );
  }
  return warnings;
}

function overflow({ label }: KernelSummary, trials: readonly TrialSamples[]): string[] {
  const count = trials.reduce(
    (sum, { mmapSem }) =>
      sum + mmapSem.writeHold.overflow + mmapSem.readWait.overflow + mmapSem.writeWait.overflow,
    0,
  );
  return count === 0
    ? []
    : [`${label}: ${count} times of mmap_sem exceed one hour; their percentiles are too low`];
}

function drift({ label, rounds }: KernelSummary): string[] {
  const rates = usable(rounds)
    .map((round) => round.faultsPerSecond)
    .filter((rate) => rate !== null);
  const change = driftOverRounds(rates);
  if (change === null) return [];
  return [
    `${label}: page faults/sec ${change > 0 ? 'rose' : 'fell'} by ` +
      `${(100 * Math.abs(change)).toFixed(1)} % from the first round to the last; pairs of rounds ` +
      'cancel most of it, but the machine was not at rest',
  ];
}
