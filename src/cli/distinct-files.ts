/** One file must not be two things: an output would take the place of an input, or of another output. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { FormOutput } from './result-output.js';
import type { SummaryFile } from './summary.js';
import { UsageError } from './usage-error.js';

/** What a command does with a file that the user has named. */
export interface FileUse {
  /** As the user knows it: `--save`. */
  readonly name: string;
  readonly file: string;
  /** What becomes of what was in the file; undefined for one that is only read. */
  readonly fate?: string;
}

const REPLACED = 'the result would take its place';
const APPENDED = 'the summary would be added to it';

/** A file that a command reads, if the user has named one. */
export function reads(name: string, file: string | undefined): FileUse[] {
  return file === undefined ? [] : [{ name, file }];
}

/** A file that a command writes anew, if the user has named one. */
export function writes(name: string, file: string | undefined): FileUse[] {
  return file === undefined ? [] : [{ name, file, fate: REPLACED }];
}

/** The files of `chooseFormOutput`. */
export function outputFiles({ save, summary }: Pick<FormOutput, 'save' | 'summary'>): FileUse[] {
  return [...writes('--save', save), ...(summary === undefined ? [] : [appends(summary)])];
}

function appends({ file, isWanted }: SummaryFile): FileUse {
  return { name: isWanted ? '--summary' : 'the step summary', file, fate: APPENDED };
}

/** Throws UsageError for the first two uses of one file that do not go together. */
export function refuseSharedFiles(uses: readonly FileUse[]): void {
  const known = uses.map((use) => ({ ...use, place: placeOf(use.file) }));
  for (const [index, one] of known.entries()) {
    const other = known.slice(index + 1).find((later) => {
      return later.place === one.place && (later.fate ?? one.fate) !== undefined;
    });
    if (other === undefined) continue;
    const fate =
      one.fate === undefined || other.fate === undefined
        ? (one.fate ?? other.fate!)
        : 'it cannot be both';
    throw new UsageError(
      `${one.name} and ${other.name} are the same file '${one.file}': ${fate}; give another one`,
    );
  }
}

/** Equal for two names of one file, present or not yet; symbolic links lead to what they stand for. */
function placeOf(file: string): string {
  const whole = path.resolve(file);
  if (existsSync(whole)) return realpathSync(whole);
  const folder = path.dirname(whole);
  return existsSync(folder) ? path.join(realpathSync(folder), path.basename(whole)) : whole;
}
