import { roundWord, type Plan } from '../plan/plan.js';
import type { Counters, RunSamples, TrialSamples } from '../samples/samples.js';
import type { MetricComparison } from './compare-kernels.js';
import { driftOverRounds } from './drift.js';
import { hostWarnings } from './host-warnings.js';
import { usable, type KernelSummary } from './kernel-summary.js';
import { PRIMARY_METRIC } from './metrics.js';
import { noiseOf } from './noise.js';
import { pairsNeeded } from './power.js';
import { twoModes } from './two-modes.js';
import { untilWarnings } from './until.js';

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
    ...hostWarnings(plan, samples.conditions),
    ...fewPairs(plan, comparisons),
    ...untilWarnings(plan, comparisons),
    ...kernels.flatMap((kernel, kernelIndex) => [
      ...cutShort(plan, kernel),
      ...withoutMunmap(plan, kernel),
      ...failures(plan, kernel),
      ...overflow(
        kernel,
        samples.trials.filter((trial) => trial.kernelIndex === kernelIndex),
      ),
      // Simulations have no before and after.
      ...(noiseOf(plan) === 'none' ? [] : drift(kernel)),
      ...modes(plan, kernel),
    ]),
  ];
}

function partialRun(plan: Plan, samples: RunSamples, kernels: readonly KernelSummary[]): string[] {
  if (!samples.partial) return [];
  const complete = kernels.map(({ rounds }) => rounds.filter((round) => round.complete).length);
  const least = Math.min(...complete);
  const [ofAll, count] =
    plan.until === undefined ? [` of ${plan.rounds}`, plan.rounds] : ['', least];
  return [
    `partial run: a signal ended it after ${least}${ofAll} complete ` +
      `${roundWord(plan)}${count === 1 ? '' : 's'}; let it run to the end for a verdict`,
  ];
}

/** Simulated rounds need no company: each of them is exact. */
function fewPairs(plan: Plan, comparisons: readonly MetricComparison[]): string[] {
  if (noiseOf(plan) === 'none') return [];
  const primary = comparisons.filter(({ metric }) => metric === PRIMARY_METRIC);
  const needed = pairsNeeded(primary.length);
  const neededOthers = pairsNeeded(comparisons.length - primary.length);
  const remedy = (fewest: number): string =>
    plan.rounds < fewest ? `; use --rounds ${fewest} or more` : '';
  const tooFew = primary.filter(({ pairs }) => pairs < needed);
  if (tooFew.length === 0 && primary.some(({ pairs }) => pairs < neededOthers)) {
    return [
      `verdicts on more than page faults need ${neededOthers} pairs of rounds${remedy(neededOthers)}`,
    ];
  }
  return tooFew.map(({ base, candidate, pairs }) => {
    const found = pairs === 1 ? '1 pair of rounds' : `${pairs} pairs of rounds`;
    return `${candidate} against ${base}: ${found}, a verdict needs ${needed}${remedy(needed)}`;
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

function failures(plan: Plan, { label, rounds }: KernelSummary): string[] {
  const total = (field: keyof Counters): number =>
    rounds.reduce((sum, round) => sum + (round.counters[field] ?? 0), 0);
  const outOfMemory = total('outOfMemory');
  const failedCalls = total('failedCalls');
  const warnings: string[] = [];
  if (outOfMemory > 0) {
    warnings.push(
      `${label}: ${outOfMemory} page ${outOfMemory === 1 ? 'fault' : 'faults'} found no memory; ` +
        'the kernels may not have done the same work',
    );
  }
  // Stressors with instances make calls that are to fail, and say themselves what they could not get.
  if (failedCalls > 0 && plan.stress === undefined) {
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

function drift(kernel: KernelSummary): string[] {
  const change = driftOverRounds(faultRates(kernel));
  if (change === null) return [];
  return [
    `${kernel.label}: page faults/sec ${change > 0 ? 'rose' : 'fell'} by ` +
      `${(100 * Math.abs(change)).toFixed(1)} % from the first round to the last; pairs of rounds ` +
      'cancel most of it, but the machine was not at rest',
  ];
}

/** A machine with two speeds, or a workload with two equilibria: the median is then either of them. */
function modes(plan: Plan, kernel: KernelSummary): string[] {
  const found = twoModes(faultRates(kernel), plan.seed);
  if (found === null) return [];
  const { low, high, lowCount, highCount } = found;
  const word = roundWord(plan);
  return [
    `${kernel.label}: page faults/sec flip between two levels, ${(low / 1e6).toPrecision(3)} M in ` +
      `${lowCount} ${word}s and ${(high / 1e6).toPrecision(3)} M in ${highCount}; the median is ` +
      `one of them, and more --${word}s tell how often each comes about`,
  ];
}

function faultRates({ rounds }: KernelSummary): number[] {
  return usable(rounds)
    .map((round) => round.faultsPerSecond)
    .filter((rate) => rate !== null);
}
