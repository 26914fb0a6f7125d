import { describe, expect, it } from 'vitest';
import { MADV } from '../mm/uapi.js';
import { isKnown, KNOWN_DIFFERENCES, type KnownDifference } from './differences.js';
import type { Difference } from './differential.js';
import type { Program } from './program.js';

const DIFFERENCE: Difference = { step: 0, aspect: 'answer', model: '0', linux: '-1 EINVAL' };
const PROGRAM: Program = {
  seed: 1,
  kernel: 'pristine',
  thresholdPages: 1,
  arenaPages: 64,
  tableAt: 32,
  roomVmas: 0,
  memlockPages: 0,
  files: [],
  ops: [{ call: 'munmap', at: 0, bytes: 4096 }],
};
const known = (part: Partial<KnownDifference>): KnownDifference[] => [
  { id: 'x', reason: 'y', since: '6.2', matches: () => true, ...part },
];

describe('isKnown', () => {
  it('holds for the releases that are listed, and for them alone', () => {
    const during = known({ until: '6.10' });
    const at = (release: string): boolean => isKnown(DIFFERENCE, PROGRAM, release, during);
    expect(['6.1', '6.2', '6.10', '6.11'].map(at)).toEqual([false, true, true, false]);
    expect(isKnown(DIFFERENCE, PROGRAM, '7.0', known({}))).toBe(true);
  });

  it('asks each whether it is this one', () => {
    expect(isKnown(DIFFERENCE, PROGRAM, '6.18', known({ matches: () => false }))).toBe(false);
  });

  it('knows large folios of disk files alone, cut after they were read', () => {
    const resident: Difference = { step: 2, aspect: 'residency', model: '10', linux: '11' };
    const read = { call: 'madvise', at: 0, bytes: 4096, advice: MADV.hugePage } as const;
    const cut = { call: 'truncate', file: 1, bytes: 4096 } as const;
    const [unmap] = PROGRAM.ops;
    const cutOf = (kind: 'disk' | 'tmpfs', ops: Program['ops']): boolean => {
      const files = [{ kind, bytes: 8192, writable: true, filled: false }];
      return isKnown(resident, { ...PROGRAM, files, ops }, '6.18');
    };
    expect(cutOf('disk', [read, cut, unmap!])).toBe(true);
    expect(cutOf('tmpfs', [read, cut, unmap!])).toBe(false);
    expect(cutOf('disk', [unmap!, cut, unmap!])).toBe(false);
  });

  it('lets nothing pass by the list as it is that is plainly wrong', () => {
    expect(isKnown(DIFFERENCE, PROGRAM, '6.18')).toBe(false);
    expect(KNOWN_DIFFERENCES.length).toBeLessThan(5);
  });
});
