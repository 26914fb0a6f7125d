import { Chalk, type ChalkInstance } from 'chalk';
import type { Spread } from '../stats/mean-change.js';
import { formatCount, formatNumber, formatPercent, formatScaled, NOT_AVAILABLE } from './format.js';
import { renderGrid, wrapText, type Cell } from './grid.js';
import type { HostDocument, HostEntry, HostFigures, HostStressor } from './host-document.js';

export interface HostTableOptions {
  /** Colour repeats what the words say; nothing is lost without it. */
  readonly color: boolean;
  /** Signs beyond ASCII can be shown. */
  readonly unicode: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

const WIDTH_MAX = 100;

/** The first must agree. */
const ROWS: readonly (readonly [keyof HostFigures, string])[] = [
  ['faultsPerBogoOp', 'page faults/bogo-op'],
  ['minorPerBogoOp', '  minor'],
  ['majorPerBogoOp', '  major'],
  ['bogoOpsPerSecond', 'bogo-ops/sec'],
  ['faultsPerSecond', 'page faults/sec'],
];

/** What stands behind a difference that should not be. */
const MARK = ' !';

/** A table for every stressor, a column for every kernel, the real one first. Ends with a newline. */
export function renderHost(document: HostDocument, options: HostTableOptions): string {
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const width = Math.min(options.width, WIDTH_MAX);
  const parts = [
    headLines(document, width, chalk),
    ...document.stressors.map((stressor) => stressorLines(stressor, options, chalk)),
    document.notes.flatMap((note) => wrapText(note, width)),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function headLines(
  { stressNg, simulated, faultsBy, stressors }: HostDocument,
  width: number,
  chalk: ChalkInstance,
): string[] {
  const runs = Math.max(...stressors.map(({ kernels }) => kernels[0]!.runs.length));
  const counted = faultsBy === 'perf' ? 'perf' : 'getrusage, those of the kernel itself included';
  const told =
    `stress-ng ${stressNg.version} beside simulated kernels, ${formatCount(runs, 'run')}, ` +
    `page faults by ${counted}`;
  return [
    ...wrapText(told, width).map((line) => chalk.bold(line)),
    ...wrapText(`simulated: ${simulated.options.join(' ')}`, width),
  ];
}

function stressorLines(
  { stressor, kernels }: HostStressor,
  { unicode }: HostTableOptions,
  chalk: ChalkInstance,
): string[] {
  const head = [stressor, ...kernels.flatMap(({ kernel }, index) => columns(index, kernel, 'off'))];
  const rows = ROWS.map(([figure, label], row) => [
    { text: label },
    ...kernels.flatMap((entry, index) =>
      columns(
        index,
        right(spreadWords(entry[figure], unicode)),
        offCell(entry, row, unicode, chalk),
      ),
    ),
  ]);
  const heads = head.map((text, index): Cell => ({
    text,
    paint: chalk.bold,
    align: index === 0 ? 'left' : 'right',
  }));
  return renderGrid([heads, ...rows]).map((line) => line.trimEnd());
}

/** The real kernel is what the others are held against, and has one column less. */
function columns<Item>(index: number, value: Item, off: Item): Item[] {
  return index === 0 ? [value] : [value, off];
}

function offCell(
  { off, agrees }: HostEntry,
  row: number,
  unicode: boolean,
  chalk: ChalkInstance,
): Cell {
  if (row > 0 || off === null) return { text: '' };
  const margin =
    off.margin === null ? '' : ` ${plusMinus(unicode)}${(100 * off.margin).toFixed(1)} %`;
  const change = formatPercent(off.change);
  const words = margin === '' ? change : `${change.replace(/ %$/, '')}${margin}`;
  if (agrees !== false) return right(`${words}${' '.repeat(MARK.length)}`);
  return { ...right(`${words}${MARK}`), paint: chalk.yellow };
}

/** `967.3`, of several runs with the standard deviation: `967.3 ±35.1`. */
function spreadWords(spread: Spread | null, unicode: boolean): string {
  if (spread === null) return NOT_AVAILABLE;
  const { mean, deviation } = spread;
  const words = mean < 10_000 ? formatNumber(mean) : formatScaled(mean);
  if (deviation === null) return words;
  return `${words} ${plusMinus(unicode)}${deviation < 10_000 ? formatNumber(deviation, 3) : formatScaled(deviation, 3)}`;
}

function plusMinus(unicode: boolean): string {
  return unicode ? '\u00B1' : '+-';
}

function right(text: string): Cell {
  return { text, align: 'right' };
}
