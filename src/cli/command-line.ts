import { Argument, Command as Program, CommanderError, Option } from 'commander';
import { closest } from '../util/edit-distance.js';
import type { Operand, OptionGroup, Switch, Syntax } from './command.js';
import { EVERYWHERE } from './output-options.js';
import type { ValueOption } from './option-value.js';
import { missingValue, operandSetting, typedSetting } from './setting.js';
import type { Setting, Settings } from './setting.js';
import { UsageError } from './usage-error.js';

/** An option that a command does not have. */
export class UnknownOption extends UsageError {
  /** As it was given, without its value: `--mmap`. */
  readonly flag: string;

  constructor(flag: string, hint: string) {
    super(`unknown option '${flag}'${hint}`);
    this.flag = flag;
  }
}

/** The command line taken apart; no value has been looked at yet. */
export interface CommandLine {
  /** Options with a value and operands, by name. */
  readonly settings: Settings;
  /** All that was given for each of them, in order. */
  readonly given: ReadonlyMap<string, readonly Setting[]>;
  /** Long names of the options without a value. */
  readonly switches: ReadonlySet<string>;
  /** Words of `Syntax.others`, in order; empty for a syntax without them. */
  readonly others: readonly string[];
}

/**
 * Throws UsageError for options that do not exist, options without their value, and words that are
 * too many. Of an option given twice the last one counts. `invocation` is what stood before `argv`.
 */
export function parseCommandLine(
  argv: readonly string[],
  syntax: Syntax,
  invocation: string,
): CommandLine {
  const settings = new Map<string, Setting>();
  const given = new Map<string, Setting[]>();
  const switches = new Set<string>();
  const set = (name: string, setting: Setting): void => {
    settings.set(name, setting);
    given.set(name, [...(given.get(name) ?? []), setting]);
  };
  const program = newProgram(syntax, invocation);
  for (const [name, option] of Object.entries(optionsOf(syntax))) {
    // Null for an option that need not have a value, and has none.
    program.on(`option:${name}`, (text: string | null) => {
      if (takesValue(option)) {
        set(name, typedSetting(name, text ?? option.bare ?? ''));
        return;
      }
      switches.add(name);
      const { means } = option;
      if (means !== undefined) set(means.name, typedSetting(means.name, means.text));
    });
  }
  const { operands, unknown } = parseOptions(program, argv, syntax);
  if (syntax.others !== undefined) {
    return { settings, given, switches, others: [...operands, ...unknown] };
  }
  if (unknown[0] !== undefined) throw unknownOption(unknown[0], syntax);
  const places = operandsOf(syntax);
  for (const [i, text] of operands.entries()) {
    const place = places[i] ?? places.findLast(([, { many }]) => many === true);
    if (place === undefined) throw unexpectedArgument(text, syntax, invocation);
    const [name, { word }] = place;
    set(name, operandSetting(word, text));
  }
  return { settings, given, switches, others: [] };
}

/**
 * Usage, description and options by group with the default of each, at most 100 columns wide.
 * `presets` are defaults that are not in the option tables.
 */
export function optionsHelp(
  syntax: Syntax,
  invocation: string,
  presets: ReadonlyMap<string, string> = new Map(),
): string {
  return newProgram(syntax, invocation, presets).helpInformation();
}

function newProgram(
  syntax: Syntax,
  invocation: string,
  presets: ReadonlyMap<string, string> = new Map(),
): Program {
  const program = new Program(invocation)
    .description(syntax.description)
    .usage(usageOf(syntax))
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, getOutHelpWidth: () => 100 });
  for (const [, operand] of operandsOf(syntax)) {
    program.addArgument(new Argument(bracketed(operand), withPreset(operand, operand.preset)));
  }
  for (const [heading, group] of groupsOf(syntax)) {
    for (const [name, option] of Object.entries(group)) {
      const preset = presets.get(name) ?? (takesValue(option) ? option.preset : undefined);
      const added = new Option(option.flags, withPreset(option, preset)).helpGroup(`${heading}:`);
      program.addOption(option.hidden === true ? added.hideHelp() : added);
    }
  }
  return program;
}

function parseOptions(
  program: Program,
  argv: readonly string[],
  syntax: Syntax,
): ReturnType<Program['parseOptions']> {
  try {
    return program.parseOptions([...argv]);
  } catch (error) {
    // The one complaint that this half of commander has: a last option without its value. It quotes
    // the flags of the option, which need not be what the user typed.
    if (!(error instanceof CommanderError)) throw error;
    for (const [name, option] of Object.entries(optionsOf(syntax))) {
      const isIt = takesValue(option) && error.message.includes(`'${option.flags}'`);
      if (isIt) throw missingValue(name, option);
    }
    throw error;
  }
}

function unknownOption(argument: string, syntax: Syntax): UsageError {
  const options = optionsOf(syntax);
  const flag = argument.replace(/=.*$/s, '');
  const name = flag.replace(/^--/, '');
  // One that takes a value is never unknown, whatever follows its name.
  if (Object.hasOwn(options, name)) return new UsageError(`${flag} takes no value`);
  const near = closest(name, Object.keys(options));
  const hint = near === undefined ? '' : ` (did you mean '--${near}'?)`;
  return new UnknownOption(flag, hint);
}

function unexpectedArgument(argument: string, syntax: Syntax, invocation: string): UsageError {
  // What word processors make of a hyphen looks like one in an error message.
  const hint = /^[\u2010-\u2015\u2212]/.test(argument) ? ', which begins with no ASCII hyphen' : '';
  const expected =
    operandsOf(syntax).length === 0
      ? 'options are --name value'
      : `the usage is ${invocation} ${usageOf(syntax)}`;
  return new UsageError(`unexpected argument '${argument}'${hint}: ${expected}`);
}

function usageOf(syntax: Syntax): string {
  const { others } = syntax;
  return [
    '[options]',
    ...operandsOf(syntax).map(([, operand]) => bracketed(operand)),
    ...(others === undefined ? [] : [`[${others}]`]),
  ].join(' ');
}

function bracketed({ word, required, many }: Operand<unknown>): string {
  const words = many === true ? `${word}...` : word;
  return required === true ? `<${words}>` : `[${words}]`;
}

function withPreset({ help }: { readonly help: string }, preset: string | undefined): string {
  return preset === undefined ? help : `${help} [${preset}]`;
}

function operandsOf({ operands = {} }: Syntax): [string, Operand<unknown>][] {
  return Object.entries(operands);
}

/** The options that every command has come last, in the group that the command itself puts last. */
function groupsOf({ groups }: Syntax): [string, OptionGroup][] {
  const own = Object.entries(groups);
  const [heading, last] = own.pop() ?? ['Options', {}];
  return [...own, [heading, { ...last, ...EVERYWHERE }]];
}

function optionsOf(syntax: Syntax): OptionGroup {
  return Object.assign({}, ...groupsOf(syntax).map(([, group]) => group)) as OptionGroup;
}

function takesValue(option: ValueOption<unknown> | Switch): option is ValueOption<unknown> {
  return 'parse' in option;
}
