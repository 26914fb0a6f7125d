import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The result cannot go where the user wants it; `message` is one line for the user. */
export class NotWritable extends Error {
  override readonly name = 'NotWritable';
}

/**
 * Checks before a run that its result can be saved to `path` after it: throws NotWritable if not.
 *
 * Tries what saving will do, as permissions alone do not tell on read-only and special file systems:
 * makes a file in the directory and removes it again. An existing file is not touched.
 */
export function assertWritable(path: string): void {
  const target = targetOf(path);
  try {
    const temporary = temporaryBeside(target);
    closeSync(openSync(temporary, 'wx'));
    rmSync(temporary);
  } catch (error) {
    throw refusal(path, `cannot make a file in '${dirname(target)}' (${codeOf(error)})`);
  }
}

/**
 * Writes `text` to `path` in one step: whoever opens it, even after a crash, finds the old file or
 * the whole new one. An existing file keeps its permissions, a symbolic link stays a link.
 */
export function saveAtomically(path: string, text: string): void {
  const target = targetOf(path);
  const temporary = temporaryBeside(target);
  const replaced = existing(target);
  try {
    writeTemporary(temporary, text, replaced);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw refusal(path, `writing failed (${codeOf(error)})`);
  }
}

/**
 * The same for a file that must not be there yet: false, and nothing done, if it is. Of two processes
 * that try at once, one succeeds.
 */
export function createAtomically(path: string, text: string): boolean {
  const target = targetOf(path);
  const temporary = temporaryBeside(target);
  try {
    writeTemporary(temporary, text, undefined);
    return becomes(temporary, target);
  } catch (error) {
    throw refusal(path, `writing failed (${codeOf(error)})`);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Gives a file the name `target` unless that is taken. */
function becomes(temporary: string, target: string): boolean {
  try {
    // Unlike a rename, a link does not replace what has come to be there.
    linkSync(temporary, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Some file systems have no links; on these the last one wins.
    renameSync(temporary, target);
  }
  return true;
}

/** Throws what the file system throws. */
function writeTemporary(temporary: string, text: string, replaced: Stats | undefined): void {
  const descriptor = openSync(temporary, 'wx');
  try {
    if (replaced !== undefined) fchmodSync(descriptor, replaced.mode & 0o7777);
    writeFileSync(descriptor, text);
    // Without this a crash can leave the new name on an empty file.
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The regular file, present or not yet, that `path` stands for. */
function targetOf(path: string): string {
  if (path === '') throw refusal(path, 'the name is empty');
  if (path.endsWith('/')) throw refusal(path, 'the name ends in a slash');
  const directory = existing(dirname(resolve(path)));
  if (directory === undefined) throw refusal(path, `directory '${dirname(path)}' does not exist`);
  if (!directory.isDirectory()) throw refusal(path, `'${dirname(path)}' is not a directory`);
  const file = existing(path);
  if (file === undefined) return resolve(path);
  if (file.isDirectory()) throw refusal(path, 'it is a directory');
  // Renaming over a device or a pipe would replace it, /dev/stdout among them.
  if (!file.isFile()) throw refusal(path, 'it is not a regular file');
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw refusal(path, `the file is write-protected (${codeOf(error)})`);
  }
  return realpathSync(path);
}

/** Same directory, hence same file system: only then is the rename one step. */
function temporaryBeside(target: string): string {
  return join(dirname(target), `.mmsem-bench-${randomBytes(8).toString('hex')}.tmp`);
}

function existing(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw refusal(path, code);
  }
}

function refusal(path: string, reason: string): NotWritable {
  return new NotWritable(
    `cannot save to '${path}': ${reason}; give a file in an existing, writable directory`,
  );
}

function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message;
  return String(error);
}
