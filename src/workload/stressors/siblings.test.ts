/** stress-ng's other stressors of virtual memory, side by side with themselves on the simulated machine. */
import { describe, expect, it } from 'vitest';
import { runHogs } from '../../engine/testing/run-hogs.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { mayShareMm } from '../hog.js';
import type { HogEntry } from '../stress-plan.js';
import { hogByName } from './hogs.js';

/** Sizes with which every one of them gets through some operations in a hundredth of a second. */
const ENTRIES: readonly HogEntry[] = [
  { stressor: 'fault' },
  { stressor: 'mmapaddr' },
  { stressor: 'mmapfixed' },
  { stressor: 'mmapfork', options: { procs: 4, bytes: 2 ** 22 } },
  { stressor: 'mmaphuge' },
  { stressor: 'mmapmany' },
  { stressor: 'mremap', options: { bytes: 2 ** 22 } },
  { stressor: 'munmap' },
  { stressor: 'vm', options: { bytes: 2 ** 22 } },
];
const INSTANCES = 2;
const SECONDS = 0.01;

function run(entry: HogEntry, kernel: string): readonly InstanceSamples[] {
  const entries = [{ ...entry, instances: INSTANCES }];
  return runHogs({ entries, kernel, seconds: SECONDS, memoryBytes: 2 ** 33, verify: true });
}

it('share an address space unless they fork, or choose their addresses', () => {
  const sharing = ENTRIES.filter(({ stressor }) => mayShareMm(hogByName(stressor)));
  const names = sharing.map(({ stressor }) => stressor);
  expect(names).toEqual(['fault', 'mmaphuge', 'vm']);
  const entries = sharing.map((entry) => ({ ...entry, instances: INSTANCES }));
  const shared = { seconds: SECONDS, memoryBytes: 2 ** 33, verify: true, sharedMm: true };
  for (const { faults, failures, shortages } of runHogs({ entries, ...shared })) {
    expect(faults.total).toBeGreaterThan(0);
    expect([...failures, ...shortages]).toEqual([]);
  }
  for (const entry of ENTRIES.filter((candidate) => !sharing.includes(candidate))) {
    expect(() => runHogs({ entries: [entry], ...shared })).toThrow('share an mm');
  }
});

describe.each(ENTRIES)('$stressor', (entry) => {
  let before: readonly InstanceSamples[] = [];

  it.each(['pristine', 'patched'])('does its work on a %s kernel until time is up', (kernel) => {
    const instances = run(entry, kernel);
    before = instances;
    expect(instances).toHaveLength(INSTANCES);
    for (const { bogoOps, failures, shortages, realNs, systemNs } of instances) {
      expect(bogoOps).toBeGreaterThan(0);
      expect(failures).toEqual([]);
      expect(shortages).toEqual([]);
      expect(realNs).toBeGreaterThan(SECONDS * 0.9e9);
      expect(systemNs).toBeGreaterThan(0);
    }
  });

  it('does the same again', () => {
    expect(run(entry, 'patched')).toEqual(before);
  });
});
