import { describe, expect, it } from 'vitest';
import { BadCalls } from './bad-calls.js';
import type { CallsDocument } from './calls-document.js';
import { replayText } from './replay-text.js';

const TOOL = { name: 'mmsem-bench', version: '0.0.0', modelVersion: 0 } as const;

const run = (...lines: readonly string[]): CallsDocument =>
  replayText(
    lines.join('\n'),
    { file: '-', kernel: 'pristine', linux: '6.18', thp: 'never', maxMapCount: 65530 },
    TOOL,
  );

const ANON = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)';
const FIXED = 'PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)';

const results = ({ calls }: CallsDocument): string[] => calls.map(({ simulated }) => simulated);
const ranges = ({ mappings }: CallsDocument): string[] =>
  mappings.map(({ start, end, permissions }) => {
    return `${start.toString(16)}-${end.toString(16)} ${permissions}`;
  });

describe('a mapping that is placed freely', () => {
  it('comes where the recorded one came', () => {
    const document = run(`mmap(NULL, 8000, ${ANON} = 0x7f0000123000`);
    expect(results(document)).toEqual(['0x7f0000123000']);
    expect(ranges(document)).toEqual(['7f0000123000-7f0000125000 rw-p']);
    expect(document.differences).toEqual([]);
  });

  it('is a difference where something is in its place, which stays', () => {
    const document = run(
      `mmap(0x10000, 4096, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x10000`,
      `mmap(NULL, 8192, ${ANON} = 0x10000`,
    );
    expect(document.differences).toMatchObject([
      { line: 2, name: 'mmap', recorded: '0x10000', simulated: '-1 EEXIST', failed: true },
    ]);
    expect(ranges(document)).toEqual(['10000-11000 r--p']);
  });

  it('comes where the kernel puts it when nothing is recorded, which is no difference', () => {
    const document = run(`mmap(NULL, 8192, ${ANON}`);
    expect(document.calls).toMatchObject([{ recorded: null, differs: false, failed: false }]);
    expect(results(document)).toEqual([`0x${document.mappings[0]!.start.toString(16)}`]);
    expect(document.compared).toBe(0);
  });

  it('that failed when it was recorded leaves nothing behind', () => {
    const document = run(`mmap(NULL, 8192, ${ANON} = -1 ENOMEM (Cannot allocate memory)`);
    expect(document.differences).toMatchObject([{ line: 1, recorded: '-1 ENOMEM' }]);
    expect(document.mappings).toEqual([]);
  });
});

describe('errors', () => {
  it('that are recorded are expected', () => {
    const document = run('munmap(0x1001, 4096) = -1 EINVAL (Invalid argument)');
    expect(results(document)).toEqual(['-1 EINVAL']);
    expect(document.differences).toEqual([]);
    expect(document.counts).toEqual([{ name: 'munmap', calls: 1, failed: 1, different: 0 }]);
  });

  it('that are others, or none, are differences', () => {
    const document = run(
      'munmap(0x1001, 4096) = -1 ENOMEM (Cannot allocate memory)',
      'munmap(0x1000, 4096) = -1 EHWPOISON (Memory page has hardware error)',
      'munmap(0x1001, 4096) = 0',
    );
    expect(document.differences.map(({ recorded, simulated }) => [recorded, simulated])).toEqual([
      ['-1 ENOMEM', '-1 EINVAL'],
      ['-1 EHWPOISON', '0'],
      ['0', '-1 EINVAL'],
    ]);
  });
});

describe('the heap', () => {
  it('begins where the first brk(NULL) says, and grows and shrinks', () => {
    const document = run(
      'brk(NULL) = 0x555550001000',
      'brk(0x555550004000) = 0x555550004000',
      'brk(0x555550003000) = 0x555550003000',
    );
    expect(document.differences).toEqual([]);
    expect(document.maps).toMatch(/^555550001000-555550003000 rw-p 0{8} 00:00 0 +\[heap\]\n$/);
  });

  it('may be there before the first call', () => {
    const document = run(
      '10000-20000 rw-p 00000000 00:00 0    [heap]',
      'brk(0x21000) = 0x21000',
      'brk(0x8000) = 0x21000',
    );
    expect(document.differences).toEqual([]);
    expect(ranges(document)).toEqual(['10000-21000 rw-p']);
  });
});

describe('mappings given', () => {
  it('are there before the first call; the kernel half is none of them', () => {
    const document = run(
      '10000-12000 rw-p 00000000 00:00 0',
      '7ffdbc65a000-7ffdbc67b000 rw-p 00000000 00:00 0    [stack]',
      'ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0    [vsyscall]',
      'mprotect(0x11000, 4096, PROT_NONE) = 0',
    );
    expect(document.differences).toEqual([]);
    expect(ranges(document)).toEqual([
      '10000-11000 rw-p',
      '11000-12000 ---p',
      '7ffdbc65a000-7ffdbc67b000 rw-p',
    ]);
    expect([document.given, document.mapCount, document.mapCountMax]).toEqual([3, 3, 3]);
  });

  it('that overlap cannot be', () => {
    const lines = ['10000-12000 rw-p 00000000 00:00 0', '11000-13000 rw-p 00000000 00:00 0'];
    expect(() => run(...lines, 'brk(NULL)')).toThrow(
      new BadCalls('line 2: this mapping cannot be made: EEXIST'),
    );
  });
});

describe('touch', () => {
  it('accesses every page of its range, which faults', () => {
    const document = run(
      `mmap(0x10000, 16384, ${FIXED} = 0x10000`,
      'touch 0x10800 w',
      'touch 0x10fff 8K w',
    );
    expect(results(document).slice(1)).toEqual(['ok', 'ok']);
    expect(document.faults).toMatchObject({ total: 3, minor: 3, major: 0 });
    expect(document.residentPages).toBe(3);
    expect(document.compared).toBe(1);
  });

  it('says how a process would die of it, and where', () => {
    const document = run(
      `mmap(0x10000, 4096, ${FIXED} = 0x10000`,
      'mprotect(0x10000, 4096, PROT_READ) = 0',
      'touch 0x10000 8192 r',
      'touch 0x10000 w',
      'touch 0x5000 r',
    );
    expect(results(document).slice(2)).toEqual([
      'SIGSEGV (SEGV_MAPERR) at 0x11000',
      'SIGSEGV (SEGV_ACCERR)',
      'SIGSEGV (SEGV_MAPERR)',
    ]);
    expect(document.differences).toEqual([]);
    expect(document.counts[2]).toEqual({ name: 'touch', calls: 3, failed: 3, different: 0 });
  });
});

it('counts VMAs at the peak', () => {
  const document = run(
    `mmap(0x10000, 16384, ${FIXED} = 0x10000`,
    'mprotect(0x11000, 4096, PROT_NONE) = 0',
    'munmap(0x10000, 16384) = 0',
  );
  expect([document.mapCount, document.mapCountMax]).toEqual([0, 3]);
});

it('says what is missing where a program protects what its execve has mapped', () => {
  const line = 'mprotect(0x10000, 4096, PROT_READ) = 0';
  expect(run(line).notes).toEqual([expect.stringMatching(/may be about what execve has mapped/)]);
  expect(run('20000-21000 rw-p 00000000 00:00 0', line).notes).toEqual([]);
});
