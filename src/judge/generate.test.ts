import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from '../mm/layout.js';
import { ArenaGuard } from './arena-guard.js';
import type { Features } from './features.js';
import { generateProgram } from './generate.js';
import { addressOf, type Op } from './program.js';

const FEATURES: Features = {
  release: '6.18',
  thp: 'madvise',
  hasKsm: true,
  hasSwap: false,
  executesOnly: false,
  hasHugetlb: false,
  mayLockAll: true,
  memlockBytes: Infinity,
  maxMapCount: 65_530,
  hasDisk: true,
  readAheadPages: 32,
};
const OPTIONS = { features: FEATURES, without: new Set<Op['call']>(), kernels: ['pristine'] };
const TABLE_EDGE = 2 ** 36 + 2 ** 21;

/** Throws for an op that would reach what is not its own. */
function checkReach(guard: ArenaGuard, op: Op, start: number): void {
  if (!('at' in op)) return;
  const at = addressOf(op.at, start);
  if (op.call === 'touch') guard.range(op.call, at, op.pages * PAGE_SIZE);
  else if (op.call === 'mmap') guard.mmap(at, op.bytes, op.flags);
  else if (op.call === 'mremap') {
    guard.mremap(at, op.bytes, op.newBytes, op.flags, addressOf(op.to, start));
  } else guard.range(op.call, at, op.bytes);
  if (op.call === 'madvise') guard.advice(op.advice);
}

describe('generateProgram', () => {
  const programs = Array.from({ length: 1500 }, (_, seed) => generateProgram(seed, OPTIONS));

  it('makes the same program of the same seed', () => {
    expect(generateProgram(7, OPTIONS)).toEqual(programs[7]);
    expect(programs[8]).not.toEqual({ ...programs[7], seed: 8 });
  });

  it('never leaves the arena but where nobody has memory', () => {
    for (const { arenaPages, tableAt, ops } of programs) {
      const start = TABLE_EDGE - tableAt * PAGE_SIZE;
      const guard = new ArenaGuard({ start, end: start + arenaPages * PAGE_SIZE });
      for (const op of ops) checkReach(guard, op, start);
    }
  });

  it('makes every call, and programs of every kind', () => {
    const calls = new Set(programs.flatMap(({ ops }) => ops.map(({ call }) => call)));
    expect(calls.size).toBe(16);
    expect(programs.some(({ roomVmas }) => roomVmas > 0)).toBe(true);
    expect(programs.some(({ memlockPages }) => memlockPages > 0)).toBe(true);
    expect(new Set(programs.flatMap(({ files }) => files.map(({ kind }) => kind))).size).toBe(2);
  });

  it('asks for nothing that the machine lacks', () => {
    const poor = { ...OPTIONS, features: { ...FEATURES, hasDisk: false, executesOnly: true } };
    for (let seed = 0; seed < 300; seed++) {
      const { files, ops } = generateProgram(seed, poor);
      expect(files.every(({ kind }) => kind === 'tmpfs')).toBe(true);
      expect(ops.some((op) => 'prot' in op && (op.prot & 7) === 4)).toBe(false);
    }
  });
});
