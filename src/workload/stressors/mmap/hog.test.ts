/** The mmap stressor as an engine runs it: several instances, with address spaces of their own or one. */
import { describe, expect, it } from 'vitest';
import { runHogs, type HogsToRun } from '../../../engine/testing/run-hogs.js';
import { COMPATS } from '../../../plan/stress.js';

const PAGES = 64;
const BYTES = 4096 * PAGES;
const FILES = [{}, { file: true }, { file: true, 'file-kind': 'tmpfs' }];

/** Three instances of 64 pages, until the time is up or each has done so many operations. */
function run(what: Partial<HogsToRun>, options = {}, ops?: number) {
  const entry = {
    stressor: 'mmap',
    instances: 3,
    options: { bytes: 3 * BYTES, ...options },
    ...(ops === undefined ? {} : { ops }),
  };
  return runHogs({ entries: [entry], verify: true, ...what });
}

const CASES = COMPATS.flatMap((compat) =>
  FILES.flatMap((file) =>
    [false, true].map((sharedMm) => ({
      compat,
      sharedMm,
      options: { ...file, 'write-check': true, madvise: true },
    })),
  ),
);

describe('operations that are asked for are done, and nothing is found wrong', () => {
  it.each(CASES)('$compat, $options, one address space: $sharedMm', (one) => {
    const { compat, sharedMm, options } = one;
    const instances = run({ compat, sharedMm, seconds: 30 }, options, 4);
    expect(instances.map(({ bogoOps }) => bogoOps)).toEqual([4, 4, 4]);
    expect(instances.flatMap(({ failures, shortages }) => [...failures, ...shortages])).toEqual([]);
    // The total is divided: a third for each.
    for (const { calls } of instances) {
      expect(calls['mmap']).toBeGreaterThanOrEqual(4 * (1 + PAGES));
      expect(calls['mmap']).toBeLessThan(4 * (1 + PAGES + 18) + 100);
    }
  });
});

it('is the same for the same seed, and another for another', () => {
  const once = run({ compat: '0.15.06', seconds: 0.05 });
  expect(run({ compat: '0.15.06', seconds: 0.05 })).toEqual(once);
  expect(run({ compat: '0.15.06', seconds: 0.05, seed: 2 })).not.toEqual(once);
  // Each instance draws for itself.
  expect(once[0]!.calls).not.toEqual(once[1]!.calls);
});

it('counts the operation that the time limit cuts short', () => {
  const instances = run({ compat: 'head', seconds: 0.001 }, { file: true });
  expect(instances.map(({ bogoOps }) => bogoOps)).toEqual([1, 1, 1]);
  for (const { calls } of instances) expect(calls['fallocate']).toBeLessThan(PAGES);
});

it('has room for the page cache of a large file of tmpfs, beside the tables that map it', () => {
  const pages = 2 ** 17;
  const options = { bytes: pages * 4096, file: true, 'file-kind': 'tmpfs' };
  // The run is over at once: its one operation is cut short where all is mapped and cached.
  const [instance] = runHogs({ entries: [{ stressor: 'mmap', options }], seconds: 1e-6 });
  expect(instance).toMatchObject({ bogoOps: 1, failures: [], shortages: [], rssPagesMax: pages });
});
