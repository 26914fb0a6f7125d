import { expect, it } from 'vitest';
import { runHogs } from '../../engine/testing/run-hogs.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';

const THREADS = 4;
const PAGES = 4096;
const RUNS = 2;

/** Two runs of all threads. */
function run(stressor: string, pagesPerRun: number): InstanceSamples {
  const options = { bytes: PAGES * 4096, threads: THREADS };
  const entry = { stressor, ops: RUNS * pagesPerRun, options };
  const [samples] = runHogs({ entries: [entry], seconds: 2 });
  expect(samples!.failures).toEqual([]);
  expect(samples!.shortages).toEqual([]);
  expect(samples!.bogoOps).toBe(RUNS * pagesPerRun);
  const [metric] = samples!.metrics;
  expect(metric).toMatchObject({ description: 'KB per second', mean: 'total' });
  const kb = samples!.bogoOps * 4;
  expect((metric!.value * samples!.realNs) / 1e9 / kb).toBeCloseTo(1, 2);
  return samples!;
}

it('anon-w-seq-mt: every thread writes a part of the memory, a fault per page', () => {
  const { faults, calls, rssPagesMax } = run('anon-w-seq-mt', PAGES);
  expect(faults).toMatchObject({ total: RUNS * PAGES, minor: RUNS * PAGES });
  expect(calls).toMatchObject({ mmap: RUNS * THREADS, munmap: RUNS * THREADS });
  expect(rssPagesMax).toBeGreaterThan(0.8 * PAGES);
  expect(rssPagesMax).toBeLessThanOrEqual(PAGES);
});

it('mmap-xread-seq-mt: all threads read one mapping of a new file, which is unmapped once a run', () => {
  const { faults, calls } = run('mmap-xread-seq-mt', THREADS * PAGES);
  expect(calls).toMatchObject({ open: RUNS, mmap: RUNS, munmap: RUNS, close: RUNS });
  // 16 pages are mapped around each, for all threads; some of them trap on the same pages at once.
  expect(faults.total).toBeGreaterThanOrEqual((RUNS * PAGES) / 16);
  expect(faults.total).toBeLessThan((RUNS * THREADS * PAGES) / 4);
  // The file is read ahead; every run has a new one.
  expect(faults.major).toBeGreaterThanOrEqual(RUNS * 10);
});

it('user mode works on every page: all of its bytes', () => {
  const { userNs } = run('anon-w-seq-mt', PAGES);
  expect(userNs / (RUNS * PAGES)).toBeGreaterThan(300);
});
