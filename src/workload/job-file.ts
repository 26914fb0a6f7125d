/**
 * Reader of stress-ng's job files: one option per line as on the command line but without the
 * leading dashes, `#` starts a comment anywhere, `run parallel` and `run sequential` choose the mode.
 * It knows the grammar only; what an option means, and whether it exists, is for the caller to say.
 *
 * Stricter than stress-ng where that fails in an obscure way: CR LF line ends are named as such. Option
 * names may be cut short there; whether they may be is for the caller to say, too.
 */

export interface JobFile {
  /** Undefined where no line says; stress-ng's default is parallel. */
  readonly mode: JobMode | undefined;
  /** In file order; the same name twice is two entries. */
  readonly options: readonly JobOption[];
}

export type JobMode = 'parallel' | 'sequential';

export interface JobOption {
  /** Long option name without dashes. */
  readonly name: string;
  /** No value or one. */
  readonly args: readonly string[];
  /** Counted from 1. */
  readonly line: number;
  /** The whole line as it stands in the file. */
  readonly original: string;
}

/** Wrong line of a job file; the message ends the way stress-ng's does. */
export class JobFileError extends Error {
  override readonly name = 'JobFileError';

  constructor(problem: string, line: number, original: string) {
    const shown = original.length > 80 ? `${original.slice(0, 77)}...` : original;
    super(`${problem}: error in line ${line}: '${shown}'`);
  }
}

/** Longest line that stress-ng's buffer holds, characters. */
const LINE_LENGTH_MAX = 4095;

const MODES: Readonly<Record<string, JobMode>> = {
  sequential: 'sequential',
  sequentially: 'sequential',
  seq: 'sequential',
  parallel: 'parallel',
  par: 'parallel',
  together: 'parallel',
};

/** Throws JobFileError for the first line that is wrong. */
export function parseJobFile(text: string): JobFile {
  let mode: JobMode | undefined;
  const options: JobOption[] = [];
  text.split('\n').forEach((original, index) => {
    const line = index + 1;
    const words = wordsOf(original, line);
    if (words[0] === 'run' && words.length > 1) {
      mode = modeOf(words, mode, line, original);
    } else if (words.length > 0) {
      options.push(optionOf(words, line, original));
    }
  });
  return { mode, options };
}

function wordsOf(original: string, line: number): string[] {
  if (original.endsWith('\r')) {
    const problem = 'lines must end in LF, not CR LF (sed -i "s/\\r$//" FILE converts)';
    throw new JobFileError(problem, line, original.slice(0, -1));
  }
  if (original.length > LINE_LENGTH_MAX) {
    throw new JobFileError(`a line has at most ${LINE_LENGTH_MAX} characters`, line, original);
  }
  const comment = original.indexOf('#');
  const code = comment === -1 ? original : original.slice(0, comment);
  return code.split(/[ \t]+/).filter((word) => word !== '');
}

function modeOf(
  words: readonly string[],
  before: JobMode | undefined,
  line: number,
  original: string,
): JobMode {
  const word = words[1]!;
  const mode = Object.hasOwn(MODES, word) ? MODES[word] : undefined;
  if (mode === undefined || words.length > 2) {
    throw new JobFileError(`run takes 'sequential' or 'parallel'`, line, original);
  }
  if (before !== undefined && before !== mode) {
    throw new JobFileError(`run takes 'sequential' or 'parallel', not both`, line, original);
  }
  return mode;
}

function optionOf(words: readonly string[], line: number, original: string): JobOption {
  const [first = '', ...rest] = words;
  if (first.startsWith('-')) {
    const bare = first.replace(/^-+/, '');
    throw new JobFileError(`options are written without dashes, '${bare}'`, line, original);
  }
  const equals = first.indexOf('=');
  const name = equals === -1 ? first : first.slice(0, equals);
  const args = equals === -1 ? rest : [first.slice(equals + 1), ...rest];
  if (name === 'job' || name === 'j') {
    throw new JobFileError('a job file cannot name another one', line, original);
  }
  if (args.length > 1) {
    throw new JobFileError('a line takes one option and one value', line, original);
  }
  return { name, args, line, original };
}
