import { Chalk, type ChalkInstance } from 'chalk';
import { gridWidth, renderGrid, wrapText, type Cell } from '../report/grid.js';
import { headline } from '../report/headline.js';
import type { TableOptions } from '../report/table.js';
import { oneLine } from '../util/one-line.js';
import { checkColumns, type CheckColumn } from './check-columns.js';
import { gatePaint } from './gate-paint.js';
import { baselineLine, checkLine, nextStep, verdictLine } from './gate-words.js';
import type { GateCheck, GateReport, GateVerdict } from './verdict.js';

const DEFAULT_WIDTH = 100;
/** A name cut shorter than this says nothing. */
const NAME_WIDTH_MIN = 16;

/**
 * The report for people: the verdict and why, what was run, a table of checks, what is wrong with
 * those that are not as they should be, the doubts, and what to do. Ends with a newline.
 */
export function renderGateTable(report: GateReport, options: TableOptions): string {
  const { color, unicode, width = DEFAULT_WIDTH } = options;
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const { verdict, reasons, warnings, checks, baseline, run } = report;
  const wrap = (text: string): string[] => wrapText(oneLine(text), width);
  const marked = (text: string, mark: string, paint: (mark: string) => string): string[] => {
    const [first = '', ...others] = wrap(text);
    return [first.startsWith(mark) ? paint(mark) + first.slice(mark.length) : first, ...others];
  };
  const byVerdict = (text: string, word: GateVerdict): string[] =>
    marked(text, word, gatePaint(word, chalk));
  const next = nextStep(report);
  const parts = [
    [...byVerdict(verdictLine(report), verdict), ...reasons.flatMap(wrap)],
    [
      ...(run === undefined
        ? []
        : wrap(headline(run.plan, run.kernels)).map((line) => chalk.bold(line))),
      ...(baseline === undefined ? [] : wrap(baselineLine(baseline))),
    ],
    ...checkBlocks(checks, unicode, width, chalk),
    pairedNote(report).flatMap(wrap),
    checks
      .filter((check) => check.verdict !== 'pass')
      .flatMap((check) => byVerdict(checkLine(check), check.verdict)),
    warnings.flatMap((warning) => marked(`warning: ${warning}`, 'warning:', chalk.yellow)),
    next === undefined ? [] : wrap(next),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** A change of pairs need not be the one between the values beside it. */
function pairedNote({ checks, run }: GateReport): string[] {
  const isPaired = checks.some(({ against, ciLow }) => {
    return ciLow !== null && run?.kernels.some(({ name }) => name === against) === true;
  });
  return isPaired ? ['Changes are medians over pairs of rounds, values over all rounds.'] : [];
}

/** One table if the width allows, else the numbers above the changes; long names are cut to fit. */
function checkBlocks(
  checks: readonly GateCheck[],
  unicode: boolean,
  width: number,
  chalk: ChalkInstance,
): string[][] {
  if (checks.length === 0) return [];
  const columns = checkColumns(checks, unicode);
  const gridOf = (chosen: readonly CheckColumn[]): Cell[][] => rowsOf(chosen, chalk);
  if (gridWidth(gridOf(columns)) <= width) return [renderGrid(gridOf(columns))];
  const numbers = columns.filter(({ name }) => !['change', 'interval', 'allowed'].includes(name));
  const changes = columns.filter(({ name }) => !['against', 'base', 'value'].includes(name));
  return [numbers, changes].map((chosen) => {
    const fitting = ['check', 'against'].reduce<readonly CheckColumn[]>((wide, name) => {
      const excess = gridWidth(gridOf(wide)) - width;
      return excess > 0 ? withCutCells(wide, name, excess, unicode) : wide;
    }, chosen);
    return renderGrid(gridOf(fitting));
  });
}

/** A row of heads, then one for each check. */
function rowsOf(columns: readonly CheckColumn[], chalk: ChalkInstance): Cell[][] {
  const heads = columns.map(({ head, align }) => ({
    text: oneLine(head),
    align,
    paint: chalk.bold,
  }));
  const rows = columns[0]!.cells.map((_, row) =>
    columns.map(({ name, align, cells }): Cell => {
      const text = cells[row]!;
      if (name !== 'verdict') return { text: oneLine(text), align };
      return { text, align, paint: gatePaint(text as GateVerdict, chalk) };
    }),
  );
  return [heads, ...rows];
}

function withCutCells(
  columns: readonly CheckColumn[],
  name: string,
  excess: number,
  unicode: boolean,
): readonly CheckColumn[] {
  const mark = unicode ? '…' : '...';
  return columns.map((column) => {
    if (column.name !== name) return column;
    const cells = column.cells.map(oneLine);
    const longest = Math.max(...cells.map(({ length }) => length));
    const limit = Math.max(NAME_WIDTH_MIN, longest - excess);
    const cut = (text: string): string => text.slice(0, limit - mark.length) + mark;
    return { ...column, cells: cells.map((text) => (text.length > limit ? cut(text) : text)) };
  });
}
