/** What CI services show of a run besides its log: the step summary, and annotations. */
import path from 'node:path';
import type { Annotation } from '../report/formats/annotation.js';
import type { Switch } from './command.js';
import type { CommandLine } from './command-line.js';
import type { ValueOption } from './option-value.js';
import { fileName } from './output-options.js';
import { readValues } from './setting.js';
import type { Environment } from './terminal.js';
import { UsageError } from './usage-error.js';
import type { World } from './world.js';
import { OutputFailed } from './write-out.js';
import { oneLine } from '../util/one-line.js';

/** GitHub throws away the whole summary of a step that has written more. */
const STEP_SUMMARY_BYTES_MAX = 1024 ** 2;

/** Words that the option takes besides a file name. */
const AUTOMATIC = 'auto';
const OF_STEP = 'step';
const NONE = 'off';

/** A file of such a name is `./off`. */
export const SUMMARY = {
  summary: {
    flags: '--summary [FILE]',
    help: 'append Markdown to FILE or the step summary (--no-summary) [GitHub Actions]',
    expects: 'a file name',
    parse: fileName,
    bare: OF_STEP,
  },
  'no-summary': {
    flags: '--no-summary',
    help: 'no step summary on GitHub Actions either',
    means: { name: 'summary', text: NONE },
    hidden: true,
  },
} satisfies Record<string, ValueOption<unknown> | Switch>;

export interface SummaryFile {
  readonly file: string;
  /** Asked for by the user, rather than found in the environment. */
  readonly isWanted: boolean;
  readonly bytesMax: number;
}

/**
 * Where the summary goes. Without a file the step summary is meant, which is there on GitHub Actions
 * and nowhere else. Throws UsageError.
 */
export function chooseSummary(
  { settings }: CommandLine,
  env: Environment,
): SummaryFile | undefined {
  const { summary: wanted = AUTOMATIC } = readValues({ summary: SUMMARY.summary }, settings);
  const step = env['GITHUB_STEP_SUMMARY'] === '' ? undefined : env['GITHUB_STEP_SUMMARY'];
  const isStep = wanted === OF_STEP || (wanted === AUTOMATIC && isOnActions(env));
  const file = isStep ? step : [NONE, AUTOMATIC, OF_STEP].includes(wanted) ? undefined : wanted;
  if (file === undefined) return undefined;
  const isLimited = step !== undefined && path.resolve(file) === path.resolve(step);
  return {
    file,
    isWanted: wanted !== AUTOMATIC,
    bytesMax: isLimited ? STEP_SUMMARY_BYTES_MAX : Infinity,
  };
}

/** Before the run, whose result would otherwise miss where it was wanted. Throws UsageError. */
export async function checkSummary(summary: SummaryFile | undefined): Promise<void> {
  if (summary?.isWanted !== true) return;
  const { assertAppendable } = await import('../report/append.js');
  const { NotWritable } = await import('../report/save.js');
  try {
    assertAppendable(summary.file);
  } catch (error) {
    throw error instanceof NotWritable ? new UsageError(error.message) : error;
  }
}

/**
 * Appends the Markdown. A summary that nobody asked for is no reason to fail: then stderr says why
 * there is none. Otherwise throws OutputFailed.
 */
export async function writeSummary(
  { file, isWanted, bytesMax }: SummaryFile,
  markdown: string,
  { stderr }: World,
): Promise<void> {
  const { appendMarkdown } = await import('../report/append.js');
  const { NotWritable } = await import('../report/save.js');
  try {
    if (appendMarkdown(file, markdown, bytesMax)) return;
    stderr.write(`mmsem-bench: no summary: '${file}' would exceed ${bytesMax} bytes\n`);
  } catch (error) {
    if (!(error instanceof NotWritable)) throw error;
    if (isWanted) throw new OutputFailed(error.message, { cause: error });
    stderr.write(`mmsem-bench: no summary: ${error.message}\n`);
  }
}

/** What is said beside a form. */
export interface Remarks {
  /** A sentence each. */
  readonly warnings: readonly string[];
  /** What GitHub Actions shows, the worst first; the warnings unless given. */
  readonly annotations?: readonly Annotation[];
}

/**
 * Warnings on stderr, for a form that has no room for them; on GitHub Actions always, as
 * annotations. They stay off stdout, which belongs to the form.
 */
export async function remark(
  { warnings, annotations = warnings.map(warningOf) }: Remarks,
  hasWarnings: boolean,
  { stderr, env }: World,
): Promise<void> {
  if (isOnActions(env)) {
    const { renderAnnotations } = await import('../report/formats/annotation.js');
    stderr.write(renderAnnotations(annotations));
  } else if (!hasWarnings) {
    stderr.write(warnings.map((warning) => `mmsem-bench: warning: ${oneLine(warning)}\n`).join(''));
  }
}

export function warningOf(message: string): Annotation {
  return { level: 'warning', title: 'mmsem-bench', message };
}

function isOnActions(env: Environment): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}
