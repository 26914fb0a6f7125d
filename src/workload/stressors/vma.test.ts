import { afterEach, describe, expect, it, vi } from 'vitest';
import { runHogs } from '../../engine/testing/run-hogs.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { RunningHog } from '../hog-run.js';
import { VMA_KINDS, VMA_ROLES } from './vma-threads.js';
import { vma } from './vma.js';

function run(seconds: number, lifeMs = 10_000, kernel = 'patched', ops?: number): InstanceSamples {
  const options = { 'life-ms': lifeMs };
  const entry = { stressor: 'vma', options, ...(ops === undefined ? {} : { ops }) };
  const [samples] = runHogs({ entries: [entry], seconds, kernel, cpus: 32 });
  expect(samples!.failures).toEqual([]);
  expect(samples!.shortages).toEqual([]);
  return samples!;
}

/** What a metric counts. */
function count({ metrics, realNs }: InstanceSamples, kind: (typeof VMA_KINDS)[number]): number {
  const { value } = metrics.find(({ description }) => description === `${kind} per second`)!;
  return (value * realNs) / 1e9;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('vma', () => {
  it('has two processes of 31 threads, 20 of which read', () => {
    const setting = { options: {} } as Parameters<typeof vma.shape>[0];
    expect(vma.shape(setting)).toEqual({ processes: 2, threadsPerProcess: 31 });
    expect(VMA_ROLES).toHaveLength(31);
    expect(VMA_ROLES.filter((role) => role === 'access')).toHaveLength(20);
  });

  it.each(['pristine', 'patched'])('on %s counts what each kind of thread has done', (kernel) => {
    const samples = run(0.01, 10_000, kernel);
    const { faults, calls, bogoOps } = samples;
    expect(samples.metrics.map(({ description }) => description)).toEqual(
      VMA_KINDS.map((kind) => `${kind} per second`),
    );
    expect(samples.metrics.every(({ mean }) => mean === 'harmonic')).toBe(true);
    // The processes end together, but for the time that it takes to meet.
    expect(count(samples, 'mmaps') / bogoOps).toBeCloseTo(1, 1);
    // Every read that is denied is a fault, which perf counts in total alone.
    const denied = faults.total - faults.minor - faults.major;
    expect(count(samples, 'SIGSEGVs') / denied).toBeCloseTo(1, 1);
    expect(count(samples, 'SIGBUSes')).toBe(0);
    // Tight loops of reads that fail are most of what happens.
    expect(denied).toBeGreaterThan(2 * bogoOps);
    for (const kind of VMA_KINDS) {
      if (kind !== 'SIGBUSes') expect(count(samples, kind), kind).toBeGreaterThan(0);
    }
    // GROWSDOWN of shared memory is refused: a quarter of all mmaps.
    const setUps = 2 * 32;
    expect(bogoOps / (calls['mmap']! - setUps)).toBeGreaterThan(0.6);
    expect(bogoOps / (calls['mmap']! - setUps)).toBeLessThan(0.85);
  });

  it('ends its processes and begins them again', () => {
    const exits = vi.spyOn(RunningHog.prototype, 'exitProcess');
    run(0.009, 2);
    expect(exits.mock.calls.length).toBeGreaterThanOrEqual(2 * 4);
    expect(exits.mock.calls.length).toBeLessThanOrEqual(2 * 5);
  });

  it('does the same for the same seed', () => {
    expect(run(0.004)).toEqual(run(0.004));
  });

  it('stops after so many mmaps of both processes', () => {
    const { bogoOps, realNs } = run(5, 10_000, 'patched', 100);
    expect(bogoOps).toBeGreaterThanOrEqual(100);
    // Each of the four threads that map may be under way.
    expect(bogoOps).toBeLessThanOrEqual(103);
    expect(realNs).toBeLessThan(0.1e9);
  });
});
