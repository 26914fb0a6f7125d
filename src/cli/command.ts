/**
 * What a command is: its words as data, and what it does with them. The comparison, which needs no
 * name, is one of them; `commands.ts` has the others.
 */
import type { CommandLine } from './command-line.js';
import type { ValueOption, ValueRules } from './option-value.js';
import type { World } from './world.js';

/** An option without a value. */
export interface Switch {
  /** As commander reads it: `-q, --quiet`. */
  readonly flags: string;
  readonly help: string;
  /** The option with a value that this is short for. */
  readonly means?: { readonly name: string; readonly text: string };
  /** Not listed in the help text: that of another option mentions it. */
  readonly hidden?: boolean;
}

/** A word that is no option. */
export interface Operand<Value> extends ValueRules<Value> {
  /** As the usage line shows it, without brackets: `SCENARIO`. */
  readonly word: string;
  /** The last operand may be given more than once; `CommandLine.given` has all of them. */
  readonly many?: true;
}

/** Options by their long names without dashes. */
export type OptionGroup = Readonly<Record<string, ValueOption<unknown> | Switch>>;

/** Everything that parsing and the help text need to know. */
export interface Syntax {
  /** What the command does, in lines of at most 100 columns. */
  readonly description: string;
  /** Groups by their headings in the help text. Every command has --version and --help besides. */
  readonly groups: Readonly<Record<string, OptionGroup>>;
  /** In the order of the words, those that are required first; names apart from those of options. */
  readonly operands?: Readonly<Record<string, Operand<unknown>>>;
  /**
   * What the usage line calls words that are none of these options: they are not judged, but handed on
   * as `CommandLine.others`. A command that has them has no operands.
   */
  readonly others?: string;
}

export interface Command extends Syntax {
  /** Defaults to show in the help text that are not in the option tables. */
  presets?(world: World): ReadonlyMap<string, string>;
  /** The help text after the options: examples, exit codes. */
  epilogue?(world: World): string;
  /** What to do about stressors of stress-ng, which the command does not take. */
  readonly insteadOfStress?: string;
  /** Returns the exit code. May throw what `describeFailure` describes. */
  run(commandLine: CommandLine, world: World): Promise<number>;
}

/** A row of the registry: all that `mmsem-bench --help` needs, and the way to the rest. */
export interface CommandEntry {
  readonly name: string;
  /** One line, at most 80 columns. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}
