/**
 * Adding to a file that others write to as well, such as the summary of a CI step. Unlike `save.ts`
 * this must not replace the file: what another process appends meanwhile would be lost.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { assertWritable, NotWritable } from './save.js';

/** Throws NotWritable unless `appendMarkdown` can add to `path`; makes no file. */
export function assertAppendable(path: string): void {
  if (!existsSync(path)) {
    assertWritable(path);
    return;
  }
  if (statSync(path).isDirectory()) throw refusal(path, 'it is a directory');
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw refusal(path, `the file is write-protected (${codeOf(error)})`);
  }
}

/**
 * Adds Markdown as a block of its own to the end of `path`, all or nothing: false, and nothing done,
 * if the file would become larger than `bytesMax`. Throws NotWritable.
 */
export function appendMarkdown(path: string, markdown: string, bytesMax = Infinity): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'a+');
  } catch (error) {
    throw refusal(path, codeOf(error));
  }
  try {
    const { size } = fstatSync(descriptor);
    // An empty line on both sides: neither text nor HTML next to it can swallow it.
    const text = `${separator(descriptor, size)}${markdown}\n`;
    const bytes = Buffer.from(text);
    if (size + bytes.length > bytesMax) return false;
    writeWhole(descriptor, bytes, size);
    return true;
  } catch (error) {
    throw refusal(path, `writing failed (${codeOf(error)})`);
  } finally {
    closeSync(descriptor);
  }
}

function separator(descriptor: number, size: number): string {
  if (size === 0) return '';
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last.toString() === '\n' ? '\n' : '\n\n';
}

/** In one call, which the system does not mix with those of others; taken back if it fell short. */
function writeWhole(descriptor: number, bytes: Buffer, sizeBefore: number): void {
  const written = writeSync(descriptor, bytes);
  if (written === bytes.length) return;
  if (fstatSync(descriptor).size === sizeBefore + written) ftruncateSync(descriptor, sizeBefore);
  throw new Error(`${written} of ${bytes.length} bytes`);
}

function refusal(path: string, reason: string): NotWritable {
  return new NotWritable(
    `cannot append to '${path}': ${reason}; give a file in an existing, writable directory`,
  );
}

function codeOf(error: unknown): string {
  if (error instanceof Error) return 'code' in error ? String(error.code) : error.message;
  return String(error);
}
