import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from '../../mm/layout.js';
import { runLoneHog } from '../testing/lone-hog.js';
import { MUNMAP_TRIES } from './force-munmap.js';
import { mmapmany } from './mmapmany.js';

describe('mmapmany', () => {
  it('takes two faults, one mmap and one munmap an operation, and three munmaps to undo it', () => {
    const { bogoOps, faults, calls, vmasLeft, violations, failures } = runLoneHog(mmapmany, {
      ops: 1000,
    });
    expect(bogoOps).toBe(1000);
    expect(faults).toMatchObject({ total: 2000, minor: 2000, major: 0 });
    expect(calls).toMatchObject({ mmap: 1000, munmap: 4000, maps: 1, smaps: 1, madvise: 0 });
    expect(vmasLeft).toEqual([0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('adds a VMA an operation, up to the limit; then munmap is tried ten times over half a second', () => {
    const maxMapCount = 500;
    // The last of a round's operations makes as many VMAs as may be.
    const round = maxMapCount - 1;
    const { bogoOps, calls, vmasMax, failedCalls, ns, vmasLeft, violations } = runLoneHog(
      mmapmany,
      { maxMapCount, ops: 2 * round },
    );
    expect(bogoOps).toBe(2 * round);
    // One more while the triple that could not be split is cut off from its neighbour.
    expect(vmasMax).toBe(maxMapCount + 1);
    // The first round meets the limit; the second has done all operations there.
    expect(failedCalls).toBe(MUNMAP_TRIES);
    expect(calls.mmap).toBe(2 * round + 1);
    expect(calls.munmap).toBe(4 * 2 * round + MUNMAP_TRIES + 1);
    expect(ns).toBeGreaterThan(0.55e9);
    expect(ns).toBeLessThan(0.65e9);
    expect(vmasLeft).toEqual([0]);
    expect(violations).toEqual([]);
  });

  it('leaves off when its time is up, and unmaps what it has', () => {
    const { bogoOps, ns, vmasLeft, calls } = runLoneHog(mmapmany, { seconds: 0.002 });
    expect(bogoOps).toBeGreaterThan(100);
    expect(bogoOps).toBeLessThan(10_000);
    expect(ns).toBeLessThan(0.02e9);
    expect(calls.munmap).toBe(4 * bogoOps);
    expect(vmasLeft).toEqual([0]);
  });

  it('locks its pages when it is told to, which leaves nothing to fault', () => {
    const { faults, calls } = runLoneHog(mmapmany, { ops: 50, options: { mlock: true } });
    expect(faults).toMatchObject({ total: 0, kernelMinor: 150 });
    expect(calls.mlock).toBe(50);
  });

  it('finds a page that somebody else has written to', () => {
    let stores = 0;
    const { failures } = runLoneHog(mmapmany, {
      ops: 20,
      meddle: (task) => {
        const { calls } = task;
        const store = calls.store.bind(calls);
        calls.store = (address, pages, word) => {
          stores += 1;
          return store(address, pages, stores === 8 ? word + 1 : word);
        };
        return task;
      },
    });
    expect(failures).toEqual(['page 2 of mapping 3 does not contain what was written']);
  });

  it('says so when there is no memory at all, and ends', () => {
    const { ranOut, bogoOps, vmasLeft } = runLoneHog(mmapmany, {
      ops: 10,
      meddle: (task) => {
        task.calls.store = function* () {
          return 1;
        };
        return task;
      },
    });
    expect(ranOut).toEqual(['no page can be mapped']);
    expect(bogoOps).toBe(0);
    expect(vmasLeft).toEqual([0]);
  });

  it('ends a round early where memory ends, and goes on with the next', () => {
    const { bogoOps, ranOut, violations, vmasLeft } = runLoneHog(mmapmany, {
      ops: 2000,
      frames: 600,
    });
    expect(bogoOps).toBe(2000);
    expect(ranOut).toEqual([]);
    expect(vmasLeft).toEqual([0]);
    expect(violations).toEqual([]);
  });

  it('asks for memory for as many triples as it may make', () => {
    const { pages } = mmapmany.needs({} as never);
    expect(pages * PAGE_SIZE).toBeGreaterThanOrEqual(2 * 262_144 * PAGE_SIZE);
  });
});
