import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SavedRunRefused } from './saved-run.js';
import { readText, textIfThere } from './saved-text.js';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-text-'));
  writeFileSync(at('text'), 'a\nb\n');
  writeFileSync(at('marked'), '\uFEFFa\nb\n');
  writeFileSync(at('empty'), '');
  writeFileSync(at('blank'), '\uFEFF \n');
  symlinkSync(at('text'), at('link'));
  symlinkSync(at('loop'), at('loop'));
  execFileSync('mkfifo', [at('pipe')]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the text of a file', () => {
  it.each(['text', 'marked', 'link'])('%s is what is in it, without a mark', (name) => {
    expect(readText(at(name))).toBe('a\nb\n');
    expect(textIfThere(at(name))).toBe('a\nb\n');
  });

  it.each([
    ['empty', /^'.*empty' is empty$/],
    ['blank', /^'.*blank' is empty$/],
    ['.', /^cannot read '.*': it is a directory; give the file of a saved run$/],
    ['pipe', /^cannot read '.*pipe': it is not a regular file; give/],
    ['loop', /^cannot read '.*loop': ELOOP; give/],
    ['none', /^cannot read '.*none': there is no such file; give/],
    ['text/none', /^cannot read '.*none': ENOTDIR; give/],
  ])('%s is refused', (name, message) => {
    expect(() => readText(at(name))).toThrow(SavedRunRefused);
    expect(() => readText(at(name))).toThrow(message);
  });

  it('that is not there is undefined to whoever asks for that', () => {
    expect(textIfThere(at('none'))).toBeUndefined();
    expect(() => textIfThere(at('pipe'))).toThrow(SavedRunRefused);
  });
});
