/** The words of a line taken apart as getopt_long does, in the order in which they stand there. */
import { UsageError } from '../usage-error.js';
import type { LookUp, OptionTable, StressOption } from './option-table.js';

/** An option as it was given, on the command line or in a line of a job file. */
export interface GivenOption {
  readonly option: StressOption;
  /** Its value; undefined for one without. */
  readonly text: string | undefined;
  /** As messages call it: `--mmap-bytes`, and `mmap-bytes` in a file. */
  readonly called: string;
  /** The words that say it. */
  readonly words: readonly string[];
  /** The error of a whole sentence about it; one of a file also says where in it. */
  readonly wrong: (sentence: string) => UsageError;
}

/** A piece of a command line; what cannot be understood has a problem, and may have an option. */
export interface Piece extends LookUp {
  readonly text?: string;
  readonly words: readonly string[];
}

/** Throws UsageError for the first word that cannot be understood. */
export function readWords(argv: readonly string[], table: OptionTable): GivenOption[] {
  const wrong = (sentence: string): UsageError => new UsageError(sentence);
  return [...piecesOf(argv, table)].map(({ option, problem, text, words }) => {
    if (problem !== undefined || option === undefined) throw wrong(problem ?? '');
    return { option, text, called: `--${option.name}`, words, wrong };
  });
}

export function* piecesOf(argv: readonly string[], table: OptionTable): Generator<Piece> {
  for (let at = 0; at < argv.length;) {
    const word = argv[at]!;
    const next = argv[at + 1];
    if (word === '--') {
      for (const rest of argv.slice(at + 1)) yield plain(rest);
      return;
    }
    const pieces = word.startsWith('--')
      ? [longPiece(word, next, table)]
      : /^-./.test(word)
        ? [...shortPieces(word, next, table)]
        : [plain(word)];
    yield* pieces;
    at += pieces.at(-1)!.words.length;
  }
}

function longPiece(word: string, next: string | undefined, table: OptionTable): Piece {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const found = table.byName(name);
  if (found.option === undefined) return { ...found, words: [word] };
  const attached = equals === -1 ? undefined : word.slice(equals + 1);
  return withValue(found.option, `--${name}`, { word, attached, next });
}

/** `-Mt 60s`, `-t60s`: letters of one word, of which the last one that takes a value has the rest. */
function* shortPieces(
  word: string,
  next: string | undefined,
  table: OptionTable,
): Generator<Piece> {
  for (let i = 1; i < word.length; i++) {
    const letter = word[i]!;
    const { option, problem = '' } = table.byShort(letter);
    const isLast = i === word.length - 1;
    if (option === undefined) {
      yield { problem, words: [word] };
    } else if (option.takes === 'nothing') {
      yield { option, words: [`-${letter}`] };
    } else {
      const attached = isLast ? undefined : word.slice(i + 1);
      const said = i === 1 ? word : `-${word.slice(i)}`;
      yield withValue(option, `-${letter}`, { word: said, attached, next });
      return;
    }
  }
}

interface Around {
  readonly word: string;
  /** The value in the same word. */
  readonly attached: string | undefined;
  readonly next: string | undefined;
}

function withValue(option: StressOption, said: string, { word, attached, next }: Around): Piece {
  if (option.takes === 'nothing') {
    if (attached === undefined) return { option, words: [word] };
    return { option, problem: `option '${said}' doesn't allow an argument`, words: [word] };
  }
  if (attached !== undefined) return { option, text: attached, words: [word] };
  const isValue =
    next !== undefined && (option.takes === 'value' || !/^-(?!\d)/.test(next) || next === '-');
  if (isValue) return { option, text: next, words: [word, next] };
  if (option.takes === 'perhaps') return { option, words: [word] };
  return { option, problem: `option '${said}' requires an argument`, words: [word] };
}

function plain(word: string): Piece {
  // What word processors make of a hyphen looks like one in an error message.
  const hint = /^[\u2010-\u2015\u2212]/.test(word) ? ', which begins with no ASCII hyphen' : '';
  return {
    problem: `unexpected argument '${word}'${hint}: options are --name value`,
    words: [word],
  };
}
