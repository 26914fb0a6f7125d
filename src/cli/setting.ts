import { InvalidValue, type ValueOption } from './option-value.js';
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

/** Settings by long option name without dashes. */
export type Settings = ReadonlyMap<string, Setting>;

/** A setting from the command line, or one that could have been given there. */
export function typedSetting(name: string, text: string): Setting {
  return { text, blame: (problem) => new UsageError(`--${name} ${problem}`) };
}

/** Throws UsageError. */
export function readSetting<Value>(option: ValueOption<Value>, setting: Setting): Value {
  try {
    return option.parse(setting.text);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    throw setting.blame(`takes ${option.expects}${error.message}`);
  }
}
