import { Chalk, type ChalkInstance } from 'chalk';
import { formatPercent } from '../report/format.js';
import { gridWidth, renderGrid, wrapText, type Cell } from '../report/grid.js';
import { intervalColumn } from '../report/interval-column.js';
import type { TableOptions } from '../report/table.js';
import { oneLine } from '../util/one-line.js';
import type { CompareDocument, ComparedSample, SavedComparison } from './compare-document.js';
import { settingLines, warningLines } from './compare-remarks.js';
import {
  cutMiddle,
  metricWords,
  pWords,
  savedVerdictPaint,
  sideNames,
  valueWords,
} from './compare-words.js';

const DEFAULT_WIDTH = 100;
/** Names are cut to between these, as far as the width asks for it. */
const NAME_MAX = 40;
const NAME_MIN = 10;
/** Other tools' metrics begin alike. */
const METRIC_MIN = 24;
/** Lines that the whole is kept within, as far as it goes; the JSON document has all. */
const SCREEN = 30;

/** A line of the table, its cells in three parts of which the last two can stand apart. */
interface Line {
  /** Stands above the line, across all columns. */
  readonly heading?: string;
  readonly names: readonly Cell[];
  readonly numbers: readonly Cell[];
  readonly difference: readonly Cell[];
}

/** All lines with names of at most `width` characters, the first the heads of the columns. */
type Layout = (width: number) => readonly Line[];

/**
 * Saved runs for people: one table with the first as base, what else differs between them, how they
 * were compared, and the doubts. Two columns stand side by side, a metric a line; more have a line
 * each. Ends with a newline.
 */
export function renderCompare(document: CompareDocument, options: TableOptions): string {
  const { unicode, width = DEFAULT_WIDTH } = options;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const layouts = isPair(document)
    ? [pairLayout(document, unicode, chalk)]
    : [listLayout(document, unicode, chalk, false), listLayout(document, unicode, chalk, true)];
  const words = [
    ...settingLines(document, width, chalk),
    // One after the other: a screen has no line for each.
    ...wrapText(document.notes.map(oneLine).join(' '), width),
  ];
  const parts = [titleLines(document, width, chalk), ...fit(layouts, width, chalk), words];
  // A blank between two parts each.
  const taken = parts.reduce((lines, part) => lines + part.length, parts.length - 1);
  words.push(...warningLines(document, SCREEN - taken, width, chalk));
  return parts
    .map((lines) => lines.filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** Two files, or one of two runs. */
function isPair({ sides, comparisons }: CompareDocument): boolean {
  if (sides.length > 1) return sides.length === 2;
  return new Set(comparisons.map(({ candidate }) => candidate.label)).size === 1;
}

function titleLines(document: CompareDocument, width: number, chalk: ChalkInstance): string[] {
  const { comparisons, headline } = document;
  const metrics = new Set(comparisons.map(metricWords));
  const [metric] = comparisons as [SavedComparison];
  const better = metric.better === null ? '' : ` (${metric.better} is better)`;
  const what = metrics.size > 1 ? '' : `: ${metricWords(metric)}${better}`;
  return [
    chalk.bold(`Saved runs${what}, base ${sideNames(document, NAME_MAX)[0]!}`),
    ...(headline === null ? [] : wrapText(oneLine(headline), width)),
  ];
}

/** A line for each metric of each label, the values of both side by side. */
function pairLayout(document: CompareDocument, unicode: boolean, chalk: ChalkInstance): Layout {
  const { comparisons, sides } = document;
  const labels = new Set(comparisons.map(({ base }) => base.label));
  const metrics = new Set(comparisons.map(({ metric }) => metric));
  const differences = differenceRows(comparisons, chalk);
  return (width) => {
    const name = (text: string): string => cutMiddle(oneLine(text), width);
    const [one] = comparisons as [SavedComparison];
    const heads =
      sides.length === 2
        ? sideNames(document, width)
        : [name(one.base.label), name(one.candidate.label)];
    const head: Line = {
      names: [
        { text: metrics.size === 1 && labels.size > 1 ? 'label' : 'metric', paint: chalk.bold },
      ],
      numbers: [...heads, 'n'].map((text) => headCell(text, chalk)),
      difference: differenceHeads(comparisons, chalk),
    };
    const lines = comparisons.map((comparison, index): Line => {
      const { base, candidate } = comparison;
      const isFirst = comparisons[index - 1]?.base.label !== base.label;
      const isGrouped = labels.size > 1 && metrics.size > 1;
      const key =
        metrics.size === 1 && labels.size > 1 ? oneLine(base.label) : metricWords(comparison);
      const n = base.n === candidate.n ? String(base.n) : `${base.n}+${candidate.n}`;
      return {
        ...(isGrouped && isFirst ? { heading: cutMiddle(oneLine(base.label), 2 * NAME_MAX) } : {}),
        names: [{ text: `${isGrouped ? '  ' : ''}${cutMiddle(key, Math.max(width, METRIC_MIN))}` }],
        numbers: [
          right(valueWords(comparison, base.median, unicode)),
          right(valueWords(comparison, candidate.median, unicode)),
          right(n),
        ],
        difference: differences[index]!,
      };
    });
    return [head, ...lines];
  };
}

/**
 * A line for each run, the base of the following in front of them. Grouped, a label that all of them
 * have stands above them instead of in a column.
 */
function listLayout(
  document: CompareDocument,
  unicode: boolean,
  chalk: ChalkInstance,
  isGrouped: boolean,
): Layout {
  const comparisons = byBase(document.comparisons);
  const metrics = new Set(comparisons.map(({ metric }) => metric));
  const labels = new Set(
    comparisons.flatMap(({ base, candidate }) => [base.label, candidate.label]),
  );
  const areAlike = comparisons.every(({ base, candidate }) => base.label === candidate.label);
  const hasLabels = labels.size > 1 && !(isGrouped && areAlike);
  const differences = differenceRows(comparisons, chalk);
  return (width) => {
    const files = sideNames(document, width);
    const names = ({ side, label }: ComparedSample): Cell[] => [
      ...(document.sides.length === 1 ? [] : [{ text: files[side]! }]),
      ...(hasLabels ? [{ text: cutMiddle(oneLine(label), width) }] : []),
    ];
    const line = (
      comparison: SavedComparison,
      sample: ComparedSample,
      difference: readonly Cell[],
    ): Line => ({
      names: names(sample),
      numbers: [right(String(sample.n)), right(valueWords(comparison, sample.median, unicode))],
      difference,
    });
    const lines = comparisons.flatMap((comparison, index): Line[] => {
      const { base, candidate, metric } = comparison;
      const own = line(comparison, candidate, differences[index]!);
      const before = comparisons[index - 1];
      if (before?.metric === metric && before.base.label === base.label) return [own];
      const heading = [
        ...(metrics.size > 1 && before?.metric !== metric ? [metricWords(comparison)] : []),
        ...(labels.size > 1 && !hasLabels ? [cutMiddle(oneLine(base.label), 2 * NAME_MAX)] : []),
      ].join(', ');
      const none = differences[index]!.map((_, cell, { length }) => ({
        text: cell === length - 1 ? 'base' : '',
      }));
      return [{ ...(heading && { heading }), ...line(comparison, base, none) }, own];
    });
    const head: Line = {
      names: [
        ...(document.sides.length === 1 ? [] : ['file']),
        ...(hasLabels ? ['label'] : []),
      ].map((text) => ({ text, paint: chalk.bold })),
      numbers: ['n', 'median'].map((text) => headCell(text, chalk)),
      difference: differenceHeads(comparisons, chalk),
    };
    return [head, ...lines];
  };
}

/** By metric, then by base: all that is compared with one of its values follows it. */
function byBase(comparisons: readonly SavedComparison[]): SavedComparison[] {
  const metrics = [...new Set(comparisons.map(({ metric }) => metric))];
  return metrics.flatMap((name) => comparisons.filter(({ metric }) => metric === name));
}

/** Of which samples that cannot decide have none. */
const INFERENCE = ['95 % interval', 'adj. p'] as const;

function hasInference(comparisons: readonly SavedComparison[]): boolean {
  return comparisons.some(({ p }) => p !== null);
}

function differenceHeads(comparisons: readonly SavedComparison[], chalk: ChalkInstance): Cell[] {
  const heads = ['change', ...(hasInference(comparisons) ? INFERENCE : [])];
  return [...heads.map((text) => headCell(text, chalk)), { text: 'verdict', paint: chalk.bold }];
}

/** The cells of every comparison, in the same order. */
function differenceRows(comparisons: readonly SavedComparison[], chalk: ChalkInstance): Cell[][] {
  const intervals = intervalColumn(comparisons);
  return comparisons.map((comparison, index) => [
    right(formatPercent(comparison.change)),
    ...(hasInference(comparisons)
      ? [right(intervals[index]!), right(pWords(comparison.pAdjusted))]
      : []),
    {
      text: comparison.verdict,
      paint: savedVerdictPaint(comparison.verdict, chalk),
    },
  ]);
}

function headCell(text: string, chalk: ChalkInstance): Cell {
  return { text, align: 'right', paint: chalk.bold };
}

function right(text: string): Cell {
  return { text, align: 'right' };
}

/**
 * One block by the first layout that can be as narrow, with names cut as far as it takes, else numbers
 * and differences in a block each.
 */
function fit(layouts: readonly Layout[], width: number, chalk: ChalkInstance): string[][] {
  const whole = ({ names, numbers, difference }: Line): Cell[] => [
    ...names,
    ...numbers,
    ...difference,
  ];
  const parts = [
    ({ names, numbers }: Line): Cell[] => [...names, ...numbers],
    ({ names, difference }: Line): Cell[] => [...names, ...difference],
  ];
  const attempts = Array.from({ length: NAME_MAX - NAME_MIN + 1 }, (_, cut) => NAME_MAX - cut);
  const fitting = (layout: Layout, cells: (line: Line) => Cell[]): number | undefined =>
    attempts.find((name) => gridWidth(layout(name).map(cells)) <= width);
  for (const layout of layouts) {
    const name = fitting(layout, whole);
    if (name !== undefined) return [block(layout(name), whole, chalk)];
  }
  const [layout] = layouts as [Layout];
  return parts.map((part) => block(layout(fitting(layout, part) ?? NAME_MIN), part, chalk));
}

function block(
  lines: readonly Line[],
  cellsOf: (line: Line) => Cell[],
  chalk: ChalkInstance,
): string[] {
  const texts = renderGrid(lines.map(cellsOf));
  return lines.flatMap(({ heading }, index) => [
    ...(heading === undefined ? [] : [chalk.bold(heading)]),
    texts[index]!,
  ]);
}
