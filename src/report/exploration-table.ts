/** Searches through interleavings for people: a row each, and what they found, step by step. */
import { Chalk, type ChalkInstance } from 'chalk';
import { counterexampleLines, policyText } from './exploration-interleaving.js';
import type { ExplorationDocument, ExplorationRow } from './exploration.js';
import { formatCount, formatSeconds } from './format.js';
import { renderGrid, wrapText, type Cell } from './grid.js';

export interface ExplorationTextOptions {
  /** Colour repeats what the words say; nothing is lost without it. */
  readonly color: boolean;
  /** Columns to stay within where words can be broken. */
  readonly width?: number;
  /** What is wrong with a broken lock, by its name. */
  readonly describeLock: (name: string) => string;
}

const DEFAULT_WIDTH = 100;

/** A column of the table: all of it, or none of it where no row has anything to say. */
interface Column {
  readonly label: string;
  readonly align: 'left' | 'right';
  readonly text: (row: ExplorationRow) => string;
  readonly paint?: (row: ExplorationRow, chalk: ChalkInstance) => (text: string) => string;
}

const BROKEN: Column = { label: 'broken lock', align: 'left', text: ({ broken }) => broken ?? '' };

const COLUMNS: readonly Column[] = [
  { label: 'scenario', align: 'left', text: ({ scenario }) => scenario },
  { label: 'policy', align: 'left', text: policyText },
  { label: 'bound', align: 'right', text: boundText },
  { label: 'schedules', align: 'right', text: ({ schedules }) => String(schedules) },
  { label: 'states', align: 'right', text: ({ states }) => (states === 0 ? '-' : String(states)) },
  { label: 'time', align: 'right', text: ({ seconds }) => formatSeconds(seconds) },
  { label: 'result', align: 'left', text: resultText, paint: resultPaint },
];

/** What was searched, a row per search, what that comes to, each counterexample. Ends with a newline. */
export function renderExploration(
  document: ExplorationDocument,
  options: ExplorationTextOptions,
): string {
  const { width = DEFAULT_WIDTH, describeLock } = options;
  const { explorations } = document;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const warning = `${chalk.yellow('warning:')} stopped by a signal; only what the table says was covered`;
  const parts = [
    [chalk.bold(headline(document))],
    renderGrid(tableRows(explorations, chalk)),
    explorations.length > 1 ? wrapText(`${verdict(explorations)}.`, width) : [],
    document.partial ? [warning] : [],
    ...explorations.map((row) => found(row, { width, describeLock }, chalk)),
  ];
  return join(parts);
}

/** One schedule that was done once more. */
export function renderReplay(
  document: ExplorationDocument,
  options: ExplorationTextOptions,
): string {
  const { width = DEFAULT_WIDTH, describeLock } = options;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  return join(
    document.explorations.map((row) => {
      if (row.counterexample !== null) return found(row, { width, describeLock }, chalk);
      const where = `${row.scenario} under ${policyText(row)}, ${formatCount(row.steps, 'step')}`;
      return [`${where}: the schedule runs to its end and nothing is wrong.`];
    }),
  );
}

function join(parts: readonly (readonly string[])[]): string {
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** One line that says what the searches went through: it is the same for all of them. */
function headline({ explorations, seed }: ExplorationDocument): string {
  const { strategy, bound } = explorations[0]!;
  switch (strategy) {
    case 'exhaustive':
      return `every interleaving with up to ${formatCount(bound ?? 0, 'interruption')}`;
    case 'random':
      return `random interleavings, seed ${seed ?? ''}`;
    case 'pct':
      return `interleavings by random priorities (PCT of depth ${bound ?? ''}), seed ${seed ?? ''}`;
    case 'replay':
      return 'one schedule, as given';
  }
}

function tableRows(explorations: readonly ExplorationRow[], chalk: ChalkInstance): Cell[][] {
  const isBroken = explorations.some(({ broken }) => broken !== null);
  const columns = isBroken ? [BROKEN, ...COLUMNS] : COLUMNS;
  const header = columns.map(({ label, align }) => ({ text: label, align, paint: chalk.bold }));
  const rows = explorations.map((row) =>
    columns.map(({ align, text, paint }) => ({
      text: text(row),
      align,
      ...(paint === undefined ? {} : { paint: paint(row, chalk) }),
    })),
  );
  return [header, ...rows];
}

function boundText({ bound, strategy }: ExplorationRow): string {
  if (bound === null) return '-';
  return strategy === 'pct' ? `depth ${bound}` : String(bound);
}

function resultText(row: ExplorationRow): string {
  const { counterexample, isComplete, boundDone, schedules } = row;
  if (counterexample !== null) return counterexample.kind;
  if (isComplete) return 'nothing found, exhaustive';
  if (boundDone < 0) return `nothing found in ${formatCount(schedules, 'schedule')}`;
  if (boundDone === 0) return 'nothing found, without interruptions';
  return `nothing found, up to ${formatCount(boundDone, 'interruption')}`;
}

/** Green is for what is certain. */
function resultPaint(row: ExplorationRow, chalk: ChalkInstance): (text: string) => string {
  if (row.counterexample !== null) return chalk.bold.red;
  if (row.broken !== null) return chalk.bold.yellow;
  return row.isComplete ? chalk.green : chalk.yellow;
}

/** What several searches come to. */
function verdict(explorations: readonly ExplorationRow[]): string {
  const all = explorations.length;
  const missed = explorations.filter(({ counterexample }) => counterexample === null);
  if (explorations.some(({ broken }) => broken !== null)) {
    const caught = `${all - missed.length} of ${all} broken locks caught`;
    const names = missed.map(({ broken }) => broken).join(', ');
    return missed.length === 0 ? caught : `${caught}; not caught: ${names}`;
  }
  if (missed.length < all)
    return `${all - missed.length} of ${all} searches found a counterexample`;
  const nothing = `Nothing found in ${all} searches`;
  const complete = explorations.filter(({ isComplete }) => isComplete).length;
  if (complete === all) return `${nothing}, exhaustive`;
  return complete === 0 ? nothing : `${nothing}, ${complete} of them exhaustive`;
}

function found(
  row: ExplorationRow,
  options: Pick<Required<ExplorationTextOptions>, 'width' | 'describeLock'>,
  chalk: ChalkInstance,
): string[] {
  const { counterexample } = row;
  return counterexample === null ? [] : counterexampleLines(row, counterexample, options, chalk);
}
