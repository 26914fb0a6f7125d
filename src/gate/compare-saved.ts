/** The comparison's verdicts for runs that somebody saved. */
import { headline } from '../report/headline.js';
import type { SavedMetric } from '../report/readers/saved-run.js';
import type { ToolFacts } from '../report/result.js';
import { PAIRS_MIN, pairedDifference, pairedLogRatios } from '../stats/compare.js';
import { roundsSuffice, unpairedDifference } from '../stats/compare-unpaired.js';
import { holm } from '../stats/holm.js';
import { median } from '../stats/median.js';
import { noiseOf } from '../stats/noise.js';
import { pairByRound, type Series } from '../stats/pairing.js';
import { judgeMeasured, judgeSimulated, type Better } from '../stats/verdict.js';
import { changedSettings, isSameSimulation } from './changed-settings.js';
import { chooseMetrics, type MetricPair } from './choose-metrics.js';
import {
  COMPARE_SCHEMA,
  COMPARE_VERSION,
  type Basis,
  type CompareDocument,
  type ComparedSample,
  type SavedComparison,
  type SavedVerdict,
} from './compare-document.js';
import { compareNotes, compareWarnings } from './compare-notes.js';
import { matchRuns, type Match, type Placed } from './match-runs.js';
import type { Side } from './saved-sides.js';

/** Of the resamples where no plan has a seed. */
const BOOTSTRAP_SEED = 1;

type Unjudged = Omit<SavedComparison, 'pAdjusted' | 'verdict'>;

/**
 * Compares saved runs with those of the first side, in the metrics of `wanted` or in all that two
 * columns share; of more than two, in the primary one. Verdicts come in two families as in
 * `compareKernels`: the primary metric, and all others. Throws NothingToCompare, SavedRunRefused.
 */
export function compareSaved(
  tool: ToolFacts,
  sides: readonly Side[],
  wanted?: readonly string[],
): CompareDocument {
  const { matches, notes } = matchRuns(sides);
  const columns = sides.length === 1 ? sides[0]!.runs.length : sides.length;
  const choice = chooseMetrics(matches, wanted, columns > 2);
  const unjudged = choice.pairs.map(differenceOf);
  const families = [
    unjudged.filter(({ metric }) => metric === choice.primary),
    unjudged.filter(({ metric }) => metric !== choice.primary),
  ];
  const judged = new Map(families.flatMap(judgeFamily));
  const comparisons = unjudged.map((comparison) => judged.get(comparison)!);
  const files = sides.flatMap((side) => side.files);
  const configuration = changedSettings(files);
  const plan = files[0]!.document?.plan;
  return {
    schema: COMPARE_SCHEMA,
    version: COMPARE_VERSION,
    tool,
    sides: sides.map(({ name, files: own }) => ({
      name,
      files: own.map((file) => ({ name: file.name, kind: file.kind })),
    })),
    headline: plan === undefined ? null : headline(plan),
    primaryMetric: choice.primary,
    comparisons,
    configuration,
    notes: [...notes, ...choice.notes, ...compareNotes(comparisons, choice.primary)],
    warnings: compareWarnings(sides, choice.pairs, configuration),
  };
}

function differenceOf({ match, base, candidate }: MetricPair): Unjudged {
  const areAtOdds =
    base.better !== null && candidate.better !== null && base.better !== candidate.better;
  const known = {
    metric: base.name,
    unit: base.unit,
    better: areAtOdds ? null : (base.better ?? candidate.better),
    base: sampleOf(match.base, base),
    candidate: sampleOf(match.candidate, candidate),
  };
  const basis = basisOf(match);
  if (basis === 'unpaired') {
    // The seed that a gate of the candidate has, so that the figures are the same.
    const seed = match.candidate.run.document?.plan.seed ?? BOOTSTRAP_SEED;
    const difference = unpairedDifference(base.samples, candidate.samples, seed);
    return { ...known, basis, ...difference, pairs: null, higher: null, lower: null };
  }
  const values = pairByRound(byRound(base), byRound(candidate));
  // The seed of the run's own comparison, so that the figures are the same.
  const { seed } = match.base.run.document!.plan;
  return {
    ...known,
    basis,
    ...pairedDifference(pairedLogRatios(values.base, values.candidate), seed),
  };
}

function sampleOf({ side, run }: Placed, { samples }: SavedMetric): ComparedSample {
  return { side, label: run.label, n: samples.length, median: median(samples) };
}

/** Pooled runs have no document, and no rounds that could be told apart. */
function basisOf({ base, candidate }: Match): Basis {
  const [one, other] = [base.run.document, candidate.run.document];
  if (one === undefined || other === undefined) return 'unpaired';
  if (isSameSimulation(one, other)) return 'seeds';
  return one === other ? (noiseOf(one.plan) === 'none' ? 'seeds' : 'rounds') : 'unpaired';
}

function byRound({ rounds, samples }: SavedMetric): Series {
  return new Map(rounds!.map((round, index) => [round, samples[index]!]));
}

function judgeFamily(family: readonly Unjudged[]): (readonly [Unjudged, SavedComparison])[] {
  const adjusted = holm(family.map(({ p }) => p));
  return family.map((comparison, index) => {
    const pAdjusted = adjusted[index]!;
    const verdict = verdictOf(comparison, pAdjusted);
    const { change, ciLow, ciHigh, p, pairs, higher, lower, ...what } = comparison;
    return [
      comparison,
      { ...what, pairs, higher, lower, change, ciLow, ciHigh, p, pAdjusted, verdict },
    ] as const;
  });
}

function verdictOf(comparison: Unjudged, p: number | null): SavedVerdict {
  const { basis, base, candidate, better } = comparison;
  const pairs = comparison.pairs ?? 0;
  const { higher, lower } = comparison;
  const towards: Better = better ?? 'higher';
  if (basis === 'seeds') {
    const counts = { pairs, higher: higher ?? 0, lower: lower ?? 0 };
    const enough = pairs >= PAIRS_MIN;
    return inWords(judgeSimulated(comparison, counts, p, enough, towards), better);
  }
  const enough = basis === 'rounds' ? pairs >= PAIRS_MIN : roundsSuffice(base.n, candidate.n);
  if (!enough) return 'cannot decide';
  return inWords(judgeMeasured(comparison, p, enough, towards), better);
}

function inWords(verdict: SavedVerdict, better: Better | null): SavedVerdict {
  if (better !== null) return verdict;
  return verdict === 'faster' ? 'higher' : verdict === 'slower' ? 'lower' : verdict;
}
