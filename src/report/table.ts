import { Chalk, type ChalkInstance } from 'chalk';
import { cpuTimeLines } from './cpu-time.js';
import { fileCountLines } from './file-counts.js';
import { formatPercent, NOT_AVAILABLE } from './format.js';
import { gridWidth, renderGrid, wrapText, type Cell } from './grid.js';
import { headline } from './headline.js';
import { intervalColumn } from './interval-column.js';
import type { ResultDocument, ResultKernel } from './result.js';
import { seedSpreadLines } from './seed-spread.js';
import { sentences } from './sentence.js';
import { tableMetrics, type TableMetric } from './table-metrics.js';
import { verdictPaint } from './verdict-paint.js';

export interface TableOptions {
  /** Colour repeats what the words say; nothing is lost without it. */
  readonly color: boolean;
  /** `µs` instead of `us`. */
  readonly unicode: boolean;
  /** Columns to stay within where words and columns can be broken. */
  readonly width?: number;
}

const DEFAULT_WIDTH = 100;

type Row = readonly Cell[];

/**
 * The result for people: what was run, a column of numbers per kernel, what changed against the
 * first kernel and how sure that is, the same in words, and the doubts. Ends with a newline.
 *
 * Two kernels share one block with their differences if the width allows; otherwise the numbers come
 * first and a block of differences per candidate follows.
 */
export function renderTable(document: ResultDocument, options: TableOptions): string {
  const { unicode, width = DEFAULT_WIDTH } = options;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const words = sentences(document, unicode).flatMap((sentence) => wrapText(sentence, width));
  const warnings = document.warnings.map((warning) => `${chalk.yellow('warning:')} ${warning}`);
  const parts = [
    [chalk.bold(headline(document.plan, document.kernels))],
    ...numberBlocks(document, unicode, width, chalk),
    seedSpreadLines(document.comparisons, chalk.bold),
    fileCountLines(document.kernels, chalk.bold),
    cpuTimeLines(document.kernels, chalk.bold),
    words,
    warnings,
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function numberBlocks(
  document: ResultDocument,
  unicode: boolean,
  width: number,
  chalk: ChalkInstance,
): string[][] {
  const metrics = tableMetrics(document.plan);
  const labels = labelColumn(metrics, chalk);
  const columns = document.kernels.map((kernel) => kernelColumn(kernel, metrics, unicode, chalk));
  const deltas = document.kernels
    .slice(1)
    .map((candidate) => deltaColumns(document, candidate, metrics, chalk));
  const together = joinColumns([labels, ...columns, ...deltas]);
  if (document.kernels.length <= 2 && gridWidth(together) <= width) return [renderGrid(together)];
  const numbers = splitColumns(labels, columns, width).map(renderGrid);
  const base = document.kernels[0]?.name ?? '';
  const differences = deltas.map((delta, index) => [
    chalk.bold(`${document.kernels[index + 1]!.name} against ${base}`),
    ...renderGrid(joinColumns([labels, delta])),
  ]);
  return [...numbers, ...differences];
}

/** Header first, then one cell per metric, as in every column. */
function labelColumn(metrics: readonly TableMetric[], chalk: ChalkInstance): Row[] {
  return [
    [{ text: 'metric', paint: chalk.bold }],
    ...metrics.map(({ label }) => [{ text: label }]),
  ];
}

function kernelColumn(
  kernel: ResultKernel,
  metrics: readonly TableMetric[],
  unicode: boolean,
  chalk: ChalkInstance,
): Row[] {
  const cell = (metric: TableMetric): Cell => {
    const value = metric.valueOf(kernel);
    return {
      text: value === null ? NOT_AVAILABLE : metric.format(value, unicode),
      align: 'right',
    };
  };
  return [
    [{ text: kernel.name, align: 'right', paint: chalk.bold }],
    ...metrics.map((metric) => [cell(metric)]),
  ];
}

/** Change, interval and verdict of one candidate. */
function deltaColumns(
  document: ResultDocument,
  candidate: ResultKernel,
  metrics: readonly TableMetric[],
  chalk: ChalkInstance,
): Row[] {
  const comparisons = metrics.map(({ name }) =>
    document.comparisons.find(
      (comparison) => comparison.candidate === candidate.name && comparison.metric === name,
    ),
  );
  const intervals = intervalColumn(comparisons);
  const header: Row = [
    { text: 'change', align: 'right', paint: chalk.bold },
    { text: '95 % interval', align: 'right', paint: chalk.bold },
    { text: 'verdict', paint: chalk.bold },
  ];
  const rows = comparisons.map((comparison, index): Row => {
    const verdict = comparison?.verdict ?? 'inconclusive';
    return [
      { text: formatPercent(comparison?.change ?? null), align: 'right' },
      { text: intervals[index]!, align: 'right' },
      { text: verdict, paint: verdictPaint(verdict, chalk) },
    ];
  });
  return [header, ...rows];
}

/** Sets columns side by side: row i of the result is row i of each. */
function joinColumns(columns: readonly (readonly Row[])[]): Row[] {
  return columns[0]!.map((_, row) => columns.flatMap((column) => column[row]!));
}

/** As many kernels side by side as the width allows, at least one, the rest below with labels again. */
function splitColumns(labels: Row[], columns: readonly Row[][], width: number): Row[][] {
  const blocks: Row[][] = [];
  let block: Row[] | undefined;
  for (const column of columns) {
    const wider = block === undefined ? undefined : joinColumns([block, column]);
    if (block !== undefined && wider !== undefined && gridWidth(wider) <= width) {
      block = wider;
      continue;
    }
    if (block !== undefined) blocks.push(block);
    block = joinColumns([labels, column]);
  }
  if (block !== undefined) blocks.push(block);
  return blocks;
}
