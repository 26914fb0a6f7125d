import { closest } from '../util/edit-distance.js';
import { parseWhole } from './units.js';

/**
 * A value that a user gives: everything about it in one record, so that help, range check and error
 * message cannot disagree.
 */
export interface ValueRules<Value> {
  readonly help: string;
  /** Kind, range and example, to follow `--name takes`. */
  readonly expects: string;
  /** Throws InvalidValue. */
  readonly parse: (text: string) => Value;
  /** Text that counts when none is given; shown in the help text. */
  readonly preset?: string;
  /** Nothing works without it. */
  readonly required?: true;
}

/** An option that takes a value. */
export interface ValueOption<Value> extends ValueRules<Value> {
  /** As commander reads it: `-t, --timeout <T>`. */
  readonly flags: string;
  /** Text that counts when the option is given alone, as `[FILE]` in its flags allows. */
  readonly bare?: string;
  /** Not listed in the help text: that of another command has it. */
  readonly hidden?: boolean;
}

/** The message follows `--name takes EXPECTED` and says what is wrong with the value given. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue';
}

const notThis = (text: string): InvalidValue => new InvalidValue(`, not '${text}'`);

/**
 * A parser for numbers from `low` to `high`, read by `read`. Numbers that are negative or too large
 * are told apart from what is no number at all: the remedies differ.
 */
export function between(
  low: number,
  high: number,
  read: (text: string) => number | undefined,
): (text: string) => number {
  return (text) => {
    const negative = /^-(?=\d)/.test(text);
    const value = read(negative ? text.slice(1) : text);
    if (value === undefined) throw notThis(text);
    if (negative || value < low || value > high) {
      throw new InvalidValue(`; '${text}' is out of range`);
    }
    return value;
  };
}

export function wholeNumber(low: number, high: number): (text: string) => number {
  return between(low, high, parseWhole);
}

export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw notThis(text);
    return found;
  };
}

/** One of the names known; `kind` says what they are names of. */
export function nameOf<Name extends string>(
  kind: string,
  known: readonly Name[],
): (text: string) => Name {
  return (text) => {
    const found = known.find((name) => name === text);
    if (found !== undefined) return found;
    if (text === '') throw notThis(text);
    throw noSuchName(kind, text, known);
  };
}

/** Names separated by commas, repeats allowed. */
export function namesOf(
  kind: string,
  known: readonly string[],
): (text: string) => readonly string[] {
  return (text) => {
    const names = text.split(',');
    const stranger = names.find((name) => !known.includes(name));
    if (stranger === undefined) return names;
    if (stranger === '') throw notThis(text);
    throw noSuchName(kind, stranger, known);
  };
}

function noSuchName(kind: string, name: string, known: readonly string[]): InvalidValue {
  const near = closest(name, known);
  const hint = near === undefined ? ' among these' : ` (did you mean '${near}'?)`;
  return new InvalidValue(`; there is no ${kind} '${name}'${hint}`);
}
