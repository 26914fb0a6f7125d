import { describe, expect, it } from 'vitest';
import { isGiven, lastValueOf, valuesOf, wordsForStressNg } from './stress-options.js';

describe('stress-ng gets', () => {
  const passed = (line: string): string => wordsForStressNg(line.split(' ')).join(' ');

  it('its own options, and those that both have', () => {
    const line =
      '--mmap 1 --mmap-bytes 4M --mmap-file -t 5s --timeout 3 --seed 7 --no-madvise --vm=2 --page-in';
    expect(passed(line)).toBe(line);
  });

  it('none of ours, with or without a value, in either notation', () => {
    expect(
      passed(
        '--engine virtual --mmap 1 --mmap-compat=0.15.06 --kernels pristine,mainline --mmap-ops 20 ' +
          '--mms 1 --check-determinism --linux 6.18 --trace-hash --vm 1',
      ),
    ).toBe('--mmap 1 --mmap-ops 20 --vm 1');
  });

  it('short options and shortened ones, as it reads them itself', () => {
    expect(
      passed('--mmap 1 -Mt 5s --mmap-b 4M --dry --mmap-comp head --mmap-file-kind tmpfs'),
    ).toBe('--mmap 1 -M -t 5s --mmap-b 4M');
  });

  it('no value of ours that looks like an option of its own', () => {
    expect(passed('--set --mmap --vm 1')).toBe('--vm 1');
  });
});

describe('options by name', () => {
  const words = '--mmap 1 --mmap-bytes 4M --vm-bytes=1G --mmap-bytes 8M --yes'.split(' ');

  it('are found by their short and shortened names', () => {
    expect(lastValueOf(['-t', '5s'], 'timeout')).toBe('5s');
    expect(lastValueOf(['-t5s', '--timeo', '6s'], 'timeout')).toBe('6s');
    expect(isGiven(['--seq', '1'], 'sequential')).toBe(true);
  });

  it('have their last value, and all of them', () => {
    expect(lastValueOf(words, 'mmap-bytes')).toBe('8M');
    expect(lastValueOf(words, 'vm-bytes')).toBe('1G');
    expect(lastValueOf(words, 'bytes')).toBeUndefined();
    expect(valuesOf(words, /-bytes$/).map(({ value }) => value)).toEqual(['4M', '1G', '8M']);
    expect([isGiven(words, 'vm-bytes'), isGiven(words, 'vm')]).toEqual([true, false]);
  });
});
