/** The stressors of reproductions, simulated: what each does once, and to whom. */
import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import type * as EngineModule from '../../engine/virtual/engine.js';
import { definePlan, type PlanInput } from '../../plan/define-plan.js';
import { modelOf, parseProfile } from '../../plan/machine-model.js';
import type { TrialSamples } from '../../samples/samples.js';
import { packageFile } from '../../util/package-file.js';

const DIST = new URL('../../../dist/engine/virtual/engine.js', import.meta.url);
const { virtualEngine } = (await import(DIST.href)) as typeof EngineModule;

const PAGE = 4096;

async function simulate(input: Partial<PlanInput>): Promise<TrialSamples> {
  const profile = readFileSync(packageFile('workloads/machines/e5-2680-32.json'), 'utf8');
  const plan = definePlan({
    machine: modelOf(parseProfile(profile)),
    stressor: 'pft',
    kernels: ['pristine'],
    tasks: 1,
    mms: 1,
    mmapBytes: 2 ** 22,
    thresholdBytes: 2 ** 30,
    maxMapCount: 65530,
    rounds: 1,
    timeoutSeconds: 3600,
    seed: 1,
    ...input,
  });
  const { trials } = await virtualEngine.run(plan, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onHungTask: () => undefined,
  });
  return trials[0]!;
}

it('munmap-once unmaps every share whole, in one call, and nothing is faulted in', async () => {
  const { counters, peaks } = await simulate({
    stressor: 'munmap-once',
    tasks: 3,
    mmapBytes: 96 * PAGE,
  });
  expect(counters).toMatchObject({ munmapCalls: 3, munmapBytes: 96 * PAGE, faultsTotal: 0 });
  expect(peaks.rssPagesMax).toBeLessThanOrEqual(96);
});

it('pft faults on every page once, takes no lock for write, and ends', async () => {
  const { counters, mmapSem } = await simulate({
    stressor: 'pft',
    tasks: 4,
    mmapBytes: 4000 * PAGE,
  });
  expect(counters).toMatchObject({ faultsTotal: 4000, faultsMinor: 4000, munmapCalls: 0 });
  expect(mmapSem.writeWait.count).toBe(0);
});

it.each(['disk', 'tmpfs'] as const)('map files of %s where they are told to', async (backing) => {
  const tasks = 3;
  const mmapBytes = tasks * 600 * PAGE;
  const once = await simulate({ stressor: 'munmap-once', tasks, mmapBytes, backing });
  expect(once.counters).toMatchObject({ munmapCalls: 3, munmapBytes: mmapBytes, faultsTotal: 0 });
  // At least one for each page table of each share.
  expect(once.counters.dirtyFlushes).toBeGreaterThanOrEqual(6);
  const { counters } = await simulate({ stressor: 'pft', tasks, mmapBytes, backing });
  const { faultsMajor, faultsMinor } = counters;
  expect(counters).toMatchObject({ faultsTotal: faultsMajor + faultsMinor, dirtyFlushes: 0 });
  expect(counters.faultsTotal).toBe(1800);
  expect(faultsMajor > 0).toBe(backing === 'disk');
  const hung = await simulate({ stressor: 'hung-task', tasks, mmapBytes, backing });
  expect(hung.counters).toMatchObject({ munmapCalls: 2, failedCalls: 0 });
  expect(hung.counters.dirtyFlushes).toBeGreaterThanOrEqual(4);
});

it('rwsem-pairs gives readers and writers their turns until the window closes', async () => {
  const seconds = 0.002;
  const { mmapSem, counters } = await simulate({
    stressor: 'rwsem-pairs',
    tasks: 4,
    timeoutSeconds: seconds,
  });
  expect(counters.faultsTotal).toBe(0);
  expect(mmapSem.readWait.count).toBeGreaterThan(10);
  expect(mmapSem.writeWait.count).toBeGreaterThan(10);
  // Nobody can hold the lock for less than its five atomics of 10 ns.
  expect(mmapSem.writeHold.summary().p50).toBeGreaterThanOrEqual(50);
});

it.each([1, 4])('rwsem-mixed lets each of %i tasks read and write in turn', async (tasks) => {
  const { mmapSem } = await simulate({ stressor: 'rwsem-mixed', tasks, timeoutSeconds: 0.002 });
  const reads = mmapSem.readWait.count;
  const writes = mmapSem.writeWait.count;
  expect(reads).toBeGreaterThan(10);
  // Each task is one ahead with one of them at most.
  expect(Math.abs(reads - writes)).toBeLessThanOrEqual(tasks);
});

it('writers that wait awake for readers bring back what 4.17 loses when threads read and write', async () => {
  const acquisitions = async (rwsem: string): Promise<number> => {
    const input = { stressor: 'rwsem-mixed', tasks: 8, timeoutSeconds: 0.002, rwsem };
    const { mmapSem } = await simulate(input);
    return mmapSem.readWait.count + mmapSem.writeWait.count;
  };
  const before = await acquisitions('fifo-4.17');
  for (const policy of ['phase-fair-5.3', 'reader-steal-5.11']) {
    expect(await acquisitions(policy)).toBeGreaterThan(2 * before);
  }
});

describe('hung-task', () => {
  const MMAP_BYTES = 2 ** 30;

  it('ps reads twice, and waits for the munmap that it came into', async () => {
    const { mmapSem, counters } = await simulate({
      stressor: 'hung-task',
      tasks: 2,
      mmapBytes: MMAP_BYTES,
    });
    expect(counters.munmapCalls).toBe(1);
    expect(mmapSem.readWait.count).toBe(2);
    const hold = mmapSem.writeHold.summary().max;
    const wait = mmapSem.readWait.summary().max;
    // It comes 1 ms after the writer.
    expect(wait).toBeGreaterThan(hold - 1_100_000);
    expect(wait).toBeLessThan(hold);
  });

  it('a strictly fair lock makes it wait for those before it, and once more for the others', async () => {
    const { mmapSem } = await simulate({
      stressor: 'hung-task',
      tasks: 5,
      mmapBytes: (5 * MMAP_BYTES) / 4,
      rwsem: 'no-steal',
    });
    const holds = mmapSem.writeHold.summary();
    const waits = mmapSem.readWait.summary();
    expect(holds.count).toBe(4);
    expect(waits.max / holds.max).toBeCloseTo(2, 1);
    // It comes 2 ms after the first of them.
    expect((waits.total + 2_000_000) / holds.max).toBeCloseTo(4, 1);
  });
});
