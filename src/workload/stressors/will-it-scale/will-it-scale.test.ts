import { describe, expect, it } from 'vitest';
import { runHogs, type HogsToRun } from '../../../engine/testing/run-hogs.js';
import type { InstanceSamples } from '../../../samples/stress-samples.js';
import { willItScale } from './index.js';

const MIB = 2 ** 20;
const PAGES = 512;
const BYTES = PAGES * 4096;

/** One task, one instance, for so many operations. */
function run(stressor: string, ops: number, more: Partial<HogsToRun> = {}): InstanceSamples {
  const bytes = willItScale.find(({ name }) => name === stressor)!.options['bytes'];
  const options = bytes === undefined ? {} : { bytes: BYTES };
  const [samples] = runHogs({ entries: [{ stressor, ops, options }], seconds: 5, ...more });
  expect(samples!.failures).toEqual([]);
  expect(samples!.shortages).toEqual([]);
  expect(samples!.bogoOps).toBe(ops);
  return samples!;
}

function metric({ metrics }: InstanceSamples, description: string): number {
  return metrics.find((candidate) => candidate.description === description)!.value;
}

const FORMS = ['processes', 'threads'];

describe.each(FORMS)('will-it-scale as %s', (form) => {
  const ROUNDS = 3;

  it.each([1, 2, 3])('page_fault%i takes a fault per page and unmaps the region whole', (n) => {
    const { faults, calls } = run(`page-fault${n}-${form}`, ROUNDS * PAGES);
    expect(faults.total).toBe(ROUNDS * PAGES);
    expect(faults.minor + faults.major).toBe(ROUNDS * PAGES);
    expect(calls).toMatchObject({ mmap: ROUNDS, munmap: ROUNDS, madvise: 0 });
    // A file is read in once, ahead of the writes.
    expect(faults.major > 0).toBe(n > 1);
    expect(faults.major).toBeLessThan(PAGES);
  });

  it('page_fault1 takes one of 512 with huge pages', () => {
    const blocks = 8;
    const options = { bytes: blocks * BYTES };
    const entry = { stressor: `page-fault1-${form}`, ops: ROUNDS * blocks * PAGES, options };
    const [{ faults, calls, bogoOps }] = runHogs({ entries: [entry], thp: 'always' }) as [
      InstanceSamples,
    ];
    expect([bogoOps, calls['munmap']]).toEqual([ROUNDS * blocks * PAGES, ROUNDS]);
    // Every aligned block at once; a region that begins within one has single pages at its two ends.
    const perRound = faults.total / ROUNDS;
    expect([blocks, blocks - 1 + PAGES]).toContain(perRound);
    expect(faults.minor).toBe(faults.total);
  });

  it.each([1, 2])('mmap%i never touches what it maps', (n) => {
    const { faults, calls } = run(`mmap${n}-${form}`, 5);
    expect(faults.total).toBe(0);
    expect(calls).toMatchObject({ mmap: 5, munmap: 5 });
  });

  it.each([1, 2])('brk%i makes two calls a round, and faults never', (n) => {
    const { faults, calls } = run(`brk${n}-${form}`, 10);
    expect(faults.total).toBe(0);
    expect(calls).toMatchObject({ mmap: 0, munmap: 0, brk: n === 1 ? 10 : 11 });
  });

  it('malloc1 touches the header of each of its mappings', () => {
    const { faults, calls } = run(`malloc1-${form}`, 5);
    expect(faults.total).toBe(5);
    expect(calls).toMatchObject({ mmap: 5, munmap: 5, brk: 0 });
  });

  it('malloc2 asks the kernel for nothing once it is warm, and takes time all the same', () => {
    const few = run(`malloc2-${form}`, 1000);
    const many = run(`malloc2-${form}`, 100_000);
    expect(many.calls).toEqual(few.calls);
    expect(many.faults).toEqual(few.faults);
    expect(many.calls).toMatchObject({ brk: 2, mmap: 0, munmap: 0 });
    const nsEach = (many.userNs - few.userNs) / 99_000;
    expect(nsEach).toBeGreaterThan(10);
    expect(nsEach).toBeLessThan(100);
  });

  it.each([1, 2, 3])('tlb_flush%i takes two faults per page and finds what it must', (n) => {
    const { faults, calls } = run(`tlb-flush${n}-${form}`, 2 * PAGES);
    expect(faults.total).toBeGreaterThan(2 * PAGES);
    expect(faults.total).toBeLessThanOrEqual(2 * 2 * PAGES);
    expect(calls).toMatchObject({ mmap: 2, munmap: 2, madvise: 2 * PAGES });
  });
});

describe('will-it-scale', () => {
  it('has every test in both forms, threads in one address space', () => {
    expect(willItScale).toHaveLength(24);
    for (const { name, sharesMm } of willItScale) {
      expect(sharesMm, name).toBe(name.endsWith('-threads') ? true : undefined);
    }
  });

  it('runs as many tasks as there are instances, and stops them with the time', () => {
    for (const form of FORMS) {
      const entry = { stressor: `page-fault1-${form}`, instances: 4, options: { bytes: 4 * MIB } };
      const all = runHogs({ entries: [entry], seconds: 0.02 });
      expect(all).toHaveLength(4);
      for (const samples of all) {
        expect(samples.bogoOps).toBeGreaterThan(1000);
        expect(samples.faults.total).toBe(samples.bogoOps);
        expect(samples.realNs).toBeLessThan(0.025e9);
        const rate = metric(samples, 'iterations per second');
        expect(rate).toBeCloseTo((samples.bogoOps * 1e9) / samples.realNs, -2);
        expect(metric(samples, 'iterations per second of one task')).toBe(rate);
        expect(metric(samples, 'nanosecs per iteration')).toBeCloseTo(1e9 / rate, 6);
      }
    }
  });

  it('as threads waits for the others, who unmap: less so where they zap under the read lock', () => {
    const total = (stressor: string, kernel: string): number => {
      const entry = { stressor, instances: 8, options: { bytes: 16 * MIB } };
      const all = runHogs({ entries: [entry], seconds: 0.05, kernel });
      return all.reduce((sum, samples) => sum + samples.faults.total, 0);
    };
    const [pristine, patched] = ['pristine', 'patched'].map((kernel) => {
      return total('page-fault1-threads', kernel);
    });
    const processes = total('page-fault1-processes', 'pristine');
    expect(patched!).toBeGreaterThan(1.05 * pristine!);
    expect(processes).toBeGreaterThan(1.5 * pristine!);
  });

  it('has nothing but writers as mmap1 threads, so that no kernel gains', () => {
    const [pristine, patched] = ['pristine', 'patched'].map((kernel) => {
      const entry = { stressor: 'mmap1-threads', instances: 4 };
      const all = runHogs({ entries: [entry], seconds: 0.02, kernel });
      return all.reduce((sum, { bogoOps }) => sum + bogoOps, 0);
    });
    expect(patched!).toBeGreaterThan(1000);
    expect(patched!).toBeLessThan(1.02 * pristine!);
  });

  it('pushes one break up and down together as threads', () => {
    const all = runHogs({ entries: [{ stressor: 'brk1-threads', instances: 4 }], seconds: 0.01 });
    for (const { failures, bogoOps, calls } of all) {
      expect(failures).toEqual([]);
      expect(bogoOps).toBeGreaterThan(0);
      expect(calls['brk']).toBe(bogoOps);
    }
    expect(all.reduce((sum, { bogoOps }) => sum + bogoOps, 0)).toBeGreaterThan(2000);
  });

  it('says what a task could not get, and ends it', () => {
    const entry = { stressor: 'page-fault2-threads', instances: 3, options: { bytes: BYTES } };
    const all = runHogs({ entries: [entry], seconds: 0.005, maxMapCount: 1 });
    const short = all.filter(({ shortages }) => shortages.length > 0);
    expect(short.length).toBeGreaterThan(0);
    expect(short.length).toBeLessThan(3);
    for (const { shortages, realNs } of short) {
      expect(shortages).toEqual([`mmap of ${PAGES} pages of a file: errno 12`]);
      expect(realNs).toBeLessThan(0.005e9);
    }
  });
});
