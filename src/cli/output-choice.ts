import { OUTPUT_OPTIONS, type ColorChoice } from './options.js';
import { readSetting } from './setting.js';
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

/** Throws UsageError. */
export function chooseOutput({ settings, switches }: CommandLine): OutputChoice {
  const save = settings.get('save');
  const color = settings.get('color');
  return Object.freeze({
    json: switches.has('json'),
    save: save && readSetting(OUTPUT_OPTIONS.save, save),
    color: color === undefined ? 'auto' : readSetting(OUTPUT_OPTIONS.color, color),
    quiet: switches.has('quiet'),
  });
}
