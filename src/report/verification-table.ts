import { Chalk, type ChalkInstance } from 'chalk';
import type { CaseResult } from '../samples/verification.js';
import { formatCount, formatSize } from './format.js';
import { renderGrid, wrapText, type Cell } from './grid.js';
import type { VerificationDocument } from './verification.js';

export interface VerificationTableOptions {
  /** Colour repeats what the words say; nothing is lost without it. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

const WIDTH_MAX = 100;
const INDENT = '    ';

/** A row per case, a column per kernel, and below them why any failed. Ends with a newline. */
export function renderVerification(
  document: VerificationDocument,
  options: VerificationTableOptions,
): string {
  const { kernels, cases } = document;
  const chalk = new Chalk({ level: options.color ? 1 : 0 });
  const header = ['case', 'after LTP', ...kernels].map((text): Cell => ({
    text,
    paint: chalk.bold,
  }));
  const rows = cases.map((result) => caseRow(result, chalk));
  const width = Math.min(options.width, WIDTH_MAX);
  const parts = [
    wrapText(headline(document), width).map((line) => chalk.bold(line)),
    renderGrid([header, ...rows]),
    cases.flatMap((result) => failureLines(result, width - INDENT.length, chalk)),
    [counts(document)],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function headline({ cases, kernels, thresholdBytes, linux }: VerificationDocument): string {
  const what = `${formatCount(cases.length, 'case')} on ${kernels.join(', ')}`;
  return `verify: ${what}, threshold ${formatSize(thresholdBytes)}, Linux ${linux}`;
}

function caseRow({ name, ltp, verdicts }: CaseResult, chalk: ChalkInstance): Cell[] {
  return [
    { text: name },
    { text: ltp ?? '' },
    ...verdicts.map(({ passed }): Cell => {
      return passed ? { text: 'pass' } : { text: 'FAIL', paint: chalk.red };
    }),
  ];
}

function failureLines(
  { name, asserts, verdicts }: CaseResult,
  columns: number,
  chalk: ChalkInstance,
): string[] {
  return verdicts
    .filter(({ passed }) => !passed)
    .flatMap(({ kernel, reason }) => [
      `${chalk.red('FAIL')} ${name} on ${kernel}`,
      ...wrapText(`asserts: ${asserts}`, columns).map((line) => INDENT + line),
      ...wrapText(`found: ${reason}`, columns).map((line) => INDENT + line),
    ]);
}

function counts({ passed, failed, partial }: VerificationDocument): string {
  const early = partial ? '; the run was ended early' : '';
  return `${passed} passed, ${failed} failed${early}`;
}
