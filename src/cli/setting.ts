import type { Operand } from './command.js';
import { InvalidValue, type ValueOption, type ValueRules } from './option-value.js';
import { UsageError } from './usage-error.js';

/** Text given for an option, and who gave it. */
export interface Setting {
  readonly text: string;
  /**
   * The error that a wrong text is: `problem` reads on after the option's name, such as
   * `takes a size, not '12Q'`.
   */
  readonly blame: (problem: string) => UsageError;
}

/** Settings by long option name without dashes, or by name of an operand. */
export type Settings = ReadonlyMap<string, Setting>;

/** A setting from the command line, or one that could have been given there. */
export function typedSetting(name: string, text: string): Setting {
  return { text, blame: (problem) => new UsageError(`--${name} ${problem}`) };
}

/** The same for an operand, which messages call by the word that stands for it. */
export function operandSetting(word: string, text: string): Setting {
  return { text, blame: (problem) => new UsageError(`${word} ${problem}`) };
}

/** Throws UsageError. */
export function readSetting<Value>(rules: ValueRules<Value>, setting: Setting): Value {
  try {
    return rules.parse(setting.text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw setting.blame(`takes ${rules.expects}${error.message}`);
  }
}

type ValueTable = Readonly<Record<string, ValueOption<unknown> | Operand<unknown>>>;

/** Undefined only where nothing need be given and nothing is preset. */
export type Values<Table extends ValueTable> = {
  readonly [Name in keyof Table]:
    | ReturnType<Table[Name]['parse']>
    | (Table[Name] extends { preset: string } | { required: true } ? never : undefined);
};

/** All values of a table of options or of operands. Throws UsageError for the first wrong one. */
export function readValues<Table extends ValueTable>(
  table: Table,
  settings: Settings,
): Values<Table> {
  const read = Object.entries(table).map(([name, rules]) => {
    const setting = settings.get(name) ?? presetOf(name, rules);
    if (setting === undefined && rules.required === true) throw missingValue(name, rules);
    return [name, setting && readSetting(rules, setting)] as const;
  });
  return Object.fromEntries(read) as Values<Table>;
}

/** The error that an option without its value is, or an operand that was left out. */
export function missingValue(name: string, rules: ValueTable[string]): UsageError {
  return settingFor(name, rules, '').blame(`takes ${rules.expects}, and none is given`);
}

function presetOf(name: string, rules: ValueTable[string]): Setting | undefined {
  return rules.preset === undefined ? undefined : settingFor(name, rules, rules.preset);
}

function settingFor(name: string, rules: ValueTable[string], text: string): Setting {
  return 'word' in rules ? operandSetting(rules.word, text) : typedSetting(name, text);
}
