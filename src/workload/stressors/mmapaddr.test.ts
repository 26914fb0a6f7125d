import { describe, expect, it } from 'vitest';
import { MAP } from '../../mm/uapi.js';
import { runLoneHog, type LoneHogInput } from '../testing/lone-hog.js';
import { mmapaddr } from './mmapaddr.js';

/** How often MAP_FIXED was refused, which is an attempt that is no operation. */
function refusals(input: LoneHogInput) {
  let refused = 0;
  const result = runLoneHog(mmapaddr, {
    ...input,
    meddle: (task) => {
      const mmap = task.calls.mmap.bind(task.calls);
      task.calls.mmap = function* (address, bytes, prot, flags) {
        const mapped = yield* mmap(address, bytes, prot, flags);
        if (mapped < 0 && (flags & MAP.fixed) !== 0) refused += 1;
        return mapped;
      };
      return task;
    },
  });
  return { ...result, refused };
}

describe('mmapaddr', () => {
  it('takes three mmaps, two munmaps and one mremap an operation, and no fault', () => {
    const ops = 600;
    const { bogoOps, refused, calls, faults, vmasLeft, vmasMax, violations, failures } = refusals({
      ops,
    });
    expect(bogoOps).toBe(ops);
    expect(calls).toMatchObject({
      mmap: 3 * ops + refused,
      munmap: 2 * ops,
      mremap: ops,
      madvise: 2 * ops,
      mincore: 4 * ops + refused,
    });
    expect(faults.total).toBe(0);
    // Half of all addresses are none of a process's, and half of those are to be had to the byte.
    expect(refused / (ops + refused)).toBeGreaterThan(0.2);
    expect(refused / (ops + refused)).toBeLessThan(0.3);
    expect(vmasMax).toBeLessThanOrEqual(3);
    expect(vmasLeft).toEqual([0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('locks pages when it is told to', () => {
    const { calls, failures } = runLoneHog(mmapaddr, { ops: 50, options: { mlock: true } });
    expect(calls.mlock).toBeGreaterThanOrEqual(100);
    expect(calls.mlock).toBeLessThanOrEqual(150);
    expect(failures).toEqual([]);
  });

  it('leaves off when its time is up', () => {
    const { bogoOps, ns, vmasLeft } = runLoneHog(mmapaddr, { seconds: 0.001 });
    expect(bogoOps).toBeGreaterThan(10);
    expect(ns).toBeLessThan(1.1e6);
    expect(vmasLeft).toEqual([0]);
  });

  it('finds a page that is not in memory although it was populated', () => {
    const { failures, bogoOps, vmasLeft } = runLoneHog(mmapaddr, {
      ops: 5,
      meddle: (task) => {
        const load = task.calls.load.bind(task.calls);
        let loads = 0;
        task.calls.load = function* (address, pages) {
          const denied = yield* load(address, pages);
          loads += 1;
          if (loads === 3) yield* task.calls.madvise(address, 4096, 4);
          return denied;
        };
        return task;
      },
    });
    // A locked page would have refused the advice.
    expect(failures).toEqual(['a populated page is not in memory, says mincore']);
    expect(bogoOps).toBe(5);
    expect(vmasLeft).toEqual([0]);
  });
});
