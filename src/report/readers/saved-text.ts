/** The text of a file that somebody saved, whatever is in it. */
import { readFileSync, statSync } from 'node:fs';
import { SavedRunRefused } from './saved-run.js';

/** Undefined if there is no such file. Throws SavedRunRefused, also for a file without any text. */
export function textIfThere(file: string): string | undefined {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) throw refusal(file, 'it is a directory');
    // Whoever opens a pipe that nobody writes to waits forever.
    if (!stats.isFile()) throw refusal(file, 'it is not a regular file');
    return wholeText(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof SavedRunRefused) throw error;
    throw refusal(file, codeOf(error));
  }
}

/** The same of a file that must be there. */
export function readText(file: string): string {
  const text = textIfThere(file);
  if (text === undefined) throw refusal(file, 'there is no such file');
  return text;
}

/** A text without the mark that some editors put before it. Throws SavedRunRefused if nothing is left. */
export function wholeText(text: string, source: string): string {
  const whole = text.replace(/^\uFEFF/, '');
  if (whole.trim() === '') throw new SavedRunRefused(`'${source}' is empty`);
  return whole;
}

function refusal(file: string, reason: string): SavedRunRefused {
  return new SavedRunRefused(`cannot read '${file}': ${reason}; give the file of a saved run`);
}

function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message;
  return String(error);
}
