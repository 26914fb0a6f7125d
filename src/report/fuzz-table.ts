import { Chalk, type ChalkInstance } from 'chalk';
import type { FuzzFinding, FuzzPlan } from '../samples/fuzz-samples.js';
import { formatCount, formatScaled, formatSeconds, formatSize, formatTally } from './format.js';
import type { FuzzDocument, FuzzTrialResult } from './fuzz.js';
import { renderGrid, wrapText, type Cell } from './grid.js';

export interface FuzzTableOptions {
  /** Colour repeats what the words say; nothing is lost without it. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

const WIDTH_MAX = 100;
const INDENT = '  ';

/** What was run, a row per kernel, and below whatever was found. Ends with a newline. */
export function renderFuzz(document: FuzzDocument, options: FuzzTableOptions): string {
  const { kernels, plan, partial } = document;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const width = Math.min(options.width, WIDTH_MAX);
  const parts = [
    wrapText(headline(plan), width).map((line) => chalk.bold(line)),
    renderGrid([header(chalk), ...kernels.map((kernel) => row(kernel, chalk))]),
    ...kernels.flatMap(({ kernel, finding }) =>
      finding === null ? [] : findingParts(kernel, plan.seed, finding, { width, chalk }),
    ),
    partial ? ['The run was ended early.'] : [],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function headline({ engine, tasks, mms, thresholdBytes, linux, seed }: FuzzPlan): string {
  const where = `${formatCount(tasks, 'task')} in ${formatCount(mms, 'address space')}`;
  const model = `threshold ${formatSize(thresholdBytes)}, Linux ${linux}`;
  return `fuzz: ${engine} engine, ${where}, ${model}, seed ${seed}`;
}

const NUMBERS = ['time', 'calls', 'calls/sec', 'checks'] as const;

function header({ bold }: ChalkInstance): Cell[] {
  return [
    { text: 'kernel', paint: bold },
    ...NUMBERS.map((text): Cell => ({ text, align: 'right', paint: bold })),
    { text: 'result', paint: bold },
  ];
}

function row(trial: FuzzTrialResult, chalk: ChalkInstance): Cell[] {
  const { kernel, seconds, calls, callsPerSecond, checks, finding } = trial;
  return [
    { text: kernel },
    { text: formatSeconds(seconds), align: 'right' },
    { text: formatTally(calls), align: 'right' },
    { text: formatScaled(callsPerSecond), align: 'right' },
    { text: formatTally(checks), align: 'right' },
    finding === null ? { text: 'nothing found' } : { text: 'FINDING', paint: chalk.red },
  ];
}

/** A part for what was found, and one for the same in fewer calls where there is that. */
function findingParts(
  kernel: string,
  seed: number,
  { message, task, step, isShrunk, programs, replay, shorter }: FuzzFinding,
  look: { readonly width: number; readonly chalk: ChalkInstance },
): string[][] {
  const who = task === null ? '' : `, task ${task}`;
  const calls = isShrunk ? 'the calls that it takes' : 'the last calls of every task';
  const lines = message.split('\n').flatMap((line) => wrapText(line, look.width - INDENT.length));
  const part = [
    `${look.chalk.red('FINDING')} on ${kernel}, seed ${seed}, step ${step}${who}:`,
    ...lines.map((line) => `${INDENT}${line}`),
    `${INDENT}${calls}, pages counted from the first of the arena:`,
    ...programs.flatMap((program) => [
      `    task ${program.task}`,
      ...program.calls.map((call) => `      ${call}`),
    ]),
    `${INDENT}to run it again: ${replay}`,
  ];
  if (shorter === null) return [part];
  const [first = [], ...others] = findingParts(kernel, seed, shorter, look);
  return [part, ['Random schedules show, in fewer calls:', ...first], ...others];
}
