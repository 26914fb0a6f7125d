import { Command, CommanderError, Option } from 'commander';
import { closest } from '../util/edit-distance.js';
import { HELP_GROUPS, OUTPUT_OPTIONS, PLAN_OPTIONS, SWITCHES } from './options.js';
import type { ValueOption } from './option-value.js';
import { typedSetting, type Setting, type Settings } from './setting.js';
import { UsageError } from './usage-error.js';

/** The command line taken apart; no value has been looked at yet. */
export interface CommandLine {
  readonly settings: Settings;
  readonly switches: ReadonlySet<keyof typeof SWITCHES>;
}

const VALUE_OPTIONS: Readonly<Record<string, ValueOption<unknown>>> = {
  ...PLAN_OPTIONS,
  ...OUTPUT_OPTIONS,
};

const ALL_OPTIONS: Readonly<Record<string, { flags: string; help: string }>> = {
  ...VALUE_OPTIONS,
  ...SWITCHES,
};

/**
 * Throws UsageError for options that do not exist, options without their value, and everything that
 * is no option. Of an option given twice the last one counts.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const settings = new Map<string, Setting>();
  const switches = new Set<keyof typeof SWITCHES>();
  const program = newProgram();
  for (const name of Object.keys(VALUE_OPTIONS)) {
    program.on(`option:${name}`, (text: string) => settings.set(name, typedSetting(name, text)));
  }
  for (const name of Object.keys(SWITCHES) as (keyof typeof SWITCHES)[]) {
    program.on(`option:${name}`, () => switches.add(name));
  }
  program.on('option:no-color', () => settings.set('color', typedSetting('color', 'never')));
  const { operands, unknown } = parseOptions(program, argv);
  if (unknown[0] !== undefined) throw unknownOption(unknown[0]);
  if (operands[0] !== undefined) throw unexpectedArgument(operands[0]);
  return { settings, switches };
}

/** Options by group with the default of each, at most 100 columns wide. */
export function optionsHelp(defaults: ReadonlyMap<string, string>): string {
  return newProgram(defaults).helpInformation();
}

function newProgram(defaults?: ReadonlyMap<string, string>): Command {
  const program = new Command('mmsem-bench')
    .description(
      'What does a change to mmap_sem locking do to page faults and munmap? Compares kernels on a\n' +
        'simulated Linux address space shared by real threads, and says how sure the difference is.',
    )
    .usage('[options]')
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, getOutHelpWidth: () => 100 });
  for (const [group, names] of Object.entries(HELP_GROUPS)) {
    for (const name of names) {
      const { flags, help } = ALL_OPTIONS[name]!;
      const preset = defaults?.get(name);
      const text = preset === undefined ? help : `${help} [${preset}]`;
      program.addOption(new Option(flags, text).helpGroup(`${group}:`));
    }
  }
  return program;
}

function parseOptions(
  program: Command,
  argv: readonly string[],
): ReturnType<Command['parseOptions']> {
  try {
    return program.parseOptions([...argv]);
  } catch (error) {
    // The one complaint that this half of commander has: a last option without its value.
    if (!(error instanceof CommanderError)) throw error;
    const flag = argv.at(-1) ?? '';
    const [name, option] =
      Object.entries(VALUE_OPTIONS).find(([, { flags }]) => flags.split(/[ ,]+/).includes(flag)) ??
      [];
    if (name === undefined || option === undefined) throw error;
    throw new UsageError(`--${name} takes ${option.expects}, and none is given`);
  }
}

function unknownOption(argument: string): UsageError {
  const flag = argument.replace(/=.*$/s, '');
  const name = flag.replace(/^--/, '');
  if (Object.hasOwn(SWITCHES, name)) return new UsageError(`${flag} takes no value`);
  const near = closest(name, Object.keys(ALL_OPTIONS));
  const hint = near === undefined ? '' : ` (did you mean '--${near}'?)`;
  return new UsageError(`unknown option '${flag}'${hint}`);
}

function unexpectedArgument(argument: string): UsageError {
  // What word processors make of a hyphen looks like one in an error message.
  const hint = /^[\u2010-\u2015\u2212]/.test(argument) ? ', which begins with no ASCII hyphen' : '';
  return new UsageError(`unexpected argument '${argument}'${hint}: options are --name value`);
}
