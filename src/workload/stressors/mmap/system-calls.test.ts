/** System calls of one operation, against stress-ng.md 2.9 and 2.5. */
import { expect, it } from 'vitest';
import { chosenRun } from './testing/drawn-run.js';
import type { CallName } from '../../../mm/system-calls.js';
import type { Compat } from '../../../plan/stress.js';

const N = 40;
/** Of steps 5 and 7 to 10; with a file two more are tried in vain. */
const MMAPS = 12 + 4;

interface Expected {
  readonly compat: Compat;
  readonly anonymous: Partial<Record<CallName, number>>;
  /** munmaps of steps 4 to 10: step 7 may have drawn a length of 0. */
  readonly closing: number;
  readonly file: Partial<Record<CallName, number>>;
}

const IO = { lseek: N, read: N, write: N, msync: 1 + N };

const TABLE: readonly Expected[] = [
  {
    compat: '0.09.31',
    anonymous: {
      mmap: 1 + N,
      munmap: 2 * N + 1,
      madvise: 3 * N + 1,
      mprotect: 0,
      open: 0,
      close: 0,
    },
    closing: 0,
    file: { ...IO, fallocate: 0, open: 1, close: 1 },
  },
  {
    compat: '0.15.06',
    anonymous: {
      mmap: 1 + N + MMAPS,
      munmap: 2 * N + 1 + 7,
      madvise: 4 * N + 3,
      mprotect: 2,
      open: 1,
      close: 1,
    },
    closing: 7,
    file: { ...IO, fallocate: N, mmap: 1 + N + MMAPS + 2, open: 2, close: 2 },
  },
  {
    compat: 'head',
    anonymous: { mmap: 1 + N + MMAPS, munmap: 5 + 5, madvise: 0, mprotect: 2, open: 1, close: 1 },
    closing: 5,
    file: { ...IO, fallocate: N, mmap: 1 + N + MMAPS + 2, open: 2, close: 2 },
  },
];

const NONE = {
  mremap: 0,
  mlock: 0,
  munlock: 0,
  mincore: 0,
  msync: 0,
  brk: 0,
  lseek: 0,
  read: 0,
  write: 0,
  fallocate: 0,
  truncate: 0,
  fsync: 0,
  fadvise: 0,
  maps: 0,
  smaps: 0,
};

it.each(
  TABLE.flatMap((row) => [
    { ...row, what: 'anonymous', options: {}, more: {} },
    { ...row, what: 'disk', options: { file: true }, more: row.file },
    { ...row, what: 'tmpfs', options: { file: true, 'file-kind': 'tmpfs' }, more: row.file },
  ]),
)('$compat, $what', ({ compat, anonymous, closing, options, more }) => {
  const expected = { ...NONE, ...anonymous, ...more };
  const seen = new Set<number>();
  for (let seed = 0; seed < 30; seed++) {
    const { calls, failures } = chosenRun({ compat, pages: N, options, seed, maxMapCount: 200 });
    expect(failures).toEqual([]);
    seen.add(calls.counts.munmap - expected.munmap!);
    expect({ ...calls.counts, munmap: 0 }).toEqual({ ...expected, munmap: 0 });
  }
  expect([...seen].sort()).toEqual(closing === 0 ? [0] : [-1, 0]);
});

it('--no-madvise leaves only what populates', () => {
  const madvises = (compat: Compat) =>
    chosenRun({ compat, pages: N, noMadvise: true }).calls.counts.madvise;
  expect([madvises('0.09.31'), madvises('0.15.06'), madvises('head')]).toEqual([0, N + 2, 0]);
});

it.each([
  { compat: '0.09.31', calls: 5 },
  { compat: '0.15.06', calls: 11 },
  { compat: 'head', calls: 11 },
] as const)('--mmap-mprotect, $compat: $calls calls a cycle', ({ compat, calls }) => {
  const { counts } = chosenRun({ compat, pages: N, options: { mprotect: true } }).calls;
  const closing = compat === '0.09.31' ? 0 : 2;
  // The whole region; every page before it is unmapped, after it is mapped back, and (but for HEAD) in step 3.
  const cycles = 1 + (compat === 'head' ? 2 : 3) * N;
  expect(counts.mprotect).toBe(calls * cycles + closing);
});

it('HEAD: what is opted in', () => {
  const counts = (options: Record<string, boolean>) =>
    chosenRun({ compat: 'head', pages: N, options }).calls.counts;
  expect(counts({ madvise: true }).madvise).toBe(1 + 2 * N);
  expect(counts({ mergeable: true }).madvise).toBe(1 + N);
  // Steps 9 and 10, too, and 7 unless it has drawn a length of 0; 8 has no flags at first, and fails.
  expect([1 + N + 2, 1 + N + 3]).toContain(counts({ mlock: true }).mlock);
  expect([2 * N + 1 + 5, 2 * N + 1 + 4]).toContain(counts({ 'slow-munmap': true }).munmap);
  const all = counts({
    mergeable: true,
    mprotect: true,
    file: true,
    odirect: true,
    madvise: true,
    mlock: true,
    'slow-munmap': true,
  });
  expect(all.madvise).toBe(2 + 3 * N);
  expect(all.write).toBe(N);
});

it('HEAD with --mmap-mlock locks all that it maps, single pages of the closing calls, too', () => {
  const run = chosenRun({ compat: 'head', pages: 3, ops: 40, options: { mlock: true } });
  expect(run.stat('mmapCalls')).toBeGreaterThan(40 * (1 + 3 + 2) + 40);
  expect(run.calls.counts.mlock).toBe(run.stat('mmapCalls'));
});

it('options of later releases mean nothing to earlier ones', () => {
  const options = { mlock: true, mergeable: true };
  const { counts } = chosenRun({ compat: '0.15.06', pages: N, options }).calls;
  expect(counts.mlock).toBe(0);
  expect(counts.madvise).toBe(4 * N + 3);
});

it('--mmap-async means a file in 0.09.31 alone', () => {
  const msyncs = (compat: Compat) =>
    chosenRun({ compat, pages: N, options: { async: true } }).calls.counts.msync;
  expect([msyncs('0.09.31'), msyncs('0.15.06'), msyncs('head')]).toEqual([1 + N, 0, 0]);
});
