import { describe, expect, it } from 'vitest';
import { MAP } from '../../mm/uapi.js';
import { runLoneHog, type LoneHogInput } from '../testing/lone-hog.js';
import { mmapfixed } from './mmapfixed.js';

/** Powers of two from 2^63 down to 2^16; those below 2^47 are a process's. */
const ROUNDS = 48;
const MAPPED = 31;

function watched(input: LoneHogInput) {
  const mapped: { address: number; flags: number; bytes: number }[] = [];
  const result = runLoneHog(mmapfixed, {
    ...input,
    meddle: (task) => {
      const mmap = task.calls.mmap.bind(task.calls);
      task.calls.mmap = function* (address, bytes, prot, flags) {
        const at = yield* mmap(address, bytes, prot, flags);
        if (at >= 0) mapped.push({ address: at, flags, bytes });
        return at;
      };
      return task;
    },
  });
  return { ...result, mapped };
}

describe('mmapfixed', () => {
  it('maps at every power of two that a process may have, moves that about, and unmaps it', () => {
    const ops = 10 * MAPPED;
    const { bogoOps, mapped, calls, faults, vmasLeft, violations, failures } = watched({
      ops,
      noMadvise: true,
    });
    expect(bogoOps).toBe(ops);
    expect(calls.mmap).toBe(10 * ROUNDS);
    expect(calls.munmap).toBe(ops);
    const first = mapped.slice(0, MAPPED).map(({ address }) => Math.log2(address));
    expect(first).toEqual(Array.from({ length: MAPPED }, (_, i) => 46 - i));
    expect(new Set(mapped.map(({ bytes }) => bytes / 4096)).size).toBe(7);
    // Memory that is there already does not fault when it is written to, nor after a move.
    const absent = mapped.filter(({ flags }) => (flags & (MAP.populate | MAP.locked)) === 0);
    expect(faults.total).toBe(absent.length);
    // Half of the rungs of a random address say something new; above 2^47 there are 17 of them.
    expect(calls.mremap / ops).toBeGreaterThan(20);
    expect(calls.mremap / ops).toBeLessThan(32);
    expect(vmasLeft).toEqual([0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('keeps its words through random advice of all kinds', () => {
    const { failures, violations, calls, bogoOps, vmasLeft } = watched({ ops: 300, seed: 7 });
    expect(bogoOps).toBe(300);
    expect(calls.madvise).toBeGreaterThan(600);
    expect(failures).toEqual([]);
    expect(violations).toEqual([]);
    expect(vmasLeft).toEqual([0]);
  });

  it('locks what it maps when it is told to', () => {
    const { calls, faults } = runLoneHog(mmapfixed, {
      ops: 40,
      noMadvise: true,
      options: { mlock: true },
    });
    expect(calls.mlock).toBeGreaterThan(80);
    expect(faults.total).toBe(0);
  });

  it('leaves off when its time is up', () => {
    const { bogoOps, ns, vmasLeft } = runLoneHog(mmapfixed, { seconds: 0.001 });
    expect(bogoOps).toBeGreaterThan(5);
    expect(ns).toBeLessThan(1.2e6);
    expect(vmasLeft).toEqual([0]);
  });

  it('finds a word that did not come along', () => {
    const { failures } = runLoneHog(mmapfixed, {
      ops: 3,
      meddle: (task) => {
        const load = task.calls.load.bind(task.calls);
        let loads = 0;
        task.calls.load = function* (address, pages) {
          loads += 1;
          if (loads === 5) yield* task.calls.store(address, 1, 77);
          return yield* load(address, pages);
        };
        return task;
      },
    });
    expect(failures).toEqual(['a page does not contain what was written before it was moved']);
  });
});
