import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from '../../mm/layout.js';
import { hogSetting, runLoneHog } from '../testing/lone-hog.js';
import { mmapfork } from './mmapfork.js';

const PROCS = 3;
const PAGES = 700;
/** Half of it is what all children map. */
const BYTES = 2 * PROCS * PAGES * PAGE_SIZE;

describe('mmapfork', () => {
  it('is a life of all children: each maps, writes and unmaps its share once, without a fault', () => {
    const ops = 4;
    const { bogoOps, faults, calls, vmasLeft, violations, failures } = runLoneHog(mmapfork, {
      ops,
      options: { procs: PROCS, bytes: BYTES },
    });
    const lives = ops * PROCS;
    expect(bogoOps).toBe(ops);
    // The parent's own page.
    expect(faults.total).toBe(1);
    expect(faults.kernelMinor).toBe(lives * PAGES);
    expect(calls).toMatchObject({ mmap: lives + 1, munmap: lives + 1, madvise: 2 * lives + 1 });
    expect(vmasLeft).toEqual([0, 0, 0, 0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('divides half of the memory among all children of all instances', () => {
    const memoryBytes = 512 * 2 ** 20;
    const input = { memoryBytes, instances: 4 };
    const { pages, files } = mmapfork.needs(hogSetting(mmapfork, input));
    // One page more is the parent's.
    expect((pages - 1) * PAGE_SIZE).toBe(memoryBytes / 4 / 2);
    expect(files).toBe(32);
    const tiny = hogSetting(mmapfork, { ...input, options: { bytes: 4096 } });
    expect(mmapfork.needs(tiny).pages).toBe(33);
    expect(mmapfork.shape(tiny)).toEqual({ processes: 33, threadsPerProcess: 1 });
  });

  it('faults once a page where populating is refused', () => {
    const { faults, bogoOps, violations } = runLoneHog(mmapfork, {
      ops: 2,
      options: { procs: PROCS, bytes: BYTES },
      meddle: (task) => {
        const { calls } = task;
        const mmap = calls.mmap.bind(calls);
        calls.mmap = (address, bytes, prot, flags, ...rest) =>
          mmap(address, (flags & 0x8000) === 0 ? bytes : 0, prot, flags, ...rest);
        return task;
      },
    });
    expect(bogoOps).toBe(2);
    expect(faults.total).toBe(2 * PROCS * PAGES + 1);
    expect(violations).toEqual([]);
  });

  it('cuts the lives under way short when time is up, and counts them', () => {
    const { bogoOps, calls, vmasLeft, violations } = runLoneHog(mmapfork, {
      seconds: 0.000_1,
      options: { procs: PROCS, bytes: BYTES },
    });
    expect(bogoOps).toBe(1);
    expect(calls.munmap).toBe(1);
    expect(vmasLeft).toEqual([0, 0, 0, 0]);
    expect(violations).toEqual([]);
  });
});
