/** What a call asks of a process, of which nothing but its answers matters here. */
import { describe, expect, it } from 'vitest';
import type { SimulatedProcess } from '../process/process.js';
import { BadCalls } from './bad-calls.js';
import { Files } from './files.js';
import { mapGiven } from './given-mappings.js';
import { perform } from './perform.js';
import type { CallStep } from './program.js';
import { readProgram } from './read-program.js';

/** Every call as text, in order: `mremap 4096 ...`. */
interface Asked {
  readonly calls: readonly string[];
  readonly results: readonly number[];
}

const OCCUPIED = { start: 0x50000, end: 0x52000, permissions: 'rw-p', offset: 0, name: '' };

/** Answers with its first argument, as a call that is fixed there would. */
function ask(text: string, filesMax = 9): Asked {
  const calls: string[] = [];
  const note =
    (name: string, answer?: unknown) =>
    (...args: readonly (number | string)[]) => {
      calls.push([name, ...args].join(' '));
      return answer ?? args[0];
    };
  let opened = 0;
  const process = {
    ...{ mmap: note('mmap'), munmap: note('munmap', 0), mremap: note('mremap') },
    ...{ madvise: note('madvise', 0), mlock: note('mlock', 0), msync: note('msync', 0) },
    mincore: note('mincore', { result: 0, vec: new Uint8Array(0) }),
    mappings: () => [OCCUPIED],
    open: (...args: readonly (number | string)[]) => {
      note('open')(...args);
      return opened < filesMax ? ++opened : 0;
    },
  } as unknown as SimulatedProcess;
  const program = readProgram(text);
  const files = new Files(program, process.open.bind(process));
  mapGiven(process, program, files);
  const results = program.steps.map((step) => perform(process, step as CallStep, files));
  return { calls, results };
}

const FIXED_NOREPLACE = 0x10_0000;

describe('files', () => {
  const OTHER = '3</lib/b.so>';

  it('are opened once per path, as large as all their mappings need', () => {
    const { calls } = ask(
      [
        '400000-401000 r-xp 00003000 fe:00 7    /lib/a.so',
        'mmap(NULL, 8000, PROT_READ, MAP_PRIVATE, 3</lib/a.so>, 0x1000) = 0x10000',
        `mmap(NULL, 100, PROT_READ, MAP_SHARED, ${OTHER}, 0) = 0x20000`,
        'mmap(NULL, 100, PROT_READ, MAP_SHARED, 4</dev/shm/x>, 0) = 0x30000',
      ].join('\n'),
    );
    expect(calls).toEqual([
      'open disk 16384 /lib/a.so',
      `mmap 4194304 4096 5 ${2 | FIXED_NOREPLACE} 1 12288`,
      `mmap 65536 8000 1 ${2 | FIXED_NOREPLACE} 1 4096`,
      'open disk 4096 /lib/b.so',
      `mmap 131072 100 1 ${1 | FIXED_NOREPLACE} 2 0`,
      'open tmpfs 4096 /dev/shm/x',
      `mmap 196608 100 1 ${1 | FIXED_NOREPLACE} 3 0`,
    ]);
  });

  it('are told apart by number where no path is recorded', () => {
    const { calls } = ask(
      [3, 4, 3].map((fd) => `mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, ${fd}, 0)`).join('\n'),
    );
    expect(calls.filter((call) => call.startsWith('open'))).toEqual([
      'open disk 4096 fd 3',
      'open disk 4096 fd 4',
    ]);
    expect(calls.at(-1)).toBe('mmap 0 4096 1 2 1 0');
  });

  it('are not opened for anonymous memory, nor where there is no descriptor', () => {
    const { calls, results } = ask(
      'mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, 3, 0)\n' +
        'mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0) = -1 EBADF (Bad file descriptor)',
    );
    expect(calls).toEqual(['mmap 0 4096 1 34 0 0']);
    expect(results[1]).toBe(-9);
  });

  it('there is no room for end it', () => {
    const line = (fd: number): string => `mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, ${fd}, 0)`;
    expect(() => ask(`${line(3)}\n${line(4)}`, 1)).toThrow(
      new BadCalls("line 2: the simulated machine has no room for file 'fd 4', number 2"),
    );
  });
});

describe('mremap', () => {
  it.each([
    ['moves to where it moved', 'MREMAP_MAYMOVE) = 0x30000', 'mremap 4096 1 8192 3 196608'],
    ['stays where it stayed', 'MREMAP_MAYMOVE) = 0x1000', 'mremap 4096 1 8192 0 0'],
    [
      'leaves its place where it did',
      'MREMAP_MAYMOVE|MREMAP_DONTUNMAP) = 0x30000',
      'mremap 4096 1 8192 7 196608',
    ],
    ['is as it is without a result', 'MREMAP_MAYMOVE)', 'mremap 4096 1 8192 1 0'],
    [
      'is as it is where it was told where',
      'MREMAP_MAYMOVE|MREMAP_FIXED, 0x51000) = 0x51000',
      'mremap 4096 1 8192 3 331776',
    ],
    ['is as it is where it failed', '0) = -1 ENOMEM (...)', 'mremap 4096 1 8192 0 0'],
  ])('%s', (_, rest, asked) => {
    expect(ask(`mremap(0x1000, 1, 8192, ${rest}`).calls).toEqual([asked]);
  });

  it('replaces nothing that should not be there', () => {
    const { calls, results } = ask('mremap(0x1000, 1, 8192, MREMAP_MAYMOVE) = 0x4f000');
    expect([calls, results]).toEqual([[], [-17]]);
  });
});

it('passes on the arguments of the others', () => {
  const { calls } = ask(
    [
      'madvise(0x1000, 4096, MADV_COLD) = 0',
      'mlock(0x1000, 4096) = 0',
      'mlock2(0x1000, 4096, MLOCK_ONFAULT) = 0',
      'msync(0x1000, 4096, MS_SYNC|MS_INVALIDATE) = 0',
      'mincore(0x1000, 8192, [1, 0]) = 0',
    ].join('\n'),
  );
  expect(calls).toEqual([
    'madvise 4096 4096 20',
    'mlock 4096 4096',
    'mlock 4096 4096 1',
    'msync 4096 4096 6',
    'mincore 4096 8192',
  ]);
});
