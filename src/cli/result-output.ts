/** Options of the commands that print a document: in which form, and to whom else. */
import { FORMAT_NAMES, type FormatName } from '../report/formats/formats.js';
import type { CommandLine } from './command-line.js';
import { nameOf, type ValueOption } from './option-value.js';
import { chooseOutput, type OutputChoice } from './output-choice.js';
import { OUTPUT } from './output-options.js';
import { readValues } from './setting.js';
import { chooseSummary, SUMMARY, type SummaryFile } from './summary.js';
import type { Environment } from './terminal.js';
import type { Switch } from './command.js';

/** In the help text, which is 100 columns wide. */
const NAMES_PER_LINE = 6;

/** The options for forms of these names, `table` and `json` among them. */
export function formOptions<Name extends string>(names: readonly Name[]) {
  const first = names.slice(0, NAMES_PER_LINE).join(', ');
  const others = names.slice(NAMES_PER_LINE).join(', ');
  return {
    format: {
      flags: '--format <FORM>',
      help: `print ${others === '' ? first : `${first},\n${others}`}`,
      expects: `a form (${names.join(', ')})`,
      parse: nameOf('form', names),
      preset: 'table',
    },
    json: {
      flags: '--json',
      help: 'same as --format json',
      means: { name: 'format', text: 'json' },
    },
    save: OUTPUT.save,
    ...SUMMARY,
    color: OUTPUT.color,
    'no-color': OUTPUT['no-color'],
    quiet: OUTPUT.quiet,
  } satisfies Record<string, ValueOption<unknown> | Switch>;
}

export const RESULT_OUTPUT = formOptions(FORMAT_NAMES);

export interface FormOutput<Name extends string = string> extends Omit<OutputChoice, 'json'> {
  readonly format: Name;
  /** Where the Markdown goes as well. */
  readonly summary: SummaryFile | undefined;
}

/** What was chosen of `formOptions`. Throws UsageError. */
export function chooseFormOutput<Name extends string>(
  { format: option }: { readonly format: ValueOption<Name> & { readonly preset: string } },
  commandLine: CommandLine,
  env: Environment,
): FormOutput<Name> {
  const { save, color, quiet } = chooseOutput(commandLine);
  const { format } = readValues({ format: option }, commandLine.settings);
  return { format, save, color, quiet, summary: chooseSummary(commandLine, env) };
}

export type ResultOutput = FormOutput<FormatName>;

/** Throws UsageError. */
export function chooseResultOutput(commandLine: CommandLine, env: Environment): ResultOutput {
  return chooseFormOutput(RESULT_OUTPUT, commandLine, env);
}
