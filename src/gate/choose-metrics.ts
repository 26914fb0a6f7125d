/** In what matched runs are compared. */
import { metricOf, type SavedMetric, type SavedRun } from '../report/readers/saved-run.js';
import { PRIMARY_METRIC } from '../stats/metrics.js';
import { quotedName } from './compare-words.js';
import { NothingToCompare, type Match } from './match-runs.js';

/** One metric of one match. */
export interface MetricPair {
  readonly match: Match;
  readonly base: SavedMetric;
  readonly candidate: SavedMetric;
}

export interface MetricChoice {
  /** What the runs are about. */
  readonly primary: string;
  /** One at least. */
  readonly pairs: readonly MetricPair[];
  /** What some runs lack; a sentence each. */
  readonly notes: readonly string[];
}

/** The first that all have is the primary metric; else any whose direction is known, else any. */
const PREFERRED = [PRIMARY_METRIC, 'bogo-ops-per-second-real-time'];

/** More would not be read. */
const NAMED_MAX = 3;

/**
 * The metrics that `wanted` names, else of stress-ng the preferred ones, which are what its runs are
 * made for, else all that matched runs share, or with `isNarrow` the primary one of them. Throws SavedRunRefused for a wanted metric that no run of some file has, and
 * NothingToCompare if nothing is shared.
 */
export function chooseMetrics(
  matches: readonly Match[],
  wanted: readonly string[] | undefined,
  isNarrow: boolean,
): MetricChoice {
  const shared = matches.flatMap(sharedMetrics);
  if (wanted !== undefined) for (const name of wanted) requireEverywhere(matches, name);
  const primary = primaryOf(shared, wanted);
  if (primary === undefined) {
    const [{ base, candidate }] = matches as [Match];
    throw new NothingToCompare(
      `no metric in common: '${base.run.source}' has ${namesOf(base.run)}; ` +
        `'${candidate.run.source}' has ${namesOf(candidate.run)}`,
    );
  }
  const usual = usualOf(matches, shared);
  const names = wanted ?? usual ?? (isNarrow ? [primary] : undefined);
  const pairs =
    names === undefined
      ? shared
      : matches.flatMap((match) =>
          names.flatMap((name) =>
            shared.filter((pair) => pair.match === match && pair.base.name === name),
          ),
        );
  const left = wanted === undefined && usual !== undefined ? leftOut(shared, usual) : [];
  const missing = names === undefined ? [] : lacking(matches, names, pairs);
  return { primary, pairs, notes: [...missing, ...left] };
}

/** Undefined where not all runs are stress-ng's, or they have nothing that is usual. */
function usualOf(
  matches: readonly Match[],
  shared: readonly MetricPair[],
): readonly string[] | undefined {
  const runs = matches.flatMap(({ base, candidate }) => [base.run, candidate.run]);
  if (runs.some(({ kind }) => kind !== 'stress-ng')) return undefined;
  const names = PREFERRED.filter((name) => shared.some(({ base }) => base.name === name));
  return names.length === 0 ? undefined : names;
}

function leftOut(shared: readonly MetricPair[], names: readonly string[]): string[] {
  const others = new Set(
    shared.map(({ base }) => base.name).filter((name) => !names.includes(name)),
  );
  if (others.size === 0) return [];
  const examples = [...others].slice(0, NAMED_MAX).join(', ');
  const more = others.size <= NAMED_MAX ? '' : `, ${others.size - NAMED_MAX} more`;
  return [`--metric compares what else the files share: ${examples}${more}.`];
}

function sharedMetrics(match: Match): MetricPair[] {
  return match.base.run.metrics.flatMap((base) => {
    const candidate = match.candidate.run.metrics.find(
      ({ name, unit }) => name === base.name && unit === base.unit,
    );
    return candidate === undefined ? [] : [{ match, base, candidate }];
  });
}

/** Of those that most matches share. */
function primaryOf(
  shared: readonly MetricPair[],
  wanted: readonly string[] | undefined,
): string | undefined {
  const counts = new Map<string, number>();
  for (const { base } of shared) counts.set(base.name, (counts.get(base.name) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const common = shared
    .map(({ base }) => base)
    .filter(({ name }) =>
      wanted === undefined ? counts.get(name) === most : wanted.includes(name),
    );
  const preferred = PREFERRED.find((name) => common.some((metric) => metric.name === name));
  return preferred ?? (common.find(({ better }) => better !== null) ?? common[0])?.name;
}

function requireEverywhere(matches: readonly Match[], name: string): void {
  const placed = matches.flatMap(({ base, candidate }) => [base, candidate]);
  for (const { run } of placed) {
    const namesakes = placed.filter((other) => other.run.source === run.source);
    const has = namesakes.some((other) => other.run.metrics.some((metric) => metric.name === name));
    if (!has) metricOf(run, name);
  }
}

function lacking(
  matches: readonly Match[],
  names: readonly string[],
  pairs: readonly MetricPair[],
): string[] {
  return names.flatMap((name) => {
    const left = matches.filter(
      (match) => !pairs.some((pair) => pair.match === match && pair.base.name === name),
    );
    if (left.length === 0) return [];
    const [{ base, candidate }] = left as [Match];
    const { run } = base.run.metrics.some((metric) => metric.name === name) ? candidate : base;
    const more = left.length === 1 ? '' : `, nor ${left.length - 1} more`;
    return [
      `Without ${name}, hence not compared: ${run.label} of ${quotedName(run.source)}${more}.`,
    ];
  });
}

function namesOf({ metrics }: SavedRun): string {
  return metrics.map(({ name }) => name).join(', ');
}
