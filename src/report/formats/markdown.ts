import type { MetricComparison } from '../../stats/compare-kernels.js';
import { formatInterval, formatPercent, NOT_AVAILABLE } from '../format.js';
import { headline } from '../headline.js';
import type { ResultDocument, ResultKernel } from '../result.js';
import { sentences } from '../sentence.js';
import { tableMetrics, type TableMetric } from '../table-metrics.js';
import { escapeMarkdown, foldedList, markdownTable } from './markdown-text.js';

/** Repeats what the table's first row shows. */
const HEADING_METRIC = 'faultsPerSecond';

/**
 * The result as GitHub-flavoured Markdown, short enough for the summary of a step: the verdict, one
 * table, the same in words, doubts, and what was run folded up. Ends with a newline.
 */
export function renderMarkdown(document: ResultDocument): string {
  const { partial, warnings } = document;
  const parts = [
    `### mmsem-bench: ${partial ? 'partial run: ' : ''}${verdict(document)}`,
    ...tables(document),
    ...sentences(document, true).map(escapeMarkdown),
    warnings.map((warning) => `- **warning:** ${escapeMarkdown(warning)}`).join('\n'),
    foldedList('settings', settingLines(document)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** One clause for each kernel after the first, or one for the only one. */
function verdict(document: ResultDocument): string {
  const [base, ...candidates] = document.kernels;
  const metric = tableMetrics(document.plan).find(({ name }) => name === HEADING_METRIC)!;
  if (base === undefined) return 'nothing measured';
  if (candidates.length === 0) {
    return `${escapeMarkdown(base.name)} ${numberText(base, metric)} ${metric.label}`;
  }
  const clauses = candidates.map((candidate) => {
    const comparison = comparisonOf(document, candidate, metric);
    const change = formatPercent(comparison?.change ?? null);
    const word = comparison?.verdict ?? 'inconclusive';
    return `${escapeMarkdown(candidate.name)} **${word}** (${change} ${metric.label})`;
  });
  return `${clauses.join(', ')} against ${escapeMarkdown(base.name)}`;
}

/** Numbers and differences side by side for two kernels, one below the other for more. */
function tables(document: ResultDocument): string[] {
  const { kernels, plan } = document;
  const metrics = tableMetrics(plan);
  const candidates = kernels.slice(1);
  const numbers = metrics.map((metric) => [
    metric.label,
    ...kernels.map((kernel) => numberText(kernel, metric)),
  ]);
  const numberColumns = ['metric', ...kernels.map(({ name }) => `>${name}`)];
  const [candidate, ...others] = candidates;
  if (candidate === undefined) return [markdownTable(numberColumns, numbers)];
  if (others.length === 0) {
    const rows = metrics.map((metric, row) => [
      ...numbers[row]!,
      ...deltaCells(document, candidate, metric),
    ]);
    return [markdownTable([...numberColumns, ...DELTA_COLUMNS], rows)];
  }
  const differences = candidates.flatMap((other) =>
    metrics.map((metric) => [other.name, metric.label, ...deltaCells(document, other, metric)]),
  );
  const differenceColumns = [`against ${kernels[0]!.name}`, 'metric', ...DELTA_COLUMNS];
  return [markdownTable(numberColumns, numbers), markdownTable(differenceColumns, differences)];
}

const DELTA_COLUMNS = ['>change', '>95 % interval', 'verdict'];

function deltaCells(
  document: ResultDocument,
  candidate: ResultKernel,
  metric: TableMetric,
): string[] {
  const comparison = comparisonOf(document, candidate, metric);
  if (comparison === undefined) return [NOT_AVAILABLE, NOT_AVAILABLE, 'inconclusive'];
  const { change, ciLow, ciHigh, verdict: word } = comparison;
  return [formatPercent(change), formatInterval(ciLow, ciHigh), word];
}

function comparisonOf(
  { comparisons }: ResultDocument,
  candidate: ResultKernel,
  { name }: TableMetric,
): MetricComparison | undefined {
  return comparisons.find((one) => one.candidate === candidate.name && one.metric === name);
}

function numberText(kernel: ResultKernel, metric: TableMetric): string {
  const value = metric.valueOf(kernel);
  return value === null ? NOT_AVAILABLE : metric.format(value, true);
}

/** What was run, with what, and where. */
export function settingLines({ plan, tool, host, kernels }: ResultDocument): string[] {
  return [
    headline(plan, kernels),
    `seed ${plan.seed}, ${tool.name} ${tool.version}, model ${tool.modelVersion}`,
    `${host.cpuModel}, ${host.cpus} CPUs, ${host.platform} ${host.arch}, Node ${host.node}`,
  ];
}
