import { describe, expect, it } from 'vitest';
import { entryLabels } from './entry-labels.js';
import { countsOfRun } from './host-samples.js';
import { instanceOf } from './testing/instance.js';

describe('a simulated run', () => {
  const run = {
    kernel: 'pristine',
    entries: [
      {
        stressor: 'mmap',
        instances: [
          instanceOf({ bogoOps: 2, realNs: 1e9, faults: [10, 7, 2, 100, 50] }),
          instanceOf({ bogoOps: 4, realNs: 3e9, faults: [1, 1, 0, 0, 3] }),
        ],
      },
      { stressor: 'vm', instances: [instanceOf({ bogoOps: 1, realNs: 1e9 })] },
      { stressor: 'mmap', instances: [instanceOf({ bogoOps: 9, realNs: 1e9 })] },
    ],
  };

  it('is counted as perf counts: sums, the mean time, faults that end in a signal in the total alone', () => {
    expect(countsOfRun(run, 'perf')[0]).toEqual({
      stressor: 'mmap',
      bogoOps: 6,
      seconds: 2,
      faults: { total: 11, minor: 8, major: 2 },
    });
  });

  it('is counted as getrusage counts: those that the kernel took for itself, too', () => {
    expect(countsOfRun(run, 'getrusage')[0]!.faults).toEqual({ total: 163, minor: 108, major: 55 });
  });

  it('keeps two entries of one stressor apart', () => {
    expect(countsOfRun(run, 'perf').map(({ stressor }) => stressor)).toEqual([
      'mmap',
      'vm',
      'mmap#2',
    ]);
    expect(entryLabels([])).toEqual([]);
  });
});
