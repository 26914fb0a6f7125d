import { describe, expect, it } from 'vitest';
import { MAP } from '../../mm/uapi.js';
import { hogSetting, runLoneHog, type LoneHogInput } from '../testing/lone-hog.js';
import { mmaphuge } from './mmaphuge.js';

/** Of 1 GiB, 16 MiB and 2 MiB, one word in every 64 pages. */
const TOUCHED = 4096 + 64 + 8;
/** Sizes that ask for huge pages, of which there are none. */
const REFUSED = 6;

/** Private mappings alone: shared ones have no huge pages. */
function privately(input: LoneHogInput) {
  return runLoneHog(mmaphuge, {
    ...input,
    meddle: (task) => {
      const mmap = task.calls.mmap.bind(task.calls);
      task.calls.mmap = (address, bytes, prot, flags, ...rest) =>
        mmap(address, bytes, prot, (flags & ~MAP.typeMask) | MAP.private, ...rest);
      return task;
    },
  });
}

describe('mmaphuge', () => {
  it('touches 4096 pages of a GiB, and unmaps the last page and the rest', () => {
    const rounds = 2;
    const ops = 3 * rounds;
    const { bogoOps, faults, calls, vmasLeft, violations, failures, failedCalls } = runLoneHog(
      mmaphuge,
      { ops, options: { mmaps: 3 } },
    );
    expect(bogoOps).toBe(ops);
    expect(failedCalls).toBe(rounds * REFUSED);
    // The last page of a mapping is written before it is unmapped.
    expect(faults.total).toBe(rounds * (TOUCHED + 3));
    expect(calls).toMatchObject({
      mmap: rounds * (3 + REFUSED),
      munmap: 2 * ops,
      // The second round ends with the last operation.
      madvise: 6,
    });
    expect(vmasLeft).toEqual([0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('takes a fault for every 2 MiB where there are huge pages', () => {
    const { faults, violations, failures, vmasLeft } = privately({
      ops: 1,
      options: { mmaps: 3 },
      thp: 'always',
      memoryBytes: 2 ** 32,
    });
    // Where a mapping does not begin with a huge page there are small ones at both of its ends.
    expect(faults.total).toBeGreaterThanOrEqual(511);
    expect(faults.total).toBeLessThanOrEqual(511 + 9);
    expect([...violations, ...failures]).toEqual([]);
    expect(vmasLeft).toEqual([0]);
  });

  it('stops mapping where its part of the memory ends, and begins anew', () => {
    const memoryBytes = 2 ** 31;
    const { bogoOps, calls, ranOut, violations } = runLoneHog(mmaphuge, {
      ops: 12,
      memoryBytes,
    });
    expect(bogoOps).toBe(12);
    expect(ranOut).toEqual([]);
    // There is no room for a second mapping of a GiB. The fourth round ends with the last operation.
    expect(calls).toMatchObject({ munmap: 24, madvise: 3 * 3 * 2 });
    expect(violations).toEqual([]);
    const { pages } = mmaphuge.needs(hogSetting(mmaphuge, { memoryBytes }));
    expect(pages * 4096).toBeLessThanOrEqual(memoryBytes / 2);
    const more = mmaphuge.needs(hogSetting(mmaphuge, { memoryBytes: 2 ** 40 }));
    expect(more.pages).toBeGreaterThan(100 * TOUCHED);
  });

  it('gets by with the memory that it says it needs when all of it is small pages', () => {
    const all = [
      { ops: 12, options: {} },
      { ops: 3, options: { mlock: true, mmaps: 3 } },
    ];
    for (const { ops, options } of all) {
      const { ranOut, bogoOps, violations } = runLoneHog(mmaphuge, {
        ops,
        options,
        memoryBytes: 2 ** 33,
      });
      expect(bogoOps).toBe(ops);
      expect(ranOut).toEqual([]);
      expect(violations).toEqual([]);
    }
  });

  it('maps the file where a mapping fits into it', () => {
    const { calls, bogoOps, violations, failures, vmasLeft } = runLoneHog(mmaphuge, {
      ops: 6,
      options: { mmaps: 3, file: true },
    });
    expect(bogoOps).toBe(6);
    // Those of 2 MiB are tried twice with the file when they ask for huge pages.
    expect(calls.mmap).toBe(6 + 2 * REFUSED + 2 * 2 * 2);
    expect(calls).toMatchObject({ open: 1, close: 1 });
    expect(vmasLeft).toEqual([0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('leaves off when its time is up, and unmaps what it has', () => {
    const { bogoOps, calls, vmasLeft } = runLoneHog(mmaphuge, { seconds: 0.000_1 });
    expect(bogoOps).toBe(1);
    expect(calls).toMatchObject({ munmap: 2, madvise: 0 });
    expect(vmasLeft).toEqual([0]);
  });

  it('finds words that somebody else has written', () => {
    const { failures } = runLoneHog(mmaphuge, {
      ops: 1,
      meddle: (task) => {
        const store = task.calls.store.bind(task.calls);
        let stores = 0;
        task.calls.store = (address, pages, word) => {
          stores += 1;
          return store(address, pages, stores === 100 ? 5 : word);
        };
        return task;
      },
    });
    expect(failures).toEqual(['1 pages do not contain what was written']);
  });

  it('says so when there is no memory, and ends', () => {
    const { ranOut, bogoOps, vmasLeft, violations } = runLoneHog(mmaphuge, { ops: 3, frames: 0 });
    expect(ranOut).toEqual(['no mapping and its pages can be had']);
    expect(bogoOps).toBe(0);
    expect(vmasLeft).toEqual([0]);
    expect(violations).toEqual([]);
  });
});
