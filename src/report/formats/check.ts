/** Things that were judged, by name: what JUnit files and gates are made of. */
import type { MetricComparison } from '../../stats/compare-kernels.js';
import { formatInterval, formatPercent, formatWholeSize, NOT_AVAILABLE } from '../format.js';
import { headline } from '../headline.js';
import type { ResultDocument, ResultKernel } from '../result.js';
import { TABLE_METRICS } from '../table-metrics.js';
import { measuresOf, type Measure } from './measures.js';

/** `failed`: not what was asked for; `error`: could not be measured; `skipped`: not judged. */
export type Outcome = 'passed' | 'failed' | 'error' | 'skipped';

export interface Check {
  /** What was measured, from general to special. */
  readonly group: readonly string[];
  /** What was judged, such as the metric; unique within the group. */
  readonly name: string;
  readonly outcome: Outcome;
  /** Kind of failure or error, such as PerformanceRegression. */
  readonly type?: string;
  /** One line: by how much, and why. */
  readonly message: string;
  /** The numbers behind it. */
  readonly details?: string;
  /** How long it was measured, seconds. */
  readonly seconds: number;
}

export interface CheckSuite {
  readonly name: string;
  /** Wall-clock start, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
}

/**
 * Every comparison of a document as a check: a difference of either sign is no failure as long as
 * nobody has said what is allowed, and what is inconclusive was not judged. A lone kernel is checked
 * for having been measured.
 */
export function comparisonSuite(document: ResultDocument): CheckSuite {
  const { host, comparisons, kernels } = document;
  const checks =
    comparisons.length > 0
      ? comparisons.map((comparison) => comparisonCheck(document, comparison))
      : kernels.flatMap((kernel) =>
          measuresOf(document).map((measure) => kernelCheck(document, kernel, measure)),
        );
  return {
    name: 'comparison',
    startedAt: host.startedAt,
    seconds: host.elapsedSeconds,
    properties: suiteProperties(document),
    checks,
  };
}

/** What was run, and the doubts about it. */
export function suiteProperties({
  plan,
  kernels,
  tool,
  partial,
  warnings,
}: ResultDocument): Record<string, string> {
  return {
    engine: plan.engine,
    settings: headline(plan, kernels),
    seed: String(plan.seed),
    tool: `${tool.name} ${tool.version}, model ${tool.modelVersion}`,
    partial: String(partial),
    ...Object.fromEntries(warnings.map((warning, index) => [`warning-${index + 1}`, warning])),
  };
}

function comparisonCheck(document: ResultDocument, comparison: MetricComparison): Check {
  const { base, candidate, metric, change, ciLow, ciHigh, verdict, pairs, p } = comparison;
  const pair = document.kernels.filter(({ name }) => name === base || name === candidate);
  const numbers = pair.map((kernel) => `${kernel.name} ${ownNumber(kernel, metric)}`);
  const interval = `95 % interval ${formatInterval(ciLow, ciHigh)}`;
  return {
    group: [...groupOf(document), `${candidate}-against-${base}`],
    name: metric,
    outcome: verdict === 'inconclusive' ? 'skipped' : 'passed',
    message: `${verdict}: ${formatPercent(change)} (${interval}, ${pairs} pairs)`,
    details: [...numbers, ...(p === null ? [] : [`p ${p}`])].join(', '),
    seconds: pair.reduce((sum, kernel) => sum + measuredSeconds(kernel), 0),
  };
}

function kernelCheck(document: ResultDocument, kernel: ResultKernel, measure: Measure): Check {
  const { name } = measure;
  const isMeasured = measure.kernelValue(kernel) !== null;
  return {
    group: [...groupOf(document), kernel.name],
    name,
    outcome: isMeasured ? 'passed' : 'skipped',
    message: isMeasured ? ownNumber(kernel, name) : 'no round has a value',
    seconds: measuredSeconds(kernel),
  };
}

/** What every check of a document is about. */
export function groupOf({ plan }: ResultDocument): string[] {
  return [plan.stressor, formatWholeSize(plan.mmapBytes)];
}

/** In the words of the table. */
function ownNumber(kernel: ResultKernel, name: MetricComparison['metric']): string {
  const metric = TABLE_METRICS.find((row) => row.name === name)!;
  const value = metric.valueOf(kernel);
  return value === null ? NOT_AVAILABLE : `${metric.format(value, false)} (${metric.label})`;
}

/** How long a kernel was measured. */
export function measuredSeconds({ rounds }: ResultKernel): number {
  return rounds.reduce((sum, { seconds }) => sum + seconds, 0);
}
