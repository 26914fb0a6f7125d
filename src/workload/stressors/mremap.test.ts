import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from '../../mm/layout.js';
import { runLoneHog } from '../testing/lone-hog.js';
import { mremap } from './mremap.js';

/** 2^LOG pages: as many steps down to two pages as up again. */
const LOG = 8;
const PAGES = 2 ** LOG;
const STEPS = 2 * (LOG - 1);
const options = { bytes: PAGES * PAGE_SIZE };

describe('mremap', () => {
  it('resizes and moves the mapping at every step, without a fault', () => {
    const ops = 10;
    const { bogoOps, faults, calls, vmasLeft, violations, failures, failedCalls } = runLoneHog(
      mremap,
      { ops, options },
    );
    expect(bogoOps).toBe(ops);
    expect(faults.total).toBe(0);
    expect(faults.kernelMinor).toBeGreaterThanOrEqual(ops * PAGES);
    expect(calls).toMatchObject({
      mmap: ops * (1 + STEPS),
      munmap: ops * (1 + 2 * STEPS),
      // Those that must be refused are three.
      mremap: ops * (2 * STEPS + 3),
      madvise: ops * (2 + STEPS),
    });
    expect(failedCalls).toBe(3 * ops);
    expect(vmasLeft).toEqual([0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('moves once a step on a kernel that knows no MREMAP_DONTUNMAP', () => {
    const { calls, failedCalls, bogoOps } = runLoneHog(mremap, {
      ops: 1,
      options,
      linux: '4.17',
      noMadvise: true,
    });
    expect(bogoOps).toBe(1);
    expect(calls).toMatchObject({ mremap: 2 * STEPS + 3, munmap: 1 + STEPS });
    expect(failedCalls).toBe(STEPS + 3);
  });

  it('divides its bytes among its instances; a page alone cannot be halved', () => {
    const { calls, bogoOps, vmasLeft } = runLoneHog(mremap, {
      ops: 4,
      options: { bytes: 16 * PAGE_SIZE },
      instances: 16,
    });
    expect(bogoOps).toBe(4);
    expect(calls).toMatchObject({ mmap: 4, munmap: 4, mremap: 12 });
    expect(vmasLeft).toEqual([0]);
  });

  it('takes sizes that are no powers of two', () => {
    const { bogoOps, failures, violations, vmasLeft } = runLoneHog(mremap, {
      ops: 5,
      options: { bytes: 777 * PAGE_SIZE },
      verify: true,
      seed: 5,
    });
    expect(bogoOps).toBe(5);
    expect(failures).toEqual([]);
    expect(violations).toEqual([]);
    expect(vmasLeft).toEqual([0]);
  });

  it('locks what it moves when it is told to', () => {
    const { calls, bogoOps, violations } = runLoneHog(mremap, {
      ops: 2,
      options: { ...options, mlock: true },
    });
    expect(bogoOps).toBe(2);
    expect(calls.mlock).toBe(2 * STEPS);
    expect(violations).toEqual([]);
  });

  it('says how long a call takes', () => {
    const { metrics, ns, calls } = runLoneHog(mremap, { ops: 2, options });
    expect(metrics).toMatchObject([{ description: 'nanosecs per mremap call', mean: 'harmonic' }]);
    expect(metrics[0]!.value).toBeGreaterThan(100);
    expect(metrics[0]!.value * calls.mremap).toBeLessThan(ns);
  });

  it('leaves off between two steps, and unmaps what it has', () => {
    const { bogoOps, vmasLeft, violations, calls } = runLoneHog(mremap, {
      seconds: 0.000_2,
      options,
    });
    expect(bogoOps).toBeLessThan(5);
    expect(calls.mremap).toBeGreaterThan(0);
    expect(vmasLeft).toEqual([0]);
    expect(violations).toEqual([]);
  });

  it('finds pages that did not come along, with --verify', () => {
    const tamper = (verify: boolean) => {
      let moves = 0;
      return runLoneHog(mremap, {
        ops: 3,
        options,
        verify,
        meddle: (task) => {
          const move = task.calls.mremap.bind(task.calls);
          task.calls.mremap = function* (request) {
            const moved = yield* move(request);
            moves += 1;
            if (moves === 4) yield* task.calls.store(moved, 1, 99);
            return moved;
          };
          return task;
        },
      });
    };
    const { failures, vmasLeft, bogoOps } = tamper(true);
    expect(failures).toEqual(['1 of 64 pages do not contain what was written before the move']);
    expect(bogoOps).toBe(0);
    expect(vmasLeft).toEqual([0]);
    expect(tamper(false).failures).toEqual([]);
  });
});
