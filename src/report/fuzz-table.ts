import { Chalk, type ChalkInstance } from 'chalk';
import type { FuzzFinding } from '../samples/fuzz-samples.js';
import { formatCount, formatRate, formatSeconds, formatSize, formatTally } from './format.js';
import type { FuzzDocument, FuzzTrialResult } from './fuzz.js';
import { renderGrid, type Cell } from './grid.js';

export interface FuzzTableOptions {
  /** Colour repeats what the words say; nothing is lost without it. */
  readonly color: boolean;
}

/** What was run, a row per kernel, and below whatever was found. Ends with a newline. */
export function renderFuzz(document: FuzzDocument, options: FuzzTableOptions): string {
  const { kernels } = document;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const titles = ['kernel', 'time', 'calls', 'calls/sec', 'checks', ''];
  const header = titles.map((text, i): Cell => {
    return { text, paint: chalk.bold, ...(i === 0 || text === '' ? {} : { align: 'right' }) };
  });
  const findings = kernels.flatMap(({ kernel, finding }) =>
    finding === null ? [] : ['', ...findingLines(kernel, document.plan.seed, finding, chalk)],
  );
  return [
    chalk.bold(headline(document)),
    ...renderGrid([header, ...kernels.map((kernel) => row(kernel, chalk))]),
    ...findings,
    ...(document.partial ? ['', 'The run was ended early.'] : []),
    '',
  ].join('\n');
}

function headline({ plan }: FuzzDocument): string {
  const { engine, tasks, mms, thresholdBytes, linux, seed } = plan;
  const where = `${formatCount(tasks, 'task')} in ${formatCount(mms, 'address space')}`;
  const large = `munmap is large from ${formatSize(thresholdBytes)} on`;
  return `fuzz on ${engine}: ${where}, ${large}, rules of Linux ${linux}, seed ${seed}`;
}

function row(trial: FuzzTrialResult, chalk: ChalkInstance): Cell[] {
  const { kernel, seconds, calls, callsPerSecond, checks, finding } = trial;
  return [
    { text: kernel },
    { text: formatSeconds(seconds), align: 'right' },
    { text: formatTally(calls), align: 'right' },
    { text: formatRate(callsPerSecond), align: 'right' },
    { text: formatTally(checks), align: 'right' },
    finding === null ? { text: 'nothing found' } : { text: 'FINDING', paint: chalk.red },
  ];
}

function findingLines(
  kernel: string,
  seed: number,
  { message, task, step, isShrunk, programs, replay, shorter }: FuzzFinding,
  chalk: ChalkInstance,
): string[] {
  const who = task === null ? '' : `, task ${task}`;
  const program = isShrunk
    ? 'calls without any one of which it does not show, pages counted from the first of the arena:'
    : 'last calls, pages counted from the first of the arena:';
  return [
    `${chalk.red('FINDING')} on ${kernel}, seed ${seed}, step ${step}${who}:`,
    ...message.split('\n').map((line) => `  ${line}`),
    `  ${program}`,
    ...programs.flatMap(({ task: of, calls }) => [
      `    task ${of}`,
      ...calls.map((call) => `      ${call}`),
    ]),
    `  to run it again: ${replay}`,
    ...(shorter === null
      ? []
      : [
          '',
          'Random schedules show, in fewer calls:',
          ...findingLines(kernel, seed, shorter, chalk),
        ]),
  ];
}
