/** A counterexample for people: what broke, and the steps that lead there. */
import type { ChalkInstance } from 'chalk';
import type { Counterexample, InterleavingStep } from '../samples/exploration.js';
import type { ExplorationRow } from './exploration.js';
import { formatCount } from './format.js';
import { renderGrid, wrapText, type Cell } from './grid.js';

export interface InterleavingOptions {
  /** Columns for what can be broken between words. */
  readonly width: number;
  /** What is wrong with a broken lock, by its name. */
  readonly describeLock: (name: string) => string;
}

/** Steps of an interleaving that has no end that are worth reading: its start, and how it goes on. */
const HEAD_STEPS = 60;
const TAIL_STEPS = 20;

/** Stands where nobody is: an empty cell means that nothing has changed. */
const NOBODY = '-';

type Row = readonly Cell[];

export function counterexampleLines(
  row: ExplorationRow,
  counterexample: Counterexample,
  { width, describeLock }: InterleavingOptions,
  chalk: ChalkInstance,
): string[] {
  const { kind, message, replay, steps } = counterexample;
  const { scenario, title, broken } = row;
  const what = `${kind[0]!.toUpperCase()}${kind.slice(1)}: ${message}`;
  const where = [
    `${scenario} (${title}) under ${policyText(row)}`,
    ...(broken === null ? [] : [`with the broken lock ${broken}: ${describeLock(broken)}`]),
    legend(steps),
  ];
  return [
    ...wrapText(what, width).map((line) => chalk.bold.red(line)),
    ...where.flatMap((text) => wrapText(text, width)),
    chalk.dim(
      'count, owner and queue are those after the step; a blank is what the line above says',
    ),
    '',
    ...renderGrid(interleavingRows(counterexample, chalk)).map((line) => line.trimEnd()),
    '',
    lengthText(counterexample),
    `replay: ${chalk.cyan(`npx mmsem-bench explore --replay '${replay}'`)}`,
  ];
}

export function policyText({ policy, spin }: Pick<ExplorationRow, 'policy' | 'spin'>): string {
  return spin ? policy : `${policy}, no spin`;
}

/** `a = task 0, writer; c = task 2, reader`: those who took part. */
function legend(steps: readonly InterleavingStep[]): string {
  const names = new Map(steps.map(({ letter, task }) => [letter, task]));
  return [...names]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([letter, task]) => `${letter} = task ${letter.charCodeAt(0) - FIRST}, ${task}`)
    .join('; ');
}

const FIRST = 'a'.charCodeAt(0);

/**
 * A row per step. The task stands where it changes and the lock where it changes, so that both are
 * seen at a glance; the first row of a task's turn says all, so that one can begin to read there.
 */
function interleavingRows({ kind, steps }: Counterexample, chalk: ChalkInstance): Row[] {
  const rows: Row[] = [headerRow(chalk)];
  const isLong = steps.length > HEAD_STEPS + TAIL_STEPS;
  let before: InterleavingStep | undefined;
  for (const [i, step] of steps.entries()) {
    if (isLong && i >= HEAD_STEPS && i < steps.length - TAIL_STEPS) {
      if (i === HEAD_STEPS) rows.push(gapRow(steps.length - HEAD_STEPS - TAIL_STEPS, chalk));
      before = undefined;
      continue;
    }
    rows.push(stepRow(i + 1, step, before, chalk));
    before = step;
  }
  rows.push(noteRow(kind, chalk.bold.red));
  return rows;
}

function headerRow(chalk: ChalkInstance): Row {
  const names = ['#', 'task', 'action', 'count', 'meaning', 'owner', 'queue'];
  return names.map((text, column) => ({
    text,
    align: column === 0 ? 'right' : 'left',
    paint: chalk.bold,
  }));
}

function stepRow(
  number: number,
  step: InterleavingStep,
  before: InterleavingStep | undefined,
  chalk: ChalkInstance,
): Row {
  const isTurn = step.letter !== before?.letter;
  const isNote = step.sleeps || step.answer !== '';
  const old = before === undefined ? [] : stateTexts(before);
  return [
    { text: String(number), align: 'right', paint: chalk.dim },
    { text: isTurn ? `${step.letter} ${step.task}` : '', paint: chalk.bold.cyan },
    { text: actionText(step), ...(isNote ? { paint: chalk.yellow } : {}) },
    ...stateTexts(step).map((text, i): Cell => {
      if (text !== old[i]) return { text };
      return { text: isTurn ? text : '', paint: chalk.dim };
    }),
  ];
}

/** How the lock stands, a text per column. */
function stateTexts({ count, countMeaning, owner, waiters }: InterleavingStep): string[] {
  return [count, countMeaning, owner || NOBODY, waiters || NOBODY];
}

function actionText({ action, answer, sleeps }: InterleavingStep): string {
  return [action, answer, sleeps ? 'sleeps' : ''].filter(Boolean).join(' -> ');
}

function gapRow(steps: number, chalk: ChalkInstance): Row {
  return noteRow(`... ${formatCount(steps, 'step')} more, see --json ...`, chalk.dim);
}

function noteRow(text: string, paint: (text: string) => string): Row {
  const blank: Cell = { text: '' };
  return [blank, blank, { text, paint }, blank, blank, blank, blank];
}

/** How long it is, in what the search counts, and how long it was before it was made short. */
function lengthText({ steps, interruptionsFound, interruptions }: Counterexample): string {
  const before = interruptionsFound === interruptions ? '' : `${interruptionsFound} as found, `;
  const after = before === '' ? interruptions : `${interruptions} after minimising`;
  const length = formatCount(steps.length, 'step');
  return `${length}; interruptions: ${before}${after}`;
}
