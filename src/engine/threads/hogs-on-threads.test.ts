/**
 * Stressors with instances on real threads, as they are built: what only shows where tasks really run at
 * the same time, and are really out of step.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type * as EngineModule from './engine.js';
import { definePlan } from '../../plan/define-plan.js';
import type { TrialSamples } from '../../samples/samples.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { stressPlanOf, type HogEntry } from '../../workload/stress-plan.js';
import type { Engine } from '../engine.js';

const DIST = new URL('../../../dist/engine/threads/', import.meta.url);
const engine = (await import(new URL('engine.js', DIST).href)) as typeof EngineModule;

const MIB = 2 ** 20;
const KERNELS = ['pristine', 'patched'];
/** Less than the second between two looks: a task that does nothing between them is reported. */
const SOON = engine.createThreadsEngine({ reportSeconds: 0.9, failSeconds: 60 });

const hung: string[] = [];
afterEach(() => {
  expect(hung.splice(0)).toEqual([]);
});

/** The only instance of a trial, whose samples and counters agree on what all of its tasks did. */
function instanceOf({ instances, counters, seconds, complete }: TrialSamples): InstanceSamples {
  expect(instances).toHaveLength(1);
  const instance = instances![0]!;
  const { bogoOps, realNs, faults } = instance;
  expect(instance).toMatchObject({ failures: [], shortages: [] });
  expect([complete, counters.outOfMemory]).toEqual([true, 0]);
  expect(bogoOps).toBeGreaterThan(0);
  expect(counters.bogoOps).toBe(bogoOps);
  expect(seconds).toBeCloseTo(realNs / 1e9, 6);
  expect(faults.total).toBe(counters.faultsTotal);
  expect(faults.total).toBe(faults.minor + faults.major + counters.sigsegv);
  return instance;
}

/** A trial on every kernel, until the time is up or the instance has done all of its operations. */
async function run(
  entry: HogEntry,
  seconds: number,
  kernels: readonly string[] = KERNELS,
  on: Engine = engine.threadsEngine,
): Promise<readonly TrialSamples[]> {
  const { stress, tasks, mms } = stressPlanOf({ entries: [entry], memoryBytes: 2 ** 30 });
  const plan = definePlan({
    stressor: entry.stressor,
    kernels,
    tasks,
    mms,
    mmapBytes: 0,
    thresholdBytes: 4096,
    maxMapCount: 65_530,
    rounds: 1,
    timeoutSeconds: seconds,
    seed: 1,
    stress,
  });
  const { trials } = await on.run(plan, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onHungTask: (report) => hung.push(report),
  });
  expect(trials).toHaveLength(kernels.length);
  return trials;
}

describe('until the time is up', () => {
  const SECONDS = 0.5;

  async function instancesOf(entry: HogEntry): Promise<readonly InstanceSamples[]> {
    const instances = (await run(entry, SECONDS)).map(instanceOf);
    for (const { realNs, userNs, systemNs } of instances) {
      expect(realNs).toBeGreaterThan(0.99e9 * SECONDS);
      expect(userNs + systemNs).toBeGreaterThan(0);
    }
    return instances;
  }

  it('vma: two processes of 31 threads end and begin again', async () => {
    const entry = { stressor: 'vma', options: { 'life-ms': 50 } };
    const [trial] = await run(entry, 1, ['patched']);
    const { bogoOps, metrics } = instanceOf(trial!);
    // Those that are no operation are of slots: 32 in every life.
    const lives = (trial!.counters.mmapCalls - bogoOps) / 32;
    expect(Number.isInteger(lives)).toBe(true);
    expect(lives).toBeGreaterThanOrEqual(2 * 2);
    const done = metrics.filter(({ value }) => value > 0).map(({ description }) => description);
    expect(done).toEqual(expect.arrayContaining(['accesses per second', 'proc-maps per second']));
  });

  it('mmapfork: every child of every life has mapped', async () => {
    const procs = 4;
    const entry = { stressor: 'mmapfork', options: { bytes: 8 * MIB, procs } };
    for (const { bogoOps, calls, faults } of await instancesOf(entry)) {
      expect(calls['mmap']).toBe(1 + procs * bogoOps);
      // The parent's page alone: the children's are populated.
      expect(faults.total).toBe(1);
      expect(faults.kernelMinor).toBeGreaterThan(256 * procs * (bogoOps - 1));
    }
  });

  it('madvise: eight threads have advised every region', async () => {
    const entry = { stressor: 'madvise', options: { bytes: MIB / 4 } };
    for (const { bogoOps, calls } of await instancesOf(entry)) {
      const each = { mmap: calls['mmap'], munmap: calls['munmap'], mlock: calls['mlock'] };
      expect(each).toEqual({ mmap: 9 * bogoOps, munmap: 9 * bogoOps, mlock: 8 * bogoOps });
    }
  });

  it('mprotect: eight processes have protected what they mapped, or been refused', async () => {
    for (const trial of await run({ stressor: 'mprotect' }, SECONDS)) {
      const { bogoOps, calls, faults } = instanceOf(trial);
      expect(calls).toMatchObject({ mmap: 8, munmap: 8 });
      expect(calls['mprotect']).toBe(bogoOps + trial.counters.failedCalls);
      // What is forbidden is tried: reads or writes of half of all combinations at least.
      expect(faults.total).toBeGreaterThan(bogoOps / 4);
      expect(faults.total).toBeLessThan(bogoOps);
    }
  });

  it('mixed: a big region goes while others fault', async () => {
    const entry = { stressor: 'mixed', options: { bytes: 16 * MIB } };
    for (const { bogoOps, calls, faults } of await instancesOf(entry)) {
      expect(bogoOps).toBe(64 * calls['madvise']!);
      expect(faults.minor).toBeGreaterThan(bogoOps);
      expect(calls['munmap']).toBe(calls['mmap']);
      expect(calls['maps']).toBeGreaterThan(0);
    }
  });
});

describe('so many operations', () => {
  const OPS = 200;

  /** The window is looked at every 100 ms; the instance has long ended by then, and says when. */
  it.each([
    ['brk1-processes', 1],
    ['mmap1-threads', 1],
    ['mprotect', 8],
  ])('%s', async (stressor, tasks) => {
    const instances = (await run({ stressor, ops: OPS }, 30)).map(instanceOf);
    for (const { bogoOps } of instances) {
      expect(bogoOps).toBeGreaterThanOrEqual(OPS);
      // Each of the others may be in an operation.
      expect(bogoOps).toBeLessThan(OPS + tasks);
    }
    // One of them at least had the cores to itself.
    expect(Math.min(...instances.map(({ realNs }) => realNs))).toBeLessThan(0.1e9);
  });
});

describe('a task that never faults, maps or unmaps is not taken to be hung', () => {
  const SECONDS = 2.2;

  it('when it makes other calls', async () => {
    const entry = { stressor: 'mixed', options: { bytes: MIB, faulters: 1, readers: 1 } };
    const [trial] = await run(entry, SECONDS, ['patched'], SOON);
    expect(instanceOf(trial!).calls['maps']).toBeGreaterThan(0);
  });

  it('when it makes no call at all, but counts operations', async () => {
    const [trial] = await run({ stressor: 'malloc2-processes' }, SECONDS, ['patched'], SOON);
    expect(instanceOf(trial!).bogoOps).toBeGreaterThan(1000);
    expect(trial!.counters.faultsTotal).toBe(1);
  });
});
