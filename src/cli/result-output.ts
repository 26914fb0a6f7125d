/** Options of the commands that print a result: in which form, and to whom else. */
import { FORMAT_NAMES, type FormatName } from '../report/formats/formats.js';
import type { CommandLine } from './command-line.js';
import { nameOf, type ValueOption } from './option-value.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { OUTPUT } from './output-options.js';
import { readValues } from './setting.js';
import { chooseSummary, SUMMARY, type SummaryFile } from './summary.js';
import type { Environment } from './terminal.js';
import type { Switch } from './command.js';

const FORMAT = {
  format: {
    flags: '--format <FORM>',
    help: `print ${FORMAT_NAMES.slice(0, 6).join(', ')},\n${FORMAT_NAMES.slice(6).join(', ')}`,
    expects: `a form (${FORMAT_NAMES.join(', ')})`,
    parse: nameOf('form', FORMAT_NAMES),
    preset: 'table',
  },
} satisfies Record<string, ValueOption<unknown>>;

export const RESULT_OUTPUT = {
  ...FORMAT,
  json: { flags: '--json', help: 'same as --format json', means: { name: 'format', text: 'json' } },
  save: OUTPUT.save,
  ...SUMMARY,
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
  quiet: OUTPUT.quiet,
} satisfies Record<string, ValueOption<unknown> | Switch>;

export interface ResultOutput extends Omit<OutputChoice, 'json'> {
  readonly format: FormatName;
  /** Where the Markdown goes as well. */
  readonly summary: SummaryFile | undefined;
}

/** Throws UsageError. */
export function chooseResultOutput(commandLine: CommandLine, env: Environment): ResultOutput {
  const { save, color, quiet } = chooseOutput(commandLine);
  const { format } = readValues(FORMAT, commandLine.settings);
  return { format, save, color, quiet, summary: chooseSummary(commandLine, env) };
}
