/** What the judge is worth: models that are wrong in one place each, and found out. */
import { describe, expect, it } from 'vitest';
import { canJudge } from './features.js';
import { runJudgeCommand } from './testing/judge-command.js';
import { withMutatedBuild, type Mutation } from './testing/mutated-build.js';

const CALLS = 20_000;
const TIMEOUT_MS = 240_000;

const MUTANTS: Readonly<Record<string, Mutation>> = {
  'neighbours merge at an offset that is one page off': {
    file: 'mm/vma-edit.js',
    from: 'wanted.pgoff + (wanted.end - wanted.start) === pgoffOf(cpu.km, vma)',
    to: 'wanted.pgoff + (wanted.end - wanted.start) + 1 === pgoffOf(cpu.km, vma)',
  },
  'neighbours merge whosever pages they have': {
    file: 'mm/vma-edit.js',
    from: 'return a === 0 || b === 0 || a === b;',
    to: 'return true;',
  },
  'a split is made with max_map_count VMAs': {
    file: 'mm/vma-edit.js',
    from: 'mapCount(km, mm) < km.geometry.maxMapCount ? yield* splitVma',
    to: 'mapCount(km, mm) <= km.geometry.maxMapCount ? yield* splitVma',
  },
  'mmap fails with max_map_count VMAs': {
    file: 'mm/mmap.js',
    from: 'mapCount(km, mm) > km.geometry.maxMapCount',
    to: 'mapCount(km, mm) >= km.geometry.maxMapCount',
  },
  'permissions are changed up to the end of the VMA': {
    file: 'mm/vma-edit.js',
    from: 'const atEnd = end === endOf(km, vma);',
    to: 'const atEnd = true;',
  },
  'a page that is unmapped loses that it is dirty': {
    file: 'mm/zap-shared.js',
    from: 'Atomics.or(frames, state, FRAME_DIRTY);',
    to: '',
  },
  'munlock leaves the memory locked': {
    file: 'mm/mlock.js',
    from: '(before & ~(VM_LOCKED | VM_LOCKONFAULT)) | locked',
    to: 'before | locked',
  },
  'MADV_DONTNEED takes locked memory': {
    file: 'mm/madvise-pages.js',
    from: '[MADV.dontNeed]: { refusedBy: VM_LOCKED | VM_PFNMAP',
    to: '[MADV.dontNeed]: { refusedBy: VM_PFNMAP',
  },
  'mprotect of nothing succeeds wherever it is': {
    file: 'mm/mprotect.js',
    from: 'if (grows === GROWS || address % PAGE_SIZE !== 0)',
    to: 'if (bytes !== 0 && (grows === GROWS || address % PAGE_SIZE !== 0))',
  },
  'the window that a read fault maps begins a page early': {
    file: 'mm/fault-file.js',
    from: 'Math.floor(page / window) * window,',
    to: 'Math.floor(page / window) * window - 1,',
  },
  'populating makes pages of shared files dirty': {
    file: 'mm/populate.js',
    from: '(flags & (VM_WRITE | VM_SHARED)) === VM_WRITE',
    to: '(flags & VM_WRITE) !== 0',
  },
  'mprotect gives write permission to pages of others': {
    file: 'mm/protection.js',
    from: 'cpu.rules.mprotectRestoresWrite && isOwn(km, pte)',
    to: 'cpu.rules.mprotectRestoresWrite',
  },
  'an old mapping that is kept stays locked': {
    file: 'mm/mremap-move.js',
    from: 'flagsOf(km, vma) & ~(VM_LOCKED | VM_LOCKONFAULT)',
    to: 'flagsOf(km, vma)',
  },
};

describe.runIf(canJudge())('a wrong model is found out', () => {
  it.each(Object.entries(MUTANTS))(
    '%s',
    async (_, mutation) => {
      const args = ['--calls', String(CALLS), '--seed', '8', '--no-shrink'];
      const { status, stdout } = await withMutatedBuild(mutation, (folder) =>
        runJudgeCommand(folder, args),
      );
      expect(stdout).toMatch(/^finding: (answer|maps|residency|faults|invariant) differs/m);
      expect(status).toBe(1);
    },
    TIMEOUT_MS,
  );

  it(
    'that breaks down, with the seed of the program that it broke down in',
    async () => {
      const mutation = {
        file: 'mm/msync.js',
        from: 'let hole = 0;',
        to: 'let hole = 0; process.abort();',
      };
      const args = ['--calls', String(CALLS), '--seed', '1'];
      const { status, stdout } = await withMutatedBuild(mutation, (folder) =>
        runJudgeCommand(folder, args),
      );
      expect(status).toBe(1);
      expect(stdout).toMatch(/^finding: crash differs .* of the program of seed \d+$/m);
      expect(stdout).toMatch(/^ +0 msync\(/m);
    },
    TIMEOUT_MS,
  );
});
