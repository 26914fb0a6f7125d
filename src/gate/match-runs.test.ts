import { describe, expect, it } from 'vitest';
import type { SavedRun } from '../report/readers/saved-run.js';
import { matchRuns } from './match-runs.js';
import type { Side } from './saved-sides.js';

function sideOf(name: string, runs: readonly Pick<SavedRun, 'label' | 'subject'>[]): Side {
  const whole = runs.map((run): SavedRun => {
    return { ...run, source: name, kind: 'stress-ng', metrics: [], notes: [] };
  });
  const labels = runs.map(({ label }) => label);
  return { name, files: [{ name, kind: 'stress-ng', labels }], runs: whole };
}

const ours = (stressor: string, kernel: string): Pick<SavedRun, 'label' | 'subject'> => ({
  label: `${stressor} (${kernel})`,
  subject: stressor,
});

const pairs = (...sides: Side[]): string[] =>
  matchRuns(sides).matches.map(({ base, candidate }) => `${base.run.label} ${candidate.run.label}`);

describe('of one file alone', () => {
  it('the first run is the base of the others', () => {
    const side = sideOf('f', [{ label: 'a' }, { label: 'b' }, { label: 'c' }]);
    expect(pairs(side)).toEqual(['a b', 'a c']);
  });

  it('what several kernels ran is compared stressor by stressor', () => {
    const kernels = ['pristine', 'patched'];
    const side = sideOf(
      'f',
      kernels.flatMap((kernel) => [ours('mmap', kernel), ours('vm', kernel)]),
    );
    expect(pairs(side)).toEqual(['mmap (pristine) mmap (patched)', 'vm (pristine) vm (patched)']);
  });

  it('nothing of which there is a second is compared', () => {
    expect(() => pairs(sideOf('f', [{ label: 'a' }]))).toThrow(
      "'f' has a single run, a; give a second file",
    );
    const side = sideOf('f', [ours('mmap', 'patched'), ours('vm', 'patched')]);
    expect(() => pairs(side)).toThrow(
      "'f' has one run each of mmap (patched), vm (patched); give a second file",
    );
  });
});

describe('a real run beside those of several kernels', () => {
  const kernels = ['pristine', 'patched'];
  const simulated = sideOf(
    'ours',
    kernels.flatMap((kernel) => [ours('mmap', kernel), ours('vm', kernel)]),
  );
  const real = sideOf('real', [{ label: 'mmap' }, { label: 'fork' }]);

  it('is compared with all of its stressor, on whichever side they are', () => {
    expect(pairs(real, simulated)).toEqual(['mmap mmap (pristine)', 'mmap mmap (patched)']);
    expect(pairs(simulated, real)).toEqual(['mmap (pristine) mmap', 'mmap (patched) mmap']);
  });

  it('is said to be, and what has no partner is named', () => {
    expect(matchRuns([real, simulated]).notes).toEqual([
      "Compared as the same stressor on other kernels: mmap of 'real' with mmap (pristine) of " +
        "'ours', mmap of 'real' with mmap (patched) of 'ours'.",
      "Only in 'real': fork.",
      "Only in 'ours': vm (pristine), vm (patched).",
    ]);
  });

  it('does not make kernels of one stressor partners of each other', () => {
    const other = sideOf('other', [ours('mmap', 'pristine'), ours('mmap', 'mainline')]);
    expect(pairs(simulated, other)).toEqual(['mmap (pristine) mmap (pristine)']);
  });
});
