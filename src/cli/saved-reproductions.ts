/** Where reproductions are kept: one file each in a directory, and a table of them in another file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { RunFailed } from '../engine/engine.js';
import { toolFacts } from '../report/facts.js';
import {
  buildReproductions,
  firstDifference,
  formatReproductions,
  parseReproductions,
} from '../report/reproduction.js';
import { MARKS, betweenMarks, reproductionsMarkdown } from '../report/reproduction-table.js';
import { NotWritable, assertWritable, saveAtomically } from '../report/save.js';
import { studyNames } from '../reproduction/studies.js';
import type { Reproduction } from '../samples/reproduction.js';
import { packageFile } from '../util/package-file.js';
import { UsageError } from './usage-error.js';
import { OutputFailed } from './write-out.js';

/** What is committed, and shipped with the package. */
export const COMMITTED = packageFile('results/reproductions');

const fileOf = (directory: string, name: string): string => path.join(directory, `${name}.json`);

/** Before anything runs. Throws UsageError. */
export function assertSavable(directory: string, names: readonly string[]): void {
  try {
    for (const name of names) assertWritable(fileOf(directory, name));
  } catch (error) {
    throw error instanceof NotWritable ? new UsageError(error.message) : error;
  }
}

/** Before anything runs. Throws UsageError. */
export function assertHasMarks(file: string): void {
  const text = read(file);
  if (text === undefined) throw new UsageError(`--readme takes a file, not '${file}'`);
  if (betweenMarks(text, '') !== undefined) return;
  throw new UsageError(`'${file}' has no place for the table: put ${MARKS} into it`);
}

/** Throws OutputFailed. */
export function saveReproductions(directory: string, reproductions: readonly Reproduction[]): void {
  for (const reproduction of reproductions) {
    save(fileOf(directory, reproduction.name), textOf([reproduction]));
  }
}

/** Puts the table of everything that a directory holds into a file. Throws OutputFailed. */
export function writeTable(directory: string, file: string): void {
  const text = betweenMarks(read(file) ?? '', reproductionsMarkdown(savedIn(directory)));
  if (text === undefined) throw new OutputFailed(`'${file}' has lost its marks: ${MARKS}`);
  save(file, text);
}

/** What a directory holds, in the order of the list. */
export function savedIn(directory: string): Reproduction[] {
  return studyNames().flatMap((name) => {
    const text = read(fileOf(directory, name));
    return text === undefined ? [] : parseReproductions(text);
  });
}

/** Throws RunFailed when a reproduction is not byte for byte what is committed. */
export function checkAgainstCommitted(reproductions: readonly Reproduction[]): void {
  const differences = reproductions.flatMap((reproduction) => {
    const file = fileOf(COMMITTED, reproduction.name);
    const text = read(file);
    if (text === undefined) return [`${reproduction.name} has not been saved`];
    if (text === textOf([reproduction])) return [];
    const [saved] = parseReproductions(text);
    const what = saved === undefined ? undefined : firstDifference(saved, reproduction);
    return [`${reproduction.name}: ${what ?? 'the version of its model'}`];
  });
  if (differences.length === 0) return;
  throw new RunFailed(`results/reproductions says otherwise\n  ${differences.join('\n  ')}`);
}

export function textOf(reproductions: readonly Reproduction[]): string {
  return formatReproductions(buildReproductions(toolFacts().modelVersion, reproductions));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function save(file: string, text: string): void {
  try {
    saveAtomically(file, text);
  } catch (error) {
    throw error instanceof NotWritable ? new OutputFailed(error.message, { cause: error }) : error;
  }
}
