import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendMarkdown, assertAppendable } from './append.js';
import { NotWritable } from './save.js';

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mmsem-bench-append-'));
  file = join(directory, 'summary.md');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('appending Markdown', () => {
  it('makes a file, and keeps all that is there', () => {
    expect(appendMarkdown(file, '### a\n')).toBe(true);
    expect(appendMarkdown(file, '### b\n')).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('### a\n\n\n### b\n\n');
  });

  it.each(['</details>\n', '</details>', 'text\n', 'text'])('stands apart from %j', (before) => {
    writeFileSync(file, before);
    appendMarkdown(file, '### a\n');
    expect(readFileSync(file, 'utf8')).toBe(`${before.trimEnd()}\n\n### a\n\n`);
  });

  it('leaves a file as it is that would become too large, to the byte', () => {
    writeFileSync(file, 'µ\n');
    const added = Buffer.byteLength('\n### é\n\n');
    expect(appendMarkdown(file, '### é\n', 3 + added - 1)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('µ\n');
    expect(appendMarkdown(file, '### é\n', 3 + added)).toBe(true);
    expect(readFileSync(file).length).toBe(3 + added);
  });

  it.runIf(existsSync('/dev/full'))('says when there is no room', () => {
    expect(() => appendMarkdown('/dev/full', 'text\n')).toThrow(/writing failed \(ENOSPC\)/);
  });

  it('refuses beforehand what cannot be appended to, and makes nothing', () => {
    assertAppendable(file);
    expect(existsSync(file)).toBe(false);
    mkdirSync(file);
    expect(() => {
      assertAppendable(file);
    }).toThrow(NotWritable);
    expect(() => {
      assertAppendable(join(directory, 'no', 'summary.md'));
    }).toThrow(NotWritable);
    // Root may write anywhere but where the file system itself says no.
    const locked = process.getuid?.() === 0 ? '/proc/version' : join(directory, 'locked');
    if (locked.startsWith(directory)) {
      writeFileSync(locked, '');
      chmodSync(locked, 0o400);
    }
    expect(() => appendMarkdown(locked, 'text\n')).toThrow(NotWritable);
  });
});
