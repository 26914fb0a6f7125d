import { describe, expect, it } from 'vitest';
import { runLoneHog } from '../testing/lone-hog.js';
import { LIBRARY_COUNT } from './libraries.js';
import { munmap, primeAbove } from './munmap.js';

/** Pages of all libraries that are read-only and not executable; mappings of each. */
const UNMAPPED = 440;
const SEGMENTS = 4;

describe('munmap', () => {
  it('unmaps every read-only page of every library by itself, in child after child', () => {
    const children = 3;
    const ops = children * (UNMAPPED + 1);
    const { bogoOps, calls, failedCalls, faults, violations, failures, vmasLeft } = runLoneHog(
      munmap,
      { ops },
    );
    expect(bogoOps).toBe(ops);
    expect(calls).toMatchObject({
      munmap: children * UNMAPPED,
      mincore: children * UNMAPPED,
      mmap: children * LIBRARY_COUNT * 3,
      madvise: children * LIBRARY_COUNT * SEGMENTS,
      maps: 2 * children,
      open: LIBRARY_COUNT,
      close: LIBRARY_COUNT,
    });
    // mincore finds nothing where a page was.
    expect(failedCalls).toBe(children * UNMAPPED);
    expect(faults.total).toBe(0);
    expect(vmasLeft).toEqual([0, 0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('opens holes all over a mapping before it closes them', () => {
    const { vmasMax } = runLoneHog(munmap, { ops: UNMAPPED + 1 });
    // What is mapped before, and what is left between the holes.
    expect(vmasMax).toBeGreaterThan(LIBRARY_COUNT * SEGMENTS + 10);
  });

  it('says how long a page takes', () => {
    const { metrics, ns } = runLoneHog(munmap, { ops: 1000 });
    expect(metrics).toMatchObject([
      { description: 'nanosecs per page munmap()', mean: 'harmonic' },
    ]);
    const { value } = metrics[0]!;
    expect(value).toBeGreaterThan(100);
    expect(value * 1000).toBeLessThan(ns);
  });

  it('leaves off in the middle of a mapping, and everything goes with the child', () => {
    const { bogoOps, calls, vmasLeft, violations } = runLoneHog(munmap, { ops: 100 });
    expect(bogoOps).toBe(100);
    expect(calls.munmap).toBe(100);
    expect(vmasLeft).toEqual([0, 0]);
    expect(violations).toEqual([]);
    const timed = runLoneHog(munmap, { seconds: 0.000_5 });
    expect(timed.bogoOps).toBeGreaterThan(0);
    expect(timed.vmasLeft).toEqual([0, 0]);
  });

  it('finds a page that munmap has left behind', () => {
    let unmapped = 0;
    const { failures } = runLoneHog(munmap, {
      ops: UNMAPPED + 1,
      meddle: (task) => {
        const { calls } = task;
        const really = calls.munmap.bind(calls);
        calls.munmap = function* (address, bytes) {
          unmapped += 1;
          // Of relocated pages, which alone are in memory.
          return unmapped === 440 ? 0 : yield* really(address, bytes);
        };
        return task;
      },
    });
    expect(failures).toEqual(['a page is in memory after it was unmapped']);
  });

  it('has strides that are prime and longer than what they go through', () => {
    expect([1, 2, 8, 13, 110, 255].map(primeAbove)).toEqual([2, 3, 11, 17, 113, 257]);
  });

  it('says so when there are no files, and ends', () => {
    const { ranOut, bogoOps, violations } = runLoneHog(munmap, {
      ops: 10,
      meddle: (task) => {
        task.calls.open = function* () {
          return 0;
        };
        return task;
      },
    });
    expect(ranOut).toEqual(['no file can be opened']);
    expect(bogoOps).toBe(0);
    expect(violations).toEqual([]);
  });
});
