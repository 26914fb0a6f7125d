/** What two runs, or two kernels of one, say about a rule. */
import { roundSummary } from '../report/formats/measures.js';
import type { ResultDocument } from '../report/result.js';
import { pairedDifference, pairedLogRatios } from '../stats/compare.js';
import { unpairedDifference } from '../stats/compare-unpaired.js';
import { logOf, logRatio } from '../stats/log-ratio.js';
import { mannWhitney } from '../stats/mann-whitney.js';
import { median } from '../stats/median.js';
import { noiseOf } from '../stats/noise.js';
import {
  haveSameRounds,
  pairByRound,
  seriesOf,
  type PairedValues,
  type Series,
} from '../stats/pairing.js';
import {
  detectableChange,
  detectableOfInterval,
  moreRounds,
  moreRoundsAgainst,
} from '../stats/power.js';
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
  /** What it takes to tell a value so far from the bound, a fraction above 0, from one on it. */
  readonly moreFor: (distance: number) => MoreRounds;
}

export interface MoreRounds {
  /** How many more, about; null when it cannot be said, or none tell. */
  readonly rounds: number | null;
  /** Whether they are compared with those of a baseline, which stay as many as they are. */
  readonly isBaseline: boolean;
}

/** Which side has no values; the rule cannot be judged then. */
export type Missing = 'run' | 'baseline';

/**
 * `rules` is how many rules are judged together. Rounds of one run are paired, and so are the seeds of
 * two simulations, which have to be the same ones; otherwise two runs have nothing in common. A rate
 * of 0 is not a value: nothing was measured.
 */
export function evidenceOn(
  { kernel, quantity, bound }: Rule,
  run: ResultDocument,
  baseline: ResultDocument | undefined,
  rules: number,
): Evidence | Missing {
  const values = seriesIn(run, kernel, quantity);
  if (isMissing(values, quantity)) return 'run';
  if (bound.of === 'limit') return againstLimit([...values.values()], bound.value);
  const from = bound.of === 'baseline' ? baseline : run;
  const base: Series = from === undefined ? new Map() : seriesIn(from, bound.kernel, quantity);
  if (isMissing(base, quantity)) return bound.of === 'baseline' ? 'baseline' : 'run';
  const { seed } = run.plan;
  const isSimulated = noiseOf(run.plan) === 'none';
  if (bound.of === 'baseline' && !isSimulated) {
    return unpaired([...base.values()], [...values.values()], bound.factor, rules, seed);
  }
  // What only some of the seeds say is not what all of them do.
  if (bound.of === 'baseline' && !haveSameRounds(base, values)) return 'baseline';
  const pairs = pairByRound(base, values);
  if (pairs.base.length === 0) return 'run';
  return paired(pairs, bound.factor, rules, seed);
}

/** The change against its base that a bound just allows, a fraction with its sign. */
export function allowedBy(bound: Bound): number | null {
  // Without what binary fractions leave behind.
  return bound.of === 'limit' ? null : Number((bound.factor - 1).toPrecision(12));
}

function seriesIn(document: ResultDocument, label: string, quantity: Quantity): Series {
  const kernel = document.kernels.find(({ name }) => name === label);
  return seriesOf(kernel?.rounds ?? [], (round) => quantity.valueOf(roundSummary(round)));
}

function isMissing(series: Series, { isTime }: Quantity): boolean {
  return series.size === 0 || (!isTime && median([...series.values()]) === 0);
}

function paired(
  { base, candidate }: PairedValues,
  factor: number,
  rules: number,
  seed: number,
): Evidence {
  const logRatios = pairedLogRatios(base, candidate);
  const excesses = logRatios.map((ratio) => ratio - Math.log(factor));
  const detectable = detectableChange(logRatios, rules, seed);
  const pairs = logRatios.length;
  return {
    ...differenceOnly(pairedDifference(logRatios, seed)),
    base: median(base),
    value: median(candidate),
    count: pairs,
    excess: median(excesses),
    tails: signedRankTails(excesses),
    detectable,
    moreFor: (distance) => ({
      rounds: moreRounds({ pairs, detectable }, distance),
      isBaseline: false,
    }),
  };
}

function unpaired(
  base: readonly number[],
  values: readonly number[],
  factor: number,
  rules: number,
  seed: number,
): Evidence {
  const difference = unpairedDifference(base, values, seed);
  const from = base.map(logOf);
  const to = values.map((value) => logOf(value) - Math.log(factor));
  const detectable = detectableOfInterval(difference);
  const power = { baseRounds: base.length, rounds: values.length, detectable };
  return {
    ...difference,
    base: median(base),
    value: median(values),
    count: Math.min(base.length, values.length),
    excess: logRatio(median(base), median(values)) - Math.log(factor),
    tails: mannWhitney(to, from),
    detectable,
    moreFor: (distance) => ({
      rounds: moreRoundsAgainst(power, distance, rules),
      isBaseline: true,
    }),
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
    moreFor: () => ({ rounds: null, isBaseline: false }),
  };
}

function differenceOnly({ change, ciLow, ciHigh, p }: Difference): Difference {
  return { change, ciLow, ciHigh, p };
}
