/** Which words of a command line are for stress-ng, and which for us alone. */
import { COMPARISON } from '../options.js';

/** Options of the comparison that stress-ng has as well. */
const SHARED = ['mmap-bytes', 'mmap-file', 'timeout', 'seed', 'quiet'];

/** What only the simulated stressors know; true: with a value. */
const OF_STRESSORS: Readonly<Record<string, boolean>> = { 'mmap-compat': true };

/** Names of options that stress-ng lacks, and whether each takes a value. */
function ownOptions(): ReadonlyMap<string, boolean> {
  const groups = Object.values(COMPARISON.groups).flatMap((group) => Object.entries(group));
  const own = groups.filter(([name]) => !SHARED.includes(name));
  return new Map([
    ...own.map(([name, option]) => [name, 'parse' in option] as const),
    ...Object.entries(OF_STRESSORS),
  ]);
}

/** The words that the real stress-ng gets: without options of ours and their values. */
export function wordsForStressNg(words: readonly string[]): string[] {
  const own = ownOptions();
  const left: string[] = [];
  for (let place = 0; place < words.length; place++) {
    const word = words[place]!;
    const [, name, value] = /^--([^=]+)(=.*)?$/s.exec(word) ?? [];
    const takesValue = name === undefined ? undefined : own.get(name);
    if (takesValue === undefined) left.push(word);
    else if (takesValue && value === undefined) place++;
  }
  return left;
}

/** The last value that `--name` is given; undefined if it is not given. */
export function lastValueOf(words: readonly string[], name: string): string | undefined {
  return valuesOf(words, new RegExp(`^${name}$`)).at(-1)?.value;
}

export function isGiven(words: readonly string[], name: string): boolean {
  return words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
}

/** Every long option whose name is like `pattern`, with its value, in order. */
export function valuesOf(
  words: readonly string[],
  pattern: RegExp,
): { readonly name: string; readonly value: string }[] {
  return words.flatMap((word, place) => {
    const [, name = '', , value = words[place + 1]] = /^--([^=]+)(=(.*))?$/s.exec(word) ?? [];
    return pattern.test(name) && value !== undefined ? [{ name, value }] : [];
  });
}
