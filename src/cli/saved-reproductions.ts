/** Where reproductions are kept: one file each in a directory, and a table of them in another file. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { toolFacts } from '../report/facts.js';
import { differenceOf } from '../report/reproduction-difference.js';
import { BadReproductions, parseReproductions } from '../report/reproduction-reader.js';
import {
  buildReproductions,
  formatReproductions,
  type ReproductionDocument,
} from '../report/reproduction.js';
import { MARKS, betweenMarks, reproductionsMarkdown } from '../report/reproduction-table.js';
import { NotWritable, assertWritable, saveAtomically } from '../report/save.js';
import { studyNames } from '../reproduction/studies.js';
import type { Reproduction } from '../samples/reproduction.js';
import { packageFile } from '../util/package-file.js';
import { CheckFailed } from './failure.js';
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
  const text = read(file, 'give --readme a file that can be read');
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

/**
 * Puts the table of everything that a directory holds into a file, after saveReproductions. Throws
 * OutputFailed, and UsageError for a file that somebody has damaged meanwhile.
 */
export function writeTable(directory: string, file: string): void {
  const table = reproductionsMarkdown(savedIn(directory));
  const text = betweenMarks(read(file, 'give --readme a file that can be read') ?? '', table);
  if (text === undefined) throw new OutputFailed(`'${file}' has lost its marks: ${MARKS}`);
  save(file, text);
}

/** What a directory holds, in the order of the list. Throws UsageError for a damaged file. */
export function savedIn(directory: string): Reproduction[] {
  return [...documentsIn(directory).values()].flatMap(({ reproductions }) => reproductions);
}

/** The documents that a directory holds, by name. Throws UsageError for a damaged file. */
export function documentsIn(directory: string): ReadonlyMap<string, ReproductionDocument> {
  const documents = new Map<string, ReproductionDocument>();
  for (const name of studyNames()) {
    const file = fileOf(directory, name);
    const remedy = `make it anew with npx mmsem-bench reproduce ${name} --save ${directory}`;
    const text = read(file, remedy);
    if (text !== undefined) documents.set(name, documentOf(text, name, file, remedy));
  }
  return documents;
}

function documentOf(
  text: string,
  name: string,
  file: string,
  remedy: string,
): ReproductionDocument {
  try {
    const document = parseReproductions(text);
    const names = document.reproductions.map((reproduction) => reproduction.name);
    if (names.length === 1 && names[0] === name) return document;
    throw new BadReproductions(`it holds '${names.join(', ')}', not '${name}'`);
  } catch (error) {
    if (!(error instanceof BadReproductions)) throw error;
    throw new UsageError(`'${file}' is no saved reproduction: ${error.message}; ${remedy}`);
  }
}

/**
 * Throws CheckFailed when a reproduction does not say the same, to the last digit and letter, as what
 * was committed before.
 */
export function checkAgainst(
  committed: ReadonlyMap<string, ReproductionDocument>,
  reproductions: readonly Reproduction[],
): void {
  const { modelVersion } = toolFacts();
  const differences = reproductions.flatMap((reproduction) => {
    const { name } = reproduction;
    const saved = committed.get(name);
    if (saved === undefined) return [`${name}: it has not been saved`];
    const what = differenceOf(saved.reproductions[0]!, reproduction);
    if (what !== undefined) return [`${name}: ${what}`];
    if (saved.modelVersion === modelVersion) return [];
    return [`${name}: the version of its model: was ${saved.modelVersion}, is ${modelVersion}`];
  });
  if (differences.length === 0) return;
  throw new CheckFailed(
    `results/reproductions says otherwise\n  ${differences.join('\n  ')}\nto keep what is now: ${RENEW}`,
  );
}

const RENEW = 'npx mmsem-bench reproduce --save results/reproductions --readme README.md';

export function textOf(reproductions: readonly Reproduction[]): string {
  return formatReproductions(buildReproductions(toolFacts().modelVersion, reproductions));
}

/** undefined when there is no such file. Throws UsageError, with the remedy, for what it cannot read. */
function read(file: string, remedy: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === '') throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(`'${file}' cannot be read (${code}); ${remedy}`);
  }
}

function save(file: string, text: string): void {
  try {
    saveAtomically(file, text);
  } catch (error) {
    throw error instanceof NotWritable ? new OutputFailed(error.message, { cause: error }) : error;
  }
}
