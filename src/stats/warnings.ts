import { roundWord, type Plan } from '../plan/plan.js';
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
      ...cutShort(plan, kernel),
      ...withoutMunmap(plan, kernel),
      ...failures(kernel),
      ...overflow(
        kernel,
        samples.trials.filter((trial) => trial.kernelIndex === kernelIndex),
      ),
      // Simulations have no before and after.
      ...(plan.machine === undefined ? drift(kernel) : []),
    ]),
  ];
}

function partialRun(plan: Plan, samples: RunSamples, kernels: readonly KernelSummary[]): string[] {
  if (!samples.partial) return [];
  const complete = kernels.map(({ rounds }) => rounds.filter((round) => round.complete).length);
  return [
    `partial run: a signal ended it after ${Math.min(...complete)} of ${plan.rounds} complete ` +
      `${roundWord(plan)}${plan.rounds === 1 ? '' : 's'}; let it run to the end for a verdict`,
  ];
}

function fewPairs(plan: Plan, comparisons: readonly MetricComparison[]): string[] {
  return comparisons
    .filter(({ metric, pairs }) => metric === 'faultsPerSecond' && pairs < PAIRS_MIN)
    .map(({ base, candidate, pairs }) => {
      const word = roundWord(plan);
      const found = `${pairs} ${pairs === 1 ? 'pair' : 'pairs'} of ${word}s`;
      const remedy = plan.rounds < PAIRS_MIN ? `; use --${word}s ${PAIRS_MIN} or more` : '';
      return `${candidate} against ${base}: ${found}, a verdict needs ${PAIRS_MIN}${remedy}`;
    });
}

function cutShort(plan: Plan, { label, rounds }: KernelSummary): string[] {
  if (rounds.length === 0) return [`${label}: not measured`];
  return rounds.some((round) => round.complete)
    ? []
    : [
        `${label}: no complete ${roundWord(plan)}, its numbers are from a ${roundWord(plan)} that was ` +
          'cut short',
      ];
}

function withoutMunmap(plan: Plan, { label, rounds }: KernelSummary): string[] {
  const used = usable(rounds);
  const without = used.filter((round) => round.counters.munmapCalls === 0).length;
  if (without === 0) return [];
  return [
    `${label}: no munmap returned in ${without} of ${used.length} ` +
      `${roundWord(plan)}${used.length === 1 ? '' : 's'}; raise --timeout or lower --mmap-bytes`,
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
