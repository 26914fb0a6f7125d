import { describe, expect, it } from 'vitest';
import { runHogs } from '../../engine/testing/run-hogs.js';
import type { HogOptions } from '../../plan/stress.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';

const BYTES = 32 * 2 ** 20;
const PAGES = BYTES / 4096;

function run(kernel: string, seconds: number, options: HogOptions = {}): InstanceSamples {
  const entry = { stressor: 'mixed', options: { bytes: BYTES, ...options } };
  const [samples] = runHogs({ entries: [entry], seconds, kernel });
  expect(samples!.failures).toEqual([]);
  expect(samples!.shortages).toEqual([]);
  return samples!;
}

function metric({ metrics }: InstanceSamples, description: string): number {
  return metrics.find((candidate) => candidate.description === description)!.value;
}

describe('mixed', () => {
  const pristine = run('pristine', 0.1);
  const patched = run('patched', 0.1);

  it('counts the pages of the faulting tasks, and whole munmaps', () => {
    for (const samples of [pristine, patched]) {
      const { faults, bogoOps, calls, realNs } = samples;
      const bigFaults = faults.total - bogoOps;
      // Every region but the last was written whole; each faulting task has a mapping, too.
      const regions = calls['mmap']! - 4;
      expect(calls['munmap']).toBe(calls['mmap']);
      expect(bigFaults).toBeGreaterThan((regions - 1) * PAGES);
      expect(bigFaults).toBeLessThanOrEqual(regions * PAGES);
      const seconds = realNs / 1e9;
      const whole = Math.floor(bigFaults / PAGES);
      expect(metric(samples, 'munmap calls')).toBe(whole);
      const rate = metric(samples, 'faults per second of the faulting tasks');
      expect((rate * seconds) / bogoOps).toBeCloseTo(1, 1);
      expect(calls['madvise']! * 64).toBe(bogoOps);
      expect(calls['maps']! / seconds / metric(samples, 'maps readings per second')).toBeCloseTo(
        1,
        1,
      );
    }
  });

  it('is where the patch shows: others go on while pages are zapped', () => {
    const of = (name: string): [number, number] => [metric(pristine, name), metric(patched, name)];
    const faults = of('faults per second of the faulting tasks');
    expect(faults[1]).toBeGreaterThan(1.04 * faults[0]);
    const longest = of('millisecs maximum per munmap');
    const longestReading = of('microsecs maximum per maps reading');
    // Somebody who reads waits for nearly all of a munmap, or for next to nothing.
    expect(longestReading[0]).toBeGreaterThan(0.5 * 1000 * longest[0]);
    expect(longestReading[1]).toBeLessThan(0.1 * 1000 * longest[1]);
    const mean = of('microsecs average per maps reading');
    expect(mean[0]).toBeGreaterThan(5 * mean[1]);
    const munmap = of('millisecs average per munmap');
    expect(munmap[1] / munmap[0]).toBeGreaterThan(0.9);
    expect(munmap[1] / munmap[0]).toBeLessThan(1.2);
  });

  it('has as many tasks of a kind as are asked for', () => {
    const alone = run('patched', 0.03, { faulters: 0, readers: 0 });
    expect(alone.bogoOps).toBe(0);
    expect(alone.calls).toMatchObject({ maps: 0, madvise: 0 });
    expect(alone.calls['munmap']).toBeGreaterThan(1);
    const readers = run('patched', 0.03, { faulters: 0, readers: 3 });
    expect(readers.calls['maps']! / 90).toBeCloseTo(1, 0);
  });
});
