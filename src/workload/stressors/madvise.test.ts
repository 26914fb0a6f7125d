import { expect, it } from 'vitest';
import { runHogs, type HogsToRun } from '../../engine/testing/run-hogs.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { madvise } from './madvise.js';

const PAGES = 16;
const THREADS = 8;

function run(ops: number, more: Partial<HogsToRun> = {}): InstanceSamples {
  const entry = { stressor: 'madvise', ops, options: { bytes: PAGES * 4096 } };
  const [samples] = runHogs({ entries: [entry], seconds: 2, ...more });
  expect(samples!.failures).toEqual([]);
  expect(samples!.shortages).toEqual([]);
  expect(samples!.bogoOps).toBe(ops);
  return samples!;
}

it('has eight threads in one process', () => {
  const setting = { options: {} } as Parameters<typeof madvise.shape>[0];
  expect(madvise.shape(setting)).toEqual({ processes: 1, threadsPerProcess: THREADS });
});

it('makes so many calls per operation, and unmaps the region in one', () => {
  const OPS = 3;
  const { calls, faults } = run(OPS);
  // The region, and a page that each thread maps to have one that is not mapped.
  const perOp = { mmap: 1 + THREADS, munmap: 1 + THREADS, mlock: THREADS, munlock: THREADS };
  // The whole region once, and three times as another process would; 2 pages' worth each, 5 that are
  // wrong in some way; 6 in the end.
  const advices = 4 + THREADS * (2 * PAGES + 5) + 6;
  const expected = { ...perOp, madvise: advices, msync: THREADS * 2 * PAGES };
  for (const [name, count] of Object.entries(expected)) {
    expect(calls[name], name).toBe(OPS * count);
  }
  // What is filled was populated.
  expect(faults.total).toBe(0);
});

it('reads smaps and maps of itself for one page of 16 each', () => {
  const OPS = 40;
  const { calls } = run(OPS);
  const expected = (OPS * THREADS * PAGES) / 16;
  for (const name of ['maps', 'smaps']) {
    expect(calls[name]! / expected, name).toBeGreaterThan(0.75);
    expect(calls[name]! / expected, name).toBeLessThan(1.25);
  }
});

it('does the same on a Linux that does not know all advices', () => {
  const { calls } = run(2, { linux: '4.17' });
  expect(calls['munmap']).toBe(2 * (1 + THREADS));
});
