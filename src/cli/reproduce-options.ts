/** The words of `mmsem-bench reproduce` as data. */
import { studyNames } from '../reproduction/studies.js';
import { InvalidValue, namesOf, type ValueOption } from './option-value.js';
import { OUTPUT } from './output-options.js';
import type { Switch } from './command.js';

export const ALL = 'all';

export const OPERANDS = {
  names: {
    word: 'NAME',
    help: `which, separated by commas, or ${ALL}: ${studyNames().join(', ')}`,
    expects: `names of reproductions (${studyNames().join(', ')}) or ${ALL}`,
    parse: namesOf('reproduction', [...studyNames(), ALL]),
    preset: ALL,
  },
} as const;

export const WHAT = {
  list: { flags: '--list', help: 'print what there is to reproduce, and run nothing' },
  check: {
    flags: '--check',
    help: 'compare with what results/reproductions says; exit 5 when anything differs',
  },
} satisfies Record<string, Switch>;

export const FILES = {
  save: {
    flags: '--save <DIR>',
    help: 'write DIR/NAME.json for each, such as results/reproductions',
    expects: 'a directory',
    parse: fileName,
  },
  readme: {
    flags: '--readme <FILE>',
    help: 'with --save: put a table of all that DIR holds between the marks in FILE',
    expects: 'a file name',
    parse: fileName,
  },
} satisfies Record<string, ValueOption<unknown>>;

export const OUTPUT_HERE = {
  json: { ...OUTPUT.json, help: 'print one JSON document instead of the tables' },
  ...FILES,
  color: OUTPUT.color,
  'no-color': OUTPUT['no-color'],
  quiet: OUTPUT.quiet,
};

function fileName(text: string): string {
  if (text === '') throw new InvalidValue(`, not '${text}'`);
  return text;
}
