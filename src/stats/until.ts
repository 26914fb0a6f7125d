/**
 * When a run of `--until P` has measured enough: once the 95 % interval of every candidate's change in
 * page faults/sec is no more than P wide to either side of its middle.
 */
import { roundWord, type Plan, type Until } from '../plan/plan.js';
import type { TrialSamples } from '../samples/samples.js';
import { logRatiosOf, type MetricComparison } from './compare-kernels.js';
import { pairedDifference, type PairedDifference } from './compare.js';
import { PRIMARY_METRIC } from './metrics.js';
import { moreRounds, pairsNeeded } from './power.js';
import { ratesOf } from './round.js';

/** More rounds than `--rounds` takes are not measured, whatever the interval. */
const UNTIL_ROUNDS_MAX = 1000;

type Ends = Pick<PairedDifference, 'ciLow' | 'ciHigh' | 'pairs'>;

/**
 * `wantsMore` of a run until its changes are known well enough. `fits`: whether there is time for one
 * more batch of rounds after so many.
 */
export function moreUntil(
  plan: Plan,
  until: Until,
  fits: (batches: number) => boolean,
): (trials: readonly TrialSamples[], batches: number) => boolean {
  return (trials, batches) =>
    (batches + 1) * plan.rounds <= UNTIL_ROUNDS_MAX &&
    fits(batches) &&
    !isKnown(until, faultChanges(plan, trials));
}

/** Each candidate's change in page faults/sec against the base: what the comparisons will say. */
export function faultChanges(plan: Plan, trials: readonly TrialSamples[]): PairedDifference[] {
  const [base, ...candidates] = plan.kernels.map((_, kernelIndex) =>
    trials.filter((trial) => trial.kernelIndex === kernelIndex),
  );
  return candidates.map((candidate) => {
    const logRatios = logRatiosOf(base!, candidate, (trial) => ratesOf(trial).faultsPerSecond);
    return pairedDifference(logRatios, plan.seed);
  });
}

/** An interval of fewer pairs than a verdict takes is narrow by chance. */
function isKnown({ halfWidth: wanted }: Until, changes: readonly Ends[]): boolean {
  const needed = pairsNeeded(changes.length);
  return changes.every((change) => {
    const halfWidth = halfWidthOf(change);
    return change.pairs >= needed && halfWidth !== null && halfWidth <= wanted;
  });
}

function halfWidthOf({ ciLow, ciHigh }: Ends): number | null {
  return ciLow === null || ciHigh === null ? null : (ciHigh - ciLow) / 2;
}

/** What a run until something was known has to say where it did not get so far; a sentence each. */
export function untilWarnings(plan: Plan, comparisons: readonly MetricComparison[]): string[] {
  const { until } = plan;
  if (until === undefined) return [];
  const primary = comparisons.filter(({ metric }) => metric === PRIMARY_METRIC);
  // Too few pairs have a warning of their own.
  const enough = primary.filter(({ pairs }) => pairs >= pairsNeeded(primary.length));
  return enough.flatMap((comparison) => {
    const halfWidth = halfWidthOf(comparison);
    if (halfWidth !== null && halfWidth <= until.halfWidth) return [];
    const { base, candidate } = comparison;
    const known =
      halfWidth === null ? 'has no interval' : `is known to within ${percent(halfWidth)} only`;
    return [
      `${candidate} against ${base}: the change in page faults/sec ${known}, ` +
        `${percent(until.halfWidth)} was asked for${remedy(plan, until, comparison, halfWidth)}`,
    ];
  });
}

function remedy(
  plan: Plan,
  until: Until,
  { pairs }: MetricComparison,
  halfWidth: number | null,
): string {
  if (halfWidth === null) return '';
  const word = roundWord(plan);
  // Both are distances from the middle, and shrink with the root of the pairs.
  const more = moreRounds({ pairs, detectable: halfWidth }, until.halfWidth);
  const rounds = more === null ? `far more ${word}s` : `about ${more} more ${word}s`;
  const isFull = pairs + plan.rounds > UNTIL_ROUNDS_MAX;
  if (isFull || until.secondsMax === null)
    return `; it takes ${rounds}, and no run has more than ${UNTIL_ROUNDS_MAX}`;
  return `; it takes ${rounds}: raise --max-time`;
}

function percent(fraction: number): string {
  return `${Number((100 * fraction).toPrecision(2))} %`;
}
