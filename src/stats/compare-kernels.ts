import { changeSpread, compareRounds, type ChangeSpread, type Comparison } from './compare.js';
import { usable, type KernelSummary } from './kernel-summary.js';
import type { Plan } from '../plan/plan.js';
import type { Metric, MetricName } from './metrics.js';

/** Base and candidate are kernel labels. */
export interface MetricComparison extends Comparison {
  readonly base: string;
  readonly candidate: string;
  readonly metric: MetricName;
  /** Of simulated machines, where every pair is a seed. */
  readonly overSeeds?: ChangeSpread;
}

/** Pairs the usable rounds of both kernels by their number; a round that one of them lacks is left out. */
export function compareKernels(
  base: KernelSummary,
  candidate: KernelSummary,
  metric: Metric,
  { seed, machine }: Pick<Plan, 'seed' | 'machine'>,
): MetricComparison {
  const baseValues: number[] = [];
  const candidateValues: number[] = [];
  for (const baseRound of usable(base.rounds)) {
    const candidateRound = usable(candidate.rounds).find(({ round }) => round === baseRound.round);
    if (candidateRound === undefined) continue;
    const baseValue = metric.valueOf(baseRound);
    const candidateValue = metric.valueOf(candidateRound);
    if (baseValue === null || candidateValue === null) continue;
    baseValues.push(baseValue);
    candidateValues.push(candidateValue);
  }
  const overSeeds = machine === undefined ? undefined : changeSpread(baseValues, candidateValues);
  return {
    base: base.label,
    candidate: candidate.label,
    metric: metric.name,
    ...compareRounds(baseValues, candidateValues, metric.better, seed),
    ...(overSeeds === undefined ? {} : { overSeeds }),
  };
}
