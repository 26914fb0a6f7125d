import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertWritable, createAtomically, NotWritable, saveAtomically } from './save.js';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mmsem-bench-save-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('creating', () => {
  it('makes a file that is not there, and leaves one that is', () => {
    const path = join(directory, 'run.json');
    expect(createAtomically(path, 'first')).toBe(true);
    expect(createAtomically(path, 'second')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(directory)).toEqual(['run.json']);
  });

  it('refuses where no file can be', () => {
    expect(() => createAtomically(join(directory, 'no', 'run.json'), '')).toThrow(NotWritable);
  });
});

describe('saving', () => {
  it('writes a new file and leaves nothing else', () => {
    const path = join(directory, 'run.json');
    saveAtomically(path, '{}\n');
    expect(readFileSync(path, 'utf8')).toBe('{}\n');
    expect(readdirSync(directory)).toEqual(['run.json']);
  });

  it('replaces a file and keeps its permissions', () => {
    const path = join(directory, 'run.json');
    writeFileSync(path, 'old and longer');
    chmodSync(path, 0o600);
    saveAtomically(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('never shows a half-written file: the old one is replaced, not rewritten', () => {
    const path = join(directory, 'run.json');
    writeFileSync(path, 'old');
    const before = statSync(path).ino;
    saveAtomically(path, 'new');
    expect(statSync(path).ino).not.toBe(before);
  });

  it('writes through a symbolic link', () => {
    mkdirSync(join(directory, 'elsewhere'));
    const target = join(directory, 'elsewhere', 'real.json');
    const link = join(directory, 'link.json');
    writeFileSync(target, 'old');
    symlinkSync(target, link);
    saveAtomically(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  it('removes the temporary file when it fails', () => {
    const path = join(directory, `${'x'.repeat(300)}.json`);
    expect(() => {
      saveAtomically(path, 'new');
    }).toThrow(NotWritable);
    // The text cannot be turned into bytes, after the temporary file has been opened.
    expect(() => {
      saveAtomically(join(directory, 'run.json'), Symbol('not text') as unknown as string);
    }).toThrow(NotWritable);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('check before the run', () => {
  function refusalOf(path: string): string {
    try {
      assertWritable(path);
    } catch (error) {
      expect(error).toBeInstanceOf(NotWritable);
      return (error as Error).message;
    }
    return 'accepted';
  }

  it('accepts a file that is not there yet and leaves nothing behind', () => {
    assertWritable(join(directory, 'run.json'));
    expect(readdirSync(directory)).toEqual([]);
  });

  it('accepts a file that is there and does not touch it', () => {
    const path = join(directory, 'run.json');
    writeFileSync(path, 'old');
    const before = statSync(path);
    assertWritable(path);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(statSync(path).mtimeMs).toBe(before.mtimeMs);
    expect(readdirSync(directory)).toEqual(['run.json']);
  });

  it('refuses a directory that does not exist, in one line', () => {
    const path = join(directory, 'missing', 'run.json');
    expect(refusalOf(path)).toBe(
      `cannot save to '${path}': directory '${join(directory, 'missing')}' does not exist; ` +
        'give a file in an existing, writable directory',
    );
    expect(existsSync(join(directory, 'missing'))).toBe(false);
  });

  it('refuses a directory, an empty name and a name for a directory', () => {
    expect(refusalOf(directory)).toContain('it is a directory');
    expect(refusalOf('')).toContain('the name is empty');
    expect(refusalOf(join(directory, 'new/'))).toContain('the name ends in a slash');
  });

  it('refuses a path through a file, and a name that is too long', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(refusalOf(join(file, 'run.json'))).toContain(`'${file}' is not a directory`);
    expect(refusalOf(join(directory, 'x'.repeat(300)))).toContain('ENAMETOOLONG');
  });

  it.runIf(process.platform === 'linux')('refuses devices and directories without files', () => {
    expect(refusalOf('/dev/null')).toContain('it is not a regular file');
    expect(refusalOf('/proc/run.json')).toContain("cannot make a file in '/proc'");
  });

  it('refuses what permissions forbid', () => {
    if (process.getuid?.() === 0) {
      // Root may write anywhere but where the file system itself says no.
      expect(refusalOf('/sys/run.json')).toContain('(EACCES)');
      return;
    }
    const file = join(directory, 'run.json');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    expect(refusalOf(file)).toContain('write-protected');
    chmodSync(directory, 0o500);
    expect(refusalOf(join(directory, 'new.json'))).toContain('(EACCES)');
    chmodSync(directory, 0o700);
  });
});
