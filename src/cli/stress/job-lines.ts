/** A job file as options, as if its lines stood behind the command line. */
import { readFileSync } from 'node:fs';
import {
  JobFileError,
  parseJobFile,
  type JobMode,
  type JobOption,
} from '../../workload/job-file.js';
import { UsageError } from '../usage-error.js';
import type { OptionTable, StressOption } from './option-table.js';
import type { GivenOption } from './words.js';

export interface Job {
  /** Undefined where the file does not say. */
  readonly mode: JobMode | undefined;
  readonly options: readonly GivenOption[];
}

/** Throws UsageError. */
export function readJobFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(`cannot open the job file '${file}': ${error.message}`);
  }
}

/** Throws UsageError, with the file's name in front and the line that is wrong at the end. */
export function readJob(file: string, text: string, table: OptionTable): Job {
  try {
    const { mode, options } = parseJobFile(text);
    return { mode, options: options.map((line) => givenBy(line, file, table)) };
  } catch (error) {
    if (error instanceof JobFileError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

/** The names that the lines of a job file begin with; none where it cannot be read as one. */
export function namesIn(text: string): readonly string[] {
  try {
    return parseJobFile(text).options.map(({ name }) => name);
  } catch (error) {
    if (error instanceof JobFileError) return [];
    throw error;
  }
}

function givenBy(line: JobOption, file: string, table: OptionTable): GivenOption {
  const wrong = (sentence: string): UsageError => {
    const { message } = new JobFileError(sentence, line.line, line.original);
    return new UsageError(`${file}: ${message}`);
  };
  const { option, problem } = table.byName(line.name);
  if (option === undefined) throw wrong((problem ?? '').replaceAll(`'--`, `'`));
  if (option.name === 'job') throw wrong('a job file cannot name another one');
  return { option, text: valueOf(line, option, wrong), called: option.name, words: [], wrong };
}

function valueOf(
  { args }: JobOption,
  { name, takes }: StressOption,
  wrong: GivenOption['wrong'],
): string | undefined {
  const [text] = args;
  if (takes === 'value' && text === undefined) throw wrong(`option '${name}' requires an argument`);
  if (takes === 'nothing' && text !== undefined) {
    throw wrong(`option '${name}' doesn't allow an argument`);
  }
  return text;
}
