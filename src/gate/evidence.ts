/** What two runs, or two kernels of one, say about a rule. */
import { roundSummary } from '../report/formats/measures.js';
import type { ResultDocument } from '../report/result.js';
import { pairedDifference, pairedLogRatios } from '../stats/compare.js';
import { unpairedDifference } from '../stats/compare-unpaired.js';
import { usable } from '../stats/kernel-summary.js';
import { logOf } from '../stats/log-ratio.js';
import { mannWhitney } from '../stats/mann-whitney.js';
import { median } from '../stats/median.js';
import { noiseOf } from '../stats/noise.js';
import { detectableChange, detectableOfInterval } from '../stats/power.js';
import { signedRankTails } from '../stats/signed-rank.js';
import type { Tails } from '../stats/tails.js';
import type { Difference } from '../stats/verdict.js';
import type { Quantity } from './quantity.js';
import type { Bound, Rule } from './rule.js';

export interface Evidence extends Difference {
  /** Medians, in the quantity's own unit; the base of a limit is the limit. */
  readonly base: number;
  readonly value: number;
  /** Rounds, seeds or pairs of them that it rests on. */
  readonly count: number;
  /** Logarithm of how far the value is above the bound; below when negative. */
  readonly excess: number;
  /** Chance of an excess as low as seen, and as high, if there was none. */
  readonly tails: Tails;
  /** Smallest change that a run like this shows in 80 % of cases, a fraction; null when none. */
  readonly detectable: number | null;
}

/** Which side has no values; the rule cannot be judged then. */
export type Missing = 'run' | 'baseline';

/** Values by round. */
type Series = ReadonlyMap<number, number>;

/**
 * `rules` is how many rules are judged together. Rounds of one run are paired, and so are equal seeds
 * of two simulations; otherwise two runs have nothing in common.
 */
export function evidenceOn(
  { kernel, quantity, bound }: Rule,
  run: ResultDocument,
  baseline: ResultDocument | undefined,
  rules: number,
): Evidence | Missing {
  const values = seriesOf(run, kernel, quantity);
  if (values.size === 0) return 'run';
  if (bound.of === 'limit') return againstLimit([...values.values()], bound.value);
  const from = bound.of === 'baseline' ? baseline : run;
  const base: Series = from === undefined ? new Map() : seriesOf(from, bound.kernel, quantity);
  if (base.size === 0) return bound.of === 'baseline' ? 'baseline' : 'run';
  const { seed } = run.plan;
  const isPaired = bound.of === 'kernel' || noiseOf(run.plan) === 'none';
  if (!isPaired) return unpaired([...base.values()], [...values.values()], bound.factor, seed);
  const rounds = [...values.keys()].filter((round) => base.has(round));
  if (rounds.length === 0) return 'run';
  return paired(
    rounds.map((round) => base.get(round)!),
    rounds.map((round) => values.get(round)!),
    bound.factor,
    rules,
    seed,
  );
}

/** The change against its base that a bound just allows, a fraction with its sign. */
export function allowedBy(bound: Bound): number | null {
  return bound.of === 'limit' ? null : bound.factor - 1;
}

function seriesOf(document: ResultDocument, label: string, quantity: Quantity): Series {
  const kernel = document.kernels.find(({ name }) => name === label);
  return new Map(
    usable(kernel?.rounds ?? []).flatMap((round) => {
      const value = quantity.valueOf(roundSummary(round));
      return value === null ? [] : [[round.round, value] as const];
    }),
  );
}

function paired(
  base: readonly number[],
  values: readonly number[],
  factor: number,
  rules: number,
  seed: number,
): Evidence {
  const logRatios = pairedLogRatios(base, values);
  const excesses = logRatios.map((ratio) => ratio - Math.log(factor));
  return {
    ...differenceOnly(pairedDifference(logRatios, seed)),
    base: median(base),
    value: median(values),
    count: logRatios.length,
    excess: median(excesses),
    tails: signedRankTails(excesses),
    detectable: detectableChange(logRatios, rules, seed),
  };
}

function unpaired(
  base: readonly number[],
  values: readonly number[],
  factor: number,
  seed: number,
): Evidence {
  const difference = unpairedDifference(base, values, seed);
  const from = base.map(logOf);
  const to = values.map((value) => logOf(value) - Math.log(factor));
  return {
    ...difference,
    base: median(base),
    value: median(values),
    count: Math.min(base.length, values.length),
    excess: median(to) - median(from),
    tails: mannWhitney(to, from),
    detectable: detectableOfInterval(difference),
  };
}

function againstLimit(values: readonly number[], limit: number): Evidence {
  const excesses = values.map((value) => logOf(value) - Math.log(limit));
  return {
    ...{ change: null, ciLow: null, ciHigh: null, p: null },
    base: limit,
    value: median(values),
    count: values.length,
    excess: median(excesses),
    tails: signedRankTails(excesses),
    detectable: null,
  };
}

function differenceOnly({ change, ciLow, ciHigh, p }: Difference): Difference {
  return { change, ciLow, ciHigh, p };
}
