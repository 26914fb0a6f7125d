import fc from 'fast-check';
import { COMPATS } from '../../../plan/stress.js';
import type { HogMetric, InstanceSamples } from '../../../samples/stress-samples.js';
import type { EntryRun, StressRun } from '../stress-run.js';

const NO_FAULTS = { total: 0, minor: 0, major: 0, kernelMinor: 0, kernelMajor: 0 };

/** An instance that has done nothing, but for what is given. */
export function instanceOf(overrides: Partial<InstanceSamples> = {}): InstanceSamples {
  return {
    entry: 0,
    instance: 0,
    bogoOps: 0,
    realNs: 0,
    userNs: 0,
    systemNs: 0,
    rssPagesMax: 0,
    faults: NO_FAULTS,
    contextSwitches: 0,
    calls: {},
    metrics: [],
    failures: [],
    shortages: [],
    ...overrides,
  };
}

/** A run of 3.02 s on two CPUs, told by process 123 at a quarter to six in the evening. */
export function runOf(entries: readonly EntryRun[], overrides: Partial<StressRun> = {}): StressRun {
  return {
    kernel: 'pristine',
    compat: '0.15.06',
    sharedMm: false,
    isComplete: true,
    entries,
    durationSeconds: 3.02,
    machine: { name: 'e5-2680-32', cpusConfigured: 2, cpusOnline: 2, memoryBytes: 2 ** 34 },
    teller: {
      program: 'mmsem-bench',
      version: '0.1.0',
      pid: 123,
      user: 'root',
      hostname: 'host',
      // Without a zone it is local time, in which stress-ng tells it.
      startedAt: '2026-11-22T17:48:29',
    },
    ...overrides,
  };
}

export function entryOf(
  stressor: string,
  instances: readonly InstanceSamples[],
  durationSeconds = 3.02,
): EntryRun {
  return { stressor, instances, durationSeconds, goal: { seconds: 0, opsPerInstance: null } };
}

const NS_MAX = 1e13;
const ns = fc.integer({ min: 0, max: NS_MAX });
const count = fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 48 }));

const metrics = fc
  .subarray(['nanosecs per page unmap', 'mmaps per second', '% of pages (in MB/sec)', 'x'])
  .chain((descriptions) =>
    fc.tuple(
      ...descriptions.map((description) =>
        fc.record<HogMetric>({
          description: fc.constant(description),
          value: fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e9, noNaN: true })),
          mean: fc.constantFrom('geometric', 'harmonic', 'total', 'maximum'),
        }),
      ),
    ),
  );

const instance = fc
  .record({
    bogoOps: count,
    realNs: ns,
    userNs: ns,
    systemNs: ns,
    rssPagesMax: fc.nat(2 ** 28),
    faults: fc.record({
      ...{ total: count, minor: count, major: count },
      ...{ kernelMinor: count, kernelMajor: count },
    }),
    contextSwitches: count,
    metrics,
    shortages: fc.constantFrom([], ['no memory']),
  })
  .map(instanceOf);

const entry = fc.record<EntryRun>({
  stressor: fc.constantFrom('mmap', 'vm', 'page-fault1-threads', 'anon-w-seq-mt'),
  instances: fc.array(instance, { minLength: 1, maxLength: 5 }).map((list) =>
    list.map((one, index) => ({ ...one, instance: index })),
  ),
  goal: fc.record({ seconds: fc.nat(100), opsPerInstance: fc.option(fc.nat(100)) }),
  durationSeconds: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
});

/** Whatever may come of any list of stressors. */
export const anyRun: fc.Arbitrary<StressRun> = fc
  .record({
    entries: fc.array(entry, { minLength: 1, maxLength: 4 }),
    compat: fc.constantFrom(...COMPATS),
    kernel: fc.constantFrom('pristine', 'patched', 'pristine#2'),
    sharedMm: fc.boolean(),
    isComplete: fc.boolean(),
    durationSeconds: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  })
  .map(({ entries, ...overrides }) => runOf(entries, overrides));
