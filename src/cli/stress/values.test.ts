import { describe, expect, it } from 'vitest';
import { FAKE_HOST } from './testing/fake-hogs.js';
import {
  BadValue,
  parseCount,
  parseCpus,
  parseInstances,
  parseName,
  parseSeed,
  parseSize,
  parseTime,
} from './values.js';

function complaint(read: () => unknown): string {
  try {
    return `no complaint: ${String(read())}`;
  } catch (error) {
    expect(error).toBeInstanceOf(BadValue);
    return (error as Error).message;
  }
}

const SIZES = { min: 4096, max: 2 ** 48 - 1 };
const size = (text: string): number => parseSize(text, 'mmap-bytes', SIZES, FAKE_HOST);
const instances = (text: string): number => parseInstances(text, 'mmap', FAKE_HOST);
const ops = (text: string): number => parseCount(text, 'mmap-ops', { min: 1, max: 100_000_000 });

describe('instances', () => {
  it.each([
    ['4', 4],
    ['0', 8],
    ['-1', 8],
    ['-17', 8],
    ['50%', 4],
    ['1%', 1],
    ['12.5%', 1],
    ['8192', 8192],
  ])('%s is %i of 8 CPUs', (text, expected) => {
    expect(instances(text)).toBe(expected);
  });

  it.each([
    ['8193', 'number of mmap stressors must be between 0 and 8192, not 8193'],
    ['4x', `value '4x' of number of mmap stressors contains non-numeric 'x'`],
    ['', `value '' of number of mmap stressors is empty`],
    ['-x', `contains non-numeric '-x'`],
  ])('refuses %j', (text, message) => {
    expect(complaint(() => instances(text))).toContain(message);
  });
});

describe('sizes', () => {
  it.each([
    ['4096', 4096],
    ['4096b', 4096],
    ['4K', 4096],
    ['80g', 80 * 1024 ** 3],
    ['1T', 1024 ** 4],
    ['25%', 4 * 1024 ** 3],
    ['0.1%', Math.floor((16 * 1024 ** 3) / 1000)],
  ])('%s is %i', (text, expected) => {
    expect(size(text)).toBe(expected);
  });

  it.each([
    ['1K', 'value 1.0KB is out of range for mmap-bytes, allowed: 4.0KB .. 256.0TB'],
    ['0', 'value 0B is out of range for mmap-bytes, allowed: 4.0KB .. 256.0TB'],
    ['1P', 'value 1.0PB is out of range for mmap-bytes, allowed: 4.0KB .. 256.0TB'],
    ['1.5M', `mmap-bytes takes whole numbers, not '1.5M', of which stress-ng drops the fraction`],
    ['4X', `illegal length specifier 'X' in '4X' for mmap-bytes`],
    ['4Kb', `value '4Kb' of mmap-bytes contains non-numeric 'Kb'`],
    ['LLC', `mmap-bytes cannot be 'LLC', as no caches are simulated`],
    ['-4K', 'invalid negative number -4K for mmap-bytes'],
    ['x%', `contains non-numeric 'x%'`],
  ])('refuses %s', (text, message) => {
    expect(complaint(() => size(text))).toContain(message);
  });
});

describe('operations', () => {
  it('are whole numbers', () => {
    expect([ops('1'), ops('100000000')]).toEqual([1, 100_000_000]);
  });

  it.each([
    ['0', 'value 0 is out of range for mmap-ops, allowed: 1 .. 100000000'],
    ['100000001', 'value 100000001 is out of range for mmap-ops'],
    ['1K', `value '1K' of mmap-ops contains non-numeric 'K'`],
    ['-3', 'invalid negative number -3 for mmap-ops'],
  ])('refuses %s', (text, message) => {
    expect(complaint(() => ops(text))).toContain(message);
  });
});

describe('times', () => {
  it.each([
    ['600', 600],
    ['600s', 600],
    ['2M', 120],
    ['1h', 3600],
    ['1d', 86_400],
    ['1w', 604_800],
    ['0', 0],
  ])('%s is %i s', (text, expected) => {
    expect(parseTime(text, 'timeout', 'head')).toBe(expected);
  });

  it('has years as long as those of the release', () => {
    expect(parseTime('1y', 'timeout', 'head')).toBe(31_536_000);
    expect(parseTime('1y', 'timeout', '0.15.06')).toBe(31_556_926);
    expect(parseTime('1y', 'timeout', '0.09.31')).toBe(31_556_926);
  });

  it.each([
    ['1.5h', `timeout takes whole numbers such as 90s, not '1.5h'`],
    ['5x', `illegal time specifier 'x' in '5x' for timeout, allowed: s m h d w y`],
    ['101y', 'value 101y is out of range for timeout'],
    ['-1', 'invalid negative number -1 for timeout'],
    ['5min', `contains non-numeric 'min'`],
  ])('refuses %s', (text, message) => {
    expect(complaint(() => parseTime(text, 'timeout', 'head'))).toContain(message);
  });
});

describe('seeds', () => {
  it('have 64 bits, of which a plan keeps 53', () => {
    expect(parseSeed('42')).toBe(42);
    expect(parseSeed('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    const [a, b] = [parseSeed('18446744073709551615'), parseSeed('18446744073709551614')];
    expect([Number.isSafeInteger(a), Number.isSafeInteger(b), a === b]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each([
    ['18446744073709551616', 'out of range for seed, allowed: 0 .. 18446744073709551615'],
    ['4K', `contains non-numeric 'K'`],
    ['-1', 'invalid negative number'],
  ])('refuses %s', (text, message) => {
    expect(complaint(() => parseSeed(text))).toContain(message);
  });
});

describe('CPUs', () => {
  it.each([
    ['0', [0]],
    ['0,2-3,7', [0, 2, 3, 7]],
    ['3,1,1-2', [1, 2, 3]],
    ['even', [0, 2, 4, 6]],
    ['odd', [1, 3, 5, 7]],
    ['all', [0, 1, 2, 3, 4, 5, 6, 7]],
  ])('%s', (text, expected) => {
    expect(parseCpus(text, 8)).toEqual(expected);
  });

  it.each([
    ['8', 'invalid CPU 8 in taskset, allowed: 0 to 7'],
    ['0-8', 'invalid CPU 8 in taskset'],
    ['3-3', `invalid range '3-3' in taskset`],
    ['0,x', `not 'x' in '0,x'`],
    ['package0', `not 'package0'`],
    ['', `not ''`],
  ])('refuses %j', (text, message) => {
    expect(complaint(() => parseCpus(text, 8))).toContain(message);
  });
});

it('names that there are not', () => {
  expect(complaint(() => parseName('x', 'vm-method', ['all', 'flip']))).toBe(
    `vm-method must be one of: all flip, not 'x'`,
  );
});
