import { describe, expect, it } from 'vitest';
import { mayBeStressLine } from './first-look.js';
import { isStressLine } from './stress-line.js';
import { FAKE_HOGS } from './testing/fake-hogs.js';

describe('isStressLine', () => {
  const wordsOf = (line: string): string[] => line.split(' ').filter(Boolean);
  const is = (line: string): boolean => isStressLine(wordsOf(line), FAKE_HOGS);

  it.each([
    '--mmap 1',
    '--mmap=0 --timeout 1',
    '-m 1',
    '-m4',
    '--mmap-bytes 80G --json --mmap 4',
    '--bigheap 1',
    '-c 4',
    '--mmap',
    '--all 1',
    '-a 1',
    '--parallel 2',
    '--seq 1',
    '--class vm',
    '-w mmap',
    '--random 3',
    '--permute 3',
    '--job x.job',
    '-j x.job',
    '--stressors',
    '--nonsense --mmap 1',
  ])('%s', (line) => {
    expect([is(line), mayBeStressLine(wordsOf(line))]).toEqual([true, true]);
  });

  it.each([
    '',
    '--help',
    '--mmap-bytes 80G',
    '--mmap-file --mmap-bytes 1G --timeout 1s --seed 3 --quiet',
    '--tasks 4 --kernels pristine',
    '--cpus 4 --set zapPageNs=1',
    '--save --mmap --json',
    '--sede 1',
    '--mmapm 1',
    '--mmap-op 1',
    '--timeout --all',
    'compare a.yaml',
    '--metrics --perf --verify --exclude mmap',
  ])('not %s', (line) => {
    expect(is(line)).toBe(false);
  });
});

it.each([
  '',
  '--help',
  '-V',
  '--mmap-bytes=80G --mmap-file -t 1s -q --no-color --check-determinism',
  'explore --all 1',
  'compare --mmap 1',
])('the stressors are not loaded for %j', (line) => {
  expect(mayBeStressLine(line.split(' ').filter(Boolean))).toBe(false);
});
