import { OUTPUT, type ColorChoice } from './output-options.js';
import { readValues } from './setting.js';
import type { CommandLine } from './command-line.js';

/** Where results go and how they look; nothing in here changes a number. */
export interface OutputChoice {
  /** One JSON document on stdout instead of the table. */
  readonly json: boolean;
  /** File for the JSON document. */
  readonly save: string | undefined;
  readonly color: ColorChoice;
  /** No progress line. */
  readonly quiet: boolean;
}

/** Throws UsageError. What a command does not declare is as if it were not given. */
export function chooseOutput({ settings, switches }: CommandLine): OutputChoice {
  const { save, color } = readValues({ save: OUTPUT.save, color: OUTPUT.color }, settings);
  return Object.freeze({ json: switches.has('json'), save, color, quiet: switches.has('quiet') });
}
