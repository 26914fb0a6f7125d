/** What a reader of a comparison of saved runs must know besides its numbers. */
import { formatCount } from '../report/format.js';
import { PAIRS_MIN } from '../stats/compare.js';
import { roundsSuffice } from '../stats/compare-unpaired.js';
import { pairsNeeded } from '../stats/power.js';
import { MODEL_VERSION } from './changed-settings.js';
import type { MetricPair } from './choose-metrics.js';
import type { Basis, ChangedSetting, SavedComparison } from './compare-document.js';
import { metricWords, quotedName } from './compare-words.js';
import type { Side } from './saved-sides.js';

const BASES: readonly (readonly [Basis, string])[] = [
  ['seeds', 'Paired by seed, without noise: any difference is one, whatever p.'],
  ['rounds', 'Paired by round: signed-rank test, interval of the median ratio.'],
  ['unpaired', 'Not paired: Mann-Whitney test, interval of the ratio of medians.'],
];

/** How the verdicts came about, and what it would take where there are none. */
export function compareNotes(comparisons: readonly SavedComparison[], primary: string): string[] {
  const isDecided = ({ verdict }: SavedComparison): boolean => verdict !== 'cannot decide';
  const bases = new Set(comparisons.filter(isDecided).map(({ basis }) => basis));
  const primaries = comparisons.filter(({ metric }) => metric === primary);
  const others = comparisons.filter(({ metric }) => metric !== primary);
  return [
    ...BASES.flatMap(([basis, words]) => (bases.has(basis) ? [words] : [])),
    ...adjustment(primaries, others),
    ...tooFew(primaries, others),
  ];
}

/** Of the comparisons that have a p. */
function adjustment(
  primaries: readonly SavedComparison[],
  others: readonly SavedComparison[],
): string[] {
  const counts = [primaries, others].map((list) => list.filter(({ p }) => p !== null).length);
  const names = [...primaries.slice(0, 1).map(metricWords), 'other metrics'].slice(-2);
  const families = counts.flatMap((count, index) =>
    count > 1 ? [`${count} comparisons of ${names.at(index - 2)!}`] : [],
  );
  return families.length === 0 ? [] : [`p is adjusted (Holm) for ${families.join(' and ')}.`];
}

/** The smallest samples are the ones that need more. */
function tooFew(
  primaries: readonly SavedComparison[],
  others: readonly SavedComparison[],
): string[] {
  const comparisons = [...primaries, ...others];
  const undecided = comparisons.filter(({ verdict }) => verdict === 'cannot decide');
  const most = Math.max(primaries.length, others.length);
  if (undecided.length > 0) return [remedy(undecided, most)];
  const familyOf = (comparison: SavedComparison): number =>
    primaries.includes(comparison) ? primaries.length : others.length;
  const weak = comparisons.filter(
    (comparison) =>
      comparison.verdict === 'inconclusive' &&
      comparison.p !== null &&
      !suffices(comparison, familyOf(comparison)),
  );
  if (weak.length === 0) return [];
  const [first] = weak as [SavedComparison];
  const runs = first.basis === 'unpaired' ? 'runs a side' : 'rounds';
  const count = needed(first, familyOf(first));
  return [
    `Inconclusive may be for want of runs: ${familyOf(first)} comparisons at once need ${count} ${runs}.`,
  ];
}

function remedy(undecided: readonly SavedComparison[], comparisons: number): string {
  const [first] = undecided as [SavedComparison];
  const unit = first.basis === 'rounds' ? 'rounds' : 'runs a side';
  const one = first.basis === 'rounds' ? PAIRS_MIN : needed(first, 1);
  const all = needed(first, comparisons);
  const more = all > one ? `, and ${comparisons} at once need ${all}` : '';
  return `cannot decide: ${sampleWords(first)}; a comparison needs at least ${one} ${unit}${more}.`;
}

/** `1 run a side`, `1 and 3 runs`, `5 rounds`. */
function sampleWords({ basis, base, candidate, pairs }: SavedComparison): string {
  if (basis !== 'unpaired') return formatCount(pairs ?? 0, 'round');
  if (base.n !== candidate.n) return `${base.n} and ${candidate.n} runs`;
  return `${formatCount(base.n, 'run')} a side`;
}

function suffices(
  { basis, base, candidate, pairs }: SavedComparison,
  comparisons: number,
): boolean {
  if (basis === 'seeds') return true;
  if (basis === 'rounds') return (pairs ?? 0) >= pairsNeeded(comparisons);
  return roundsSuffice(base.n, candidate.n, comparisons);
}

/** Rounds, or runs a side. */
function needed({ basis }: SavedComparison, comparisons: number): number {
  if (basis === 'rounds') return pairsNeeded(comparisons);
  let runs = 1;
  while (!roundsSuffice(runs, runs, comparisons)) runs++;
  return runs;
}

/** Another model first: it changes what all numbers mean. */
export function compareWarnings(
  sides: readonly Side[],
  pairs: readonly MetricPair[],
  configuration: readonly ChangedSetting[],
): string[] {
  const model = configuration.find(({ setting }) => setting === MODEL_VERSION);
  return [
    ...(model === undefined ? [] : [otherModel(model)]),
    ...contradictions(pairs),
    ...notesOfFiles(sides),
  ];
}

function otherModel({ values }: ChangedSetting): string {
  const versions = values.map(({ value, files }) => {
    const more = files.length === 1 ? '' : ` and ${files.length - 1} more`;
    return `${JSON.stringify(value)} in ${quotedName(files[0]!)}${more}`;
  });
  return (
    `the model itself changed: version ${versions.join(', ')}; a difference between them is not ` +
    'one between kernels'
  );
}

function contradictions(pairs: readonly MetricPair[]): string[] {
  const metrics = pairs.flatMap(({ base, candidate }) =>
    base.better !== null && candidate.better !== null && base.better !== candidate.better
      ? [base.name]
      : [],
  );
  return [...new Set(metrics)].map(
    (metric) =>
      `the files contradict each other about ${metric}: whether higher or lower is better`,
  );
}

/** What the files say about themselves, the same words of several files once. */
function notesOfFiles(sides: readonly Side[]): string[] {
  const sources = new Map<string, Set<string>>();
  for (const { name, runs } of sides) {
    for (const note of runs.flatMap(({ notes }) => notes)) {
      sources.set(note, (sources.get(note) ?? new Set()).add(name));
    }
  }
  return [...sources].map(([note, names]) => {
    const [first, ...more] = [...names];
    return `${quotedName(first!)}${more.length === 0 ? '' : ` and ${more.length} more`}: ${note}`;
  });
}
