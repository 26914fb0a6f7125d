import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shortage } from './memory-check.js';

const GIB = 2 ** 30;
const MEMORY = { available: 4 * GIB, total: 8 * GIB };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mmsem-bench-memory-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const wanted = (line: string): string | undefined => shortage(line.split(' '), MEMORY);

describe('memory', () => {
  it.each([
    '--mmap 1',
    '--mmap 8 --mmap-bytes 4G',
    '--mmap 1 --mmap-bytes 3G --vm 1 --vm-bytes=1G',
    '--mmap 1 --mmap-bytes 50%',
    '--sequential 1 --mmap-bytes 3G --vm-bytes 4G',
    '--mmap 1 --mmap-bytes nonsense',
    '--job there-is-none',
  ])('suffices for %s', (line) => {
    expect(wanted(line)).toBeUndefined();
  });

  it.each([
    ['--mmap 1 --mmap-bytes 80G', '80 GiB'],
    ['--mmap 1 --mmap-bytes 3G --vm 1 --vm-bytes=2G', '5 GiB'],
    ['--mmap 1 --mmap-bytes 75%', '6 GiB'],
    ['--sequential 1 --mmap-bytes 3G --vm-bytes 5G', '5 GiB'],
  ])('does not suffice for %s', (line, size) => {
    expect(wanted(line)).toBe(`stress-ng is to use ${size}, and 4 GiB of memory are available`);
  });

  it('is asked for by job files, too', () => {
    const file = path.join(folder, 'big.job');
    const lines = 'mmap 1 # one\nmmap-bytes 3G\nvm 1\nvm-bytes 3G\n';
    writeFileSync(file, lines);
    expect(wanted(`--job ${file}`)).toContain('6 GiB');
    writeFileSync(file, `run sequential\n${lines}`);
    expect(wanted(`--job ${file}`)).toBeUndefined();
  });
});
