import { InvalidValue, oneOf, type ValueOption } from './option-value.js';
import type { OptionGroup, Switch } from './command.js';

export const COLOR_CHOICES = ['always', 'never', 'auto'] as const;

export type ColorChoice = (typeof COLOR_CHOICES)[number];

/**
 * Options that say where results go and how they look; they never change a number. A command
 * declares those that it heeds, and reads them with `chooseOutput`.
 */
export const OUTPUT = {
  json: { flags: '--json', help: 'print one JSON document instead of the table' },
  save: {
    flags: '--save <FILE>',
    help: 'write the JSON document to FILE as well',
    expects: 'a file name',
    parse: fileName,
  },
  color: {
    flags: '--color <WHEN>',
    help: 'always, never (--no-color) or auto; see also NO_COLOR, FORCE_COLOR',
    expects: 'always, never or auto',
    parse: oneOf(COLOR_CHOICES),
    preset: 'auto',
  },
  'no-color': {
    flags: '--no-color',
    help: 'same as --color never',
    means: { name: 'color', text: 'never' },
    hidden: true,
  },
  quiet: { flags: '-q, --quiet', help: 'no progress line' },
} satisfies Record<string, ValueOption<unknown> | Switch>;

/** What every command has without declaring it. */
export const EVERYWHERE: OptionGroup = {
  version: { flags: '-V, --version', help: 'print the version and exit' },
  help: { flags: '-h, --help', help: 'print this text and exit' },
};

/** The name of a file to write. */
export function fileName(text: string): string {
  // '-' means stdout elsewhere; here that is what --json is for.
  if (text === '' || text === '-') throw new InvalidValue(`, not '${text}'`);
  return text;
}
