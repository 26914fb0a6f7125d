import { Chalk, type ChalkInstance } from 'chalk';
import { gridSize } from '../plan/grid.js';
import { shardPoints, shardText } from '../plan/shard.js';
import type { MetricName } from '../stats/metrics.js';
import { formatCount, formatInterval, formatPercent, NOT_AVAILABLE } from './format.js';
import { renderGrid, wrapText, type Cell } from './grid.js';
import { headline } from './headline.js';
import { comparisonOf } from './sweep-csv.js';
import type { SweepDocument, SweepPoint } from './sweep-document.js';
import { TABLE_METRICS, type TableMetric } from './table-metrics.js';
import { verdictPaint } from './verdict-paint.js';

export interface SweepTableOptions {
  readonly color: boolean;
  readonly unicode: boolean;
  /** Columns to stay within where words can be broken. */
  readonly width?: number;
  /** A block each. */
  readonly metrics: readonly MetricName[];
}

/** `candidate` is undefined where a point has a single kernel. */
interface Pair {
  readonly base: string;
  readonly candidate: string | undefined;
}

/**
 * The sweep for people: what was varied, then for every metric and every kernel against its base a
 * block with a line for each point, and the doubts. Ends with a newline.
 */
export function renderSweep(document: SweepDocument, options: SweepTableOptions): string {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const metrics = options.metrics.map((name) => TABLE_METRICS.find((one) => one.name === name)!);
  const blocks = metrics.flatMap((metric) =>
    pairsOf(document.points).map((pair) => block(document, pair, metric, options.unicode, chalk)),
  );
  const doubts = warningsOf(document).map((warning) => `${chalk.yellow('warning:')} ${warning}`);
  return [headings(document, options.width ?? DEFAULT_WIDTH, chalk), ...blocks, doubts]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

const DEFAULT_WIDTH = 100;

function headings(
  { configuration, shard, points }: SweepDocument,
  width: number,
  chalk: ChalkInstance,
): string[] {
  const { axes, plan } = configuration;
  const size = gridSize(axes);
  const mine = shardPoints(size, shard).length;
  const grid = axes.map(({ name, values }) => `${name} (${values.length})`).join(' x ');
  const cut =
    shard.count === 1 ? '' : `, ${formatCount(mine, 'point')} of them in ${shardText(shard)}`;
  const state = points.length < mine ? [`Partial: ${points.length} of ${mine} points`] : [];
  return [
    ...wrapText(`${formatCount(size, 'point')}: ${grid}${cut}`, width).map((line) =>
      chalk.bold(line),
    ),
    ...wrapText(`first point: ${headline(plan)}`, width),
    ...state.map((text) => chalk.yellow(text)),
  ];
}

/** Every two kernels that some point compares, in the order of the points. */
function pairsOf(points: readonly SweepPoint[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const { kernels } of points) {
    const [base, ...candidates] = kernels.map(({ name }) => name);
    if (base === undefined) continue;
    for (const candidate of candidates.length === 0 ? [undefined] : candidates) {
      pairs.set(JSON.stringify([base, candidate]), { base, candidate });
    }
  }
  return [...pairs.values()];
}

function block(
  { configuration, points }: SweepDocument,
  { base, candidate }: Pair,
  metric: TableMetric,
  unicode: boolean,
  chalk: ChalkInstance,
): string[] {
  const right = (text: string): Cell => ({ text, align: 'right' });
  const heading = (text: string): Cell => ({ ...right(text), paint: chalk.bold });
  const header: Cell[] = [
    ...configuration.axes.map(({ name }) => heading(name)),
    heading(base),
    ...(candidate === undefined ? [] : [heading(candidate), ...CHANGE_HEADINGS.map(heading)]),
    ...(candidate === undefined ? [] : [{ text: 'verdict', paint: chalk.bold }]),
  ];
  const rows = points.flatMap((point): Cell[][] => {
    const names = point.kernels.map(({ name }) => name);
    const isAlone = names.length === 1;
    const has = candidate === undefined ? isAlone : names.indexOf(candidate) > 0;
    if (names[0] !== base || !has) return [];
    const value = (kernel: string): Cell => {
      const number = point.kernels.find(({ name }) => name === kernel)!.metrics[metric.name];
      return right(number === null ? NOT_AVAILABLE : metric.format(number, unicode));
    };
    const cells = [...Object.values(point.at).map(right), value(base)];
    if (candidate === undefined) return [cells];
    const comparison = comparisonOf(point, candidate, metric.name);
    const verdict = comparison?.verdict ?? 'inconclusive';
    return [
      [
        ...cells,
        value(candidate),
        right(formatPercent(comparison?.change ?? null)),
        right(formatInterval(comparison?.ciLow ?? null, comparison?.ciHigh ?? null)),
        { text: verdict, paint: verdictPaint(verdict, chalk) },
      ],
    ];
  });
  const against = candidate === undefined ? base : `${candidate} against ${base}`;
  return [chalk.bold(`${metric.label}, ${against}`), ...renderGrid([header, ...rows])];
}

const CHANGE_HEADINGS = ['change', '95 % interval'];

/** More would bury the rest. */
const WARNINGS_MAX = 10;

/** Each doubt once, with where it arises. */
function warningsOf({ points }: SweepDocument): string[] {
  const places = new Map<string, SweepPoint[]>();
  for (const point of points) {
    for (const warning of point.warnings) {
      places.set(warning, [...(places.get(warning) ?? []), point]);
    }
  }
  const warnings = [...places].map(([warning, [first, ...others]]) => {
    if (others.length + 1 === points.length && points.length > 1) return `everywhere: ${warning}`;
    const at = Object.entries(first!.at).map(([axis, value]) => `${axis}=${value}`);
    const more = others.length === 0 ? '' : ` and ${formatCount(others.length, 'more point')}`;
    return `at ${at.join(' ')}${more}: ${warning}`;
  });
  const rest = warnings.length - WARNINGS_MAX;
  if (rest <= 0) return warnings;
  return [...warnings.slice(0, WARNINGS_MAX), `and ${rest} more, which --json has`];
}
