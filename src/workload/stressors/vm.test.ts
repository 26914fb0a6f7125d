import { describe, expect, it } from 'vitest';
import { MADV } from '../../mm/uapi.js';
import { PAGE_SIZE } from '../../mm/layout.js';
import { runLoneHog, type LoneHogInput } from '../testing/lone-hog.js';
import { vm } from './vm.js';

const PAGES = 2048;
/** A page has 512 words of 8 bytes, and 4096 of them are an operation. */
const OPS_PER_PASS = PAGES / 8;

const plain: LoneHogInput = {
  options: { bytes: PAGES * PAGE_SIZE, madvise: 'normal' },
  // The advice before munmap would be a random one.
  noMadvise: true,
};

describe('vm', () => {
  it('faults once a page and unmaps the whole buffer in one call, pass after pass', () => {
    const passes = 3;
    const { bogoOps, faults, calls, munmapPages, vmasLeft, violations, failures } = runLoneHog(vm, {
      ...plain,
      ops: passes * OPS_PER_PASS,
    });
    expect(bogoOps).toBe(passes * OPS_PER_PASS);
    expect(faults).toMatchObject({ total: passes * PAGES, minor: passes * PAGES });
    expect(calls).toMatchObject({ mmap: passes, munmap: passes, madvise: passes });
    expect(munmapPages).toBe(passes * PAGES);
    expect(vmasLeft).toEqual([0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('takes a fault for 2 MiB with huge pages', () => {
    const always = runLoneHog(vm, { ...plain, ops: OPS_PER_PASS, thp: 'always' });
    // The buffer need not begin where a huge page may: its ends are small pages then.
    expect(always.faults.total).toBeLessThan(PAGES / 2);
    expect(always.faults.total).toBeGreaterThanOrEqual(PAGES / 512);
    const advised = { ...plain, options: { ...plain.options, madvise: 'hugepage' } };
    const { faults } = runLoneHog(vm, { ...advised, ops: OPS_PER_PASS });
    expect(faults.total).toBe(always.faults.total);
  });

  it('faults no page that was populated, or locked', () => {
    for (const how of ['populate', 'locked']) {
      const options = { ...plain.options, [how]: true };
      const { faults } = runLoneHog(vm, { ...plain, options, ops: OPS_PER_PASS });
      expect(faults).toMatchObject({ total: 0, kernelMinor: PAGES });
    }
  });

  it('draws an advice for every buffer when it is mapped and before it is unmapped', () => {
    const passes = 200;
    const taken = new Map<number, number>();
    const pages = 8;
    const { calls } = runLoneHog(vm, {
      options: { bytes: pages * PAGE_SIZE },
      ops: passes,
      meddle: (task) => {
        const madvise = task.calls.madvise.bind(task.calls);
        task.calls.madvise = (address, bytes, advice) => {
          expect(bytes).toBe(pages * PAGE_SIZE);
          taken.set(advice, (taken.get(advice) ?? 0) + 1);
          return madvise(address, bytes, advice);
        };
        return task;
      },
    });
    expect(calls.madvise).toBe(2 * passes);
    expect(taken.size).toBe(16);
    expect([...taken.keys()]).not.toContain(MADV.dontNeed);
    expect(Math.min(...taken.values())).toBeGreaterThan(10);
  });

  it('maps once with --vm-keep', () => {
    const options = { ...plain.options, keep: true };
    const { calls, faults, vmasLeft } = runLoneHog(vm, {
      ...plain,
      options,
      ops: 4 * OPS_PER_PASS,
    });
    expect(calls).toMatchObject({ mmap: 1, munmap: 1 });
    expect(faults.total).toBe(PAGES);
    expect(vmasLeft).toEqual([0]);
  });

  it('sleeps with the buffer in place with --vm-hang', () => {
    const seconds = 20;
    const counted = (hang: number) => {
      const options = { ...plain.options, hang };
      return runLoneHog(vm, { ...plain, options, seconds });
    };
    // A pass takes about a millisecond by this clock.
    expect(counted(5)).toMatchObject({ bogoOps: 4 * OPS_PER_PASS, calls: { mmap: 4, munmap: 4 } });
    const forEver = counted(0);
    expect(forEver).toMatchObject({ bogoOps: OPS_PER_PASS, calls: { mmap: 1, munmap: 1 } });
    expect(forEver.ns).toBeLessThan((seconds + 0.1) * 1e9);
    expect(forEver.vmasLeft).toEqual([0]);
  });

  it('leaves off in the middle of a pass', () => {
    const { bogoOps, faults, vmasLeft } = runLoneHog(vm, { ...plain, ops: 100 });
    expect(bogoOps).toBe(100);
    expect(faults.total).toBe(PAGES);
    expect(vmasLeft).toEqual([0]);
    const large = { bytes: 65_536 * PAGE_SIZE, madvise: 'normal' };
    const timed = runLoneHog(vm, { ...plain, options: large, seconds: 0.01 });
    expect(timed.bogoOps).toBe(0);
    expect(timed.faults.total).toBeLessThan(65_536);
    expect(timed.faults.total).toBeGreaterThan(1000);
    expect(timed.vmasLeft).toEqual([0]);
  });

  it('divides its bytes among its instances', () => {
    const { faults } = runLoneHog(vm, { ...plain, instances: 16, ops: OPS_PER_PASS / 16 });
    expect(faults.total).toBe(PAGES / 16);
  });

  it('finds pages that somebody else has written to', () => {
    const { failures } = runLoneHog(vm, {
      ...plain,
      ops: OPS_PER_PASS,
      meddle: (task) => {
        const fill = task.calls.fill.bind(task.calls);
        task.calls.fill = function* (address, pages, word) {
          const denied = yield* fill(address, pages, word);
          yield* task.calls.store(address + 80 * PAGE_SIZE, 1, 1);
          return denied;
        };
        return task;
      },
    });
    // One in each of two runs of 1024 pages.
    expect(failures).toEqual(new Array(2).fill('1 of 8 pages do not contain what was written'));
  });

  it('counts its mmaps and munmaps, and says how long they took', () => {
    const { metrics } = runLoneHog(vm, { ...plain, ops: 3 * OPS_PER_PASS });
    const value = Object.fromEntries(metrics.map((metric) => [metric.description, metric.value]));
    expect(value['mmap calls']).toBe(3);
    expect(value['munmap calls']).toBe(3);
    const least = value['millisecs minimum per munmap']!;
    const most = value['millisecs maximum per munmap']!;
    const mean = value['millisecs average per munmap']!;
    expect(least).toBeGreaterThan(0);
    expect(least).toBeLessThanOrEqual(mean);
    expect(mean).toBeLessThanOrEqual(most);
    // A mapping is made at once; unmapping it is work for every page.
    expect(value['millisecs maximum per mmap']).toBeLessThan(least / 10);
  });

  it('shrinks the buffer by a sixteenth after 32 failures', () => {
    let failures = 0;
    const sizes = new Set<number>();
    const { bogoOps } = runLoneHog(vm, {
      ...plain,
      ops: 1,
      meddle: (task) => {
        const mmap = task.calls.mmap.bind(task.calls);
        task.calls.mmap = function* (address, bytes, ...rest) {
          sizes.add(bytes / PAGE_SIZE);
          if (bytes > 1900 * PAGE_SIZE) {
            failures += 1;
            return -12;
          }
          return yield* mmap(address, bytes, ...rest);
        };
        return task;
      },
    });
    expect(bogoOps).toBe(1);
    expect(failures).toBe(64);
    expect([...sizes]).toEqual([2048, 1920, 1800]);
  });

  it('says so when there is no memory for the buffer, and ends', () => {
    const { ranOut, vmasLeft, violations } = runLoneHog(vm, { ...plain, frames: 512 });
    expect(ranOut).toEqual(['no memory for the pages of the buffer']);
    expect(vmasLeft).toEqual([0]);
    expect(violations).toEqual([]);
  });
});
