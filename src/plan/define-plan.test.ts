import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../mm/rwsem-policy.js';
import { definePlan, type PlanInput } from './define-plan.js';

const INPUT: PlanInput = {
  stressor: 'fault-munmap',
  kernels: ['pristine', 'patched'],
  tasks: 3,
  mms: 1,
  mmapBytes: 10 * 4096,
  thresholdBytes: 2 ** 30,
  maxMapCount: 65530,
  rounds: 6,
  timeoutSeconds: 6,
  seed: 1,
};

describe('definePlan', () => {
  test('shares whole pages evenly and leaves the rest out', () => {
    expect(definePlan(INPUT).bytesPerTask).toBe(3 * 4096);
    expect(definePlan(INPUT).mmapBytes).toBe(10 * 4096);
  });

  test('gives every task a page at least', () => {
    const plan = definePlan({ ...INPUT, mmapBytes: 4096 });
    expect(plan.bytesPerTask).toBe(4096);
    expect(plan.mmapBytes).toBe(3 * 4096);
  });

  test('has the rwsem of the kernel model unless it is told another', () => {
    expect(definePlan(INPUT)).toMatchObject({ rwsem: DEFAULT_POLICY.name, rwsemSpin: true });
    const other = { rwsem: 'no-steal', rwsemSpin: false };
    expect(definePlan({ ...INPUT, ...other })).toMatchObject(other);
  });

  test('has settings of memory where they are not the defaults, and no word of them elsewhere', () => {
    const defaults = { backing: 'anonymous', thp: 'madvise', linux: '6.18' } as const;
    expect(JSON.stringify(definePlan({ ...INPUT, ...defaults }))).toBe(
      JSON.stringify(definePlan(INPUT)),
    );
    const other = { backing: 'disk', thp: 'always', linux: '4.17' } as const;
    expect(definePlan({ ...INPUT, ...other })).toEqual({ ...definePlan(INPUT), ...other });
  });

  test('is frozen, its list of kernels too', () => {
    const kernels = ['pristine'];
    const plan = definePlan({ ...INPUT, kernels });
    kernels.push('patched');
    expect(plan.kernels).toEqual(['pristine']);
    expect(Object.isFrozen(plan) && Object.isFrozen(plan.kernels)).toBe(true);
  });

  test('has no writers unless it is told so, and shares nothing with them', () => {
    expect(definePlan(INPUT)).toMatchObject({ writers: 0, writerGapNs: 1_000_000 });
    const plan = definePlan({ ...INPUT, writers: 2, writerGapNs: 5 });
    expect(plan).toEqual({ ...definePlan(INPUT), writers: 2, writerGapNs: 5 });
  });

  test.each([
    { writers: -1 },
    { writerGapNs: 0.5 },
    { tasks: 0 },
    { mms: 4 },
    { rounds: 0 },
    { timeoutSeconds: 0 },
    { kernels: [] },
  ])('refuses %j', (wrong) => {
    expect(() => definePlan({ ...INPUT, ...wrong })).toThrow();
  });
});
