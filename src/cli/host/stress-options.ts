/** Which words of a command line are for stress-ng, and which for us alone. */
import { HOGS } from '../../workload/stressors/hogs.js';
import { OptionTable } from '../stress/option-table.js';
import { piecesOf, type Piece } from '../stress/words.js';

/** Options of stressors that stress-ng lacks. */
const OURS: readonly string[] = ['mmap-compat', 'mmap-file-kind'];

/** A dry run is made here, without the program. */
const NOT_PASSED: readonly string[] = [...OURS, 'dry-run'];

const TABLE = new OptionTable(HOGS);

/** The words that the real stress-ng gets: without options of ours and their values. */
export function wordsForStressNg(words: readonly string[]): string[] {
  return wordsOf(words, ({ name, role }) => role.kind !== 'own' && !NOT_PASSED.includes(name));
}

/** The words without those of the options of a name. */
export function wordsWithout(words: readonly string[], name: string): string[] {
  return wordsOf(words, (option) => option.name !== name);
}

/** What is no option is for whoever gets the words to judge. */
function wordsOf(
  words: readonly string[],
  isWanted: (option: NonNullable<Piece['option']>) => boolean,
): string[] {
  return [...piecesOf(words, TABLE)]
    .filter(({ option }) => option === undefined || isWanted(option))
    .flatMap((piece) => piece.words);
}

/** The last value that `--name` is given; undefined if it is not given. */
export function lastValueOf(words: readonly string[], name: string): string | undefined {
  return valuesOf(words, new RegExp(`^${name}$`)).at(-1)?.value;
}

export function isGiven(words: readonly string[], name: string): boolean {
  return [...piecesOf(words, TABLE)].some(({ option }) => option?.name === name);
}

/** Every option whose whole name is like `pattern`, with its value, in order. */
export function valuesOf(
  words: readonly string[],
  pattern: RegExp,
): { readonly name: string; readonly value: string }[] {
  return [...piecesOf(words, TABLE)].flatMap(({ option, text: value }) =>
    option !== undefined && value !== undefined && pattern.test(option.name)
      ? [{ name: option.name, value }]
      : [],
  );
}
