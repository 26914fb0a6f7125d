import { describe, expect, it } from 'vitest';
import { readArgument, readNumber, splitArguments } from './arguments.js';
import { CALLS, type Parameter } from './call-table.js';

type Kinds = readonly [Parameter, Parameter, Parameter, Parameter, Parameter, Parameter];

describe('splitArguments', () => {
  it.each([
    ['0x1000, 4096) = 0', ['0x1000', '4096'], ' = 0'],
    [') = ?', [], ' = ?'],
    [
      'NULL, 0, 3</lib/a, b(1)[x].so>, 0x1000) = 0',
      ['NULL', '0', '3</lib/a, b(1)[x].so>', '0x1000'],
      ' = 0',
    ],
    ['"a, \\") b", 1) = 0', ['"a, \\") b"', '1'], ' = 0'],
    ['{a=1, b=[2, 3]}, 88) = 5', ['{a=1, b=[2, 3]}', '88'], ' = 5'],
    ['MAP_HUGETLB|21<<MAP_HUGE_SHIFT, -1) = 0', ['MAP_HUGETLB|21<<MAP_HUGE_SHIFT', '-1'], ' = 0'],
    ['0x1000, 8192, [1, 0]) = 0', ['0x1000', '8192', '[1, 0]'], ' = 0'],
  ])('%s', (text, args, rest) => {
    expect(splitArguments(text)).toEqual({ args, rest });
  });

  it('finds no end where there is none', () => {
    expect(splitArguments('0x1000, 3</lib/x)').rest).toBeUndefined();
    expect(splitArguments('0x1000, 4096').rest).toBeUndefined();
  });
});

describe('numbers', () => {
  it.each([
    ['NULL', 0],
    ['0', 0],
    ['34547', 34547],
    ['0x7f1946355000', 0x7f1946355000],
    ['-1', -1],
    ['64K', 65536],
    ['2g', 2 ** 31],
    ['8192*1024', 2 ** 23],
    ['18446744073709551615', 2 ** 64],
  ])('%s', (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  it.each(['', 'x', '0x', '1.5', '4 K', '10Q', '36893488147419103232', '1**2'])(
    "not '%s'",
    (text) => {
      expect(readNumber(text)).toBeUndefined();
    },
  );
});

describe('names', () => {
  const [, , prot, flags, fd] = CALLS.mmap.parameters as Kinds;
  const advice = CALLS.madvise.parameters[2]!;

  it.each([
    ['PROT_READ|PROT_WRITE|PROT_EXEC', prot, 7],
    ['PROT_NONE', prot, 0],
    ['PROT_READ|0x10 /* PROT_??? */', prot, 0x11],
    ['MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE', flags, 0x812],
    ['MAP_SHARED_VALIDATE|MAP_SYNC', flags, 0x80003],
    ['MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|21<<MAP_HUGE_SHIFT', flags, 0x54040022],
    ['MAP_PRIVATE|MAP_ANONYMOUS|MAP_HUGETLB|34<<MAP_HUGE_SHIFT', flags, 0x88040022],
    ['0x22', flags, 0x22],
    ['MADV_DONTNEED', advice, 4],
    ['0x5d /* MADV_??? */', advice, 93],
    ['3', fd, 3],
    ['-1', fd, -1],
  ])('%s', (text, kind, value) => {
    expect(readArgument(text, kind)).toEqual({ value });
  });

  it('tells the path of a descriptor', () => {
    expect(readArgument('3</lib/x.so>', fd)).toEqual({ value: 3, path: '/lib/x.so' });
    expect(readArgument('4</memfd:x>(deleted)', fd)).toEqual({ value: 4, path: '/memfd:x' });
  });

  it.each([
    ['PROT_REED', prot],
    ['PROT_READ|', prot],
    ['MADV_COLD|MADV_FREE', advice],
    ['AT_FDCWD', fd],
    ['3<', fd],
  ])("'%s' is none", (text, kind) => {
    expect(readArgument(text, kind)).toBeUndefined();
  });
});
