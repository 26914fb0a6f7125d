/** Reproductions for people: as text on a terminal, and as Markdown between two marks of a file. */
import { Chalk } from 'chalk';
import type { Reproduction, ReproductionRow } from '../samples/reproduction.js';
import { formatExact, formatNumber, groupThousands } from './format.js';
import { renderGrid, wrapText, type Cell } from './grid.js';

export interface ReproductionTableOptions {
  readonly color: boolean;
  /** Of the lines, where words can be broken. */
  readonly width?: number;
}

const COLUMNS = ['', 'published', 'ours', 'unit', 'ratio', 'standing'] as const;
const NONE = '-';
const WIDTH = 100;
const RATIO_DIGITS = 3;

/** Every reproduction with all of its rows. Ends with a newline. */
export function renderReproductions(
  reproductions: readonly Reproduction[],
  options: ReproductionTableOptions,
): string {
  return reproductions.map((reproduction) => `${renderOne(reproduction, options)}\n`).join('\n');
}

function renderOne(reproduction: Reproduction, options: ReproductionTableOptions): string {
  const { name, title, fitted, rows, findings } = reproduction;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const wrap = (text: string): string[] => wrapText(text, options.width ?? WIDTH);
  const groups = byConditions(rows).flatMap(([conditions, members]) => [
    '',
    ...wrap(conditionsLine(conditions)).map((line) => chalk.dim(line)),
    ...renderGrid([
      COLUMNS.map((text, column) => cell(text, column, chalk.bold)),
      ...members.map((row) => cellsOf(row).map((text, column) => cell(text, column))),
    ]),
  ]);
  return [
    chalk.bold(`${name}: ${title}`),
    ...fitted.flatMap((text) => wrap(`Fitted: ${text}`)),
    ...groups,
    '',
    ...findings.flatMap(wrap),
  ].join('\n');
}

/** Numbers to the right, words to the left. */
function cell(text: string, column: number, paint?: (text: string) => string): Cell {
  const isNumber = column === 1 || column === 2 || column === 4;
  return { text, align: isNumber ? 'right' : 'left', ...(paint === undefined ? {} : { paint }) };
}

/** What was published with every digit of it, ours with those that it is worth. */
function cellsOf({ name, published, ours, unit, ratio, standing }: ReproductionRow): string[] {
  const publishedText = published === null ? NONE : groupThousands(formatExact(published));
  const ratioText = ratio === null ? NONE : formatNumber(ratio, RATIO_DIGITS);
  const oursText = groupThousands(formatNumber(ours));
  return [name, publishedText, oursText, unit, ratioText, standing];
}

function conditionsLine(conditions: string): string {
  return `Conditions: ${conditions}`;
}

/** Rows of equal conditions together, in the order of their first. */
function byConditions(rows: readonly ReproductionRow[]): [string, ReproductionRow[]][] {
  const groups = new Map<string, ReproductionRow[]>();
  for (const row of rows) groups.set(row.conditions, [...(groups.get(row.conditions) ?? []), row]);
  return [...groups];
}

const BEGIN = '<!-- reproductions: written by `mmsem-bench reproduce --readme`, do not edit -->';
const END = '<!-- end of reproductions -->';

/** For the formatter: the table is as it is written. */
const IGNORE = ['<!-- prettier-ignore-start -->', '<!-- prettier-ignore-end -->'] as const;

/**
 * What stands between the marks: of every reproduction what was published, or all rows where nothing
 * was, under which conditions it was simulated, and what it shows.
 */
export function reproductionsMarkdown(reproductions: readonly Reproduction[]): string {
  const blocks = reproductions.map(({ name, title, fitted, rows, findings }) => {
    const published = rows.filter((row) => row.published !== null);
    return [
      `**${name}**: ${/[.?!]$/.test(title) ? title : `${title}.`} ${fitted.map((text) => `_Fitted:_ ${text}`).join(' ')}`,
      ...byConditions(published.length > 0 ? published : rows).flatMap(([conditions, members]) => [
        conditionsLine(conditions),
        published.length > 0 ? markdownTable(members) : crossTable(members),
      ]),
      findings.map((text) => `- ${text}`).join('\n'),
    ].join('\n\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

function markdownTable(rows: readonly ReproductionRow[]): string {
  const lines = [COLUMNS, ...rows.map(cellsOf)].map((cells) => `| ${cells.join(' | ')} |`);
  const [head = '', ...body] = lines;
  return [head, '| --- | ---: | ---: | --- | ---: | --- |', ...body].join('\n');
}

/** Rows without anything beside them: a line for all whose names differ in the last part alone, as by kernel. */
function crossTable(rows: readonly ReproductionRow[]): string {
  const lines = new Map<string, Map<string, string>>();
  for (const { name, ours, unit } of rows) {
    const comma = name.lastIndexOf(', ');
    const [line, column] =
      comma < 0 ? [name, 'ours'] : [name.slice(0, comma), name.slice(comma + 2)];
    const cells = lines.get(line) ?? new Map<string, string>();
    lines.set(line, cells.set(`${column}, ${unit}`, groupThousands(formatNumber(ours))));
  }
  const columns = [...new Set([...lines.values()].flatMap((cells) => [...cells.keys()]))];
  return [
    ['', ...columns],
    ['---', ...columns.map(() => '---:')],
    ...[...lines].map(([line, cells]) => [
      line,
      ...columns.map((column) => cells.get(column) ?? NONE),
    ]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** `text` with `markdown` between its marks; undefined when they are not both there, in order. */
export function betweenMarks(text: string, markdown: string): string | undefined {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) return undefined;
  return `${text.slice(0, begin)}${BEGIN}\n${IGNORE[0]}\n\n${markdown}\n${IGNORE[1]}\n\n${text.slice(end)}`;
}

/** For the message to whoever has a file without them. */
export const MARKS = `'${BEGIN}' and '${END}'`;
