import {
  changeSpread,
  PAIRS_MIN,
  pairedDifference,
  pairedLogRatios,
  type ChangeSpread,
  type Comparison,
  type PairedDifference,
} from './compare.js';
import { holm } from './holm.js';
import type { KernelSummary } from './kernel-summary.js';
import { PRIMARY_METRIC, type Metric, type MetricName } from './metrics.js';
import type { Noise } from './noise.js';
import { pairByRound, seriesOf } from './pairing.js';
import { detectableChange } from './power.js';
import { judgePairs } from './verdict.js';

/** Base and candidate are kernel labels. */
export interface MetricComparison extends Comparison {
  readonly base: string;
  readonly candidate: string;
  readonly metric: MetricName;
  /** `p` after Holm, over the comparisons of its family; what the verdict is drawn from. */
  readonly pAdjusted: number | null;
  /**
   * Smallest change, a fraction, that a run like this shows in 80 % of cases; null when none. 0 where
   * nothing varies, and null for simulations, which show all there is.
   */
  readonly detectable: number | null;
  /** Of simulated machines, where every pair is a seed. */
  readonly overSeeds?: ChangeSpread;
}

interface Pairing {
  readonly base: KernelSummary;
  readonly candidate: KernelSummary;
  readonly metric: Metric;
  readonly logRatios: readonly number[];
  readonly difference: PairedDifference;
}

/**
 * Compares each kernel with the first in every metric. Verdicts come in two families, each of which
 * has a chance of 5 % to hold any wrong `faster` or `slower`: the one metric that a run is about, over
 * all candidates, and all others over all candidates. In one family ten rounds could not show anything
 * of more than three candidates: a rank test of 10 pairs cannot get below p = 0.002.
 */
export function compareKernels(
  kernels: readonly KernelSummary[],
  metrics: readonly Metric[],
  seed: number,
  noise: Noise,
): MetricComparison[] {
  const [base, ...candidates] = kernels;
  if (base === undefined) return [];
  const pairings = candidates.flatMap((candidate) =>
    metrics.map((metric): Pairing => {
      const logRatios = logRatiosOf(base.rounds, candidate.rounds, (round) =>
        metric.valueOf(round),
      );
      const difference = pairedDifference(logRatios, seed);
      return { base, candidate, metric, logRatios, difference };
    }),
  );
  const families = [
    pairings.filter(({ metric }) => metric.name === PRIMARY_METRIC),
    pairings.filter(({ metric }) => metric.name !== PRIMARY_METRIC),
  ];
  const judged = new Map(families.flatMap((family) => judgeFamily(family, seed, noise)));
  return pairings.map((pairing) => judged.get(pairing)!);
}

function judgeFamily(
  family: readonly Pairing[],
  seed: number,
  noise: Noise,
): (readonly [Pairing, MetricComparison])[] {
  const adjusted = holm(family.map(({ difference }) => difference.p));
  return family.map((pairing, index) => {
    const { base, candidate, metric, logRatios, difference } = pairing;
    const overSeeds = noise === 'none' ? changeSpread(logRatios) : undefined;
    const pAdjusted = adjusted[index]!;
    const enough = difference.pairs >= PAIRS_MIN;
    const verdict = judgePairs(difference, pAdjusted, enough, metric.better, noise);
    const detectable = noise === 'none' ? null : detectableChange(logRatios, family.length, seed);
    const comparison: MetricComparison = {
      base: base.label,
      candidate: candidate.label,
      metric: metric.name,
      ...difference,
      pAdjusted,
      detectable,
      verdict,
      ...(overSeeds === undefined ? {} : { overSeeds }),
    };
    return [pairing, comparison] as const;
  });
}

/** Logarithms of candidate / base over the usable rounds that both have (`pairByRound`). */
export function logRatiosOf<Round extends { readonly round: number; readonly complete: boolean }>(
  base: readonly Round[],
  candidate: readonly Round[],
  valueOf: (round: Round) => number | null,
): number[] {
  const values = pairByRound(seriesOf(base, valueOf), seriesOf(candidate, valueOf));
  return pairedLogRatios(values.base, values.candidate);
}
