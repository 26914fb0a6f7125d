import { describe, expect, it } from 'vitest';
import { runLoneHog } from '../testing/lone-hog.js';
import { fault } from './fault.js';

describe('fault', () => {
  it('takes a major fault and five minor ones an operation, two mmaps and two munmaps', () => {
    const ops = 200;
    const { bogoOps, faults, calls, vmasLeft, violations, failures } = runLoneHog(fault, { ops });
    expect(bogoOps).toBe(ops);
    // And one for the page that files are written from.
    expect(faults).toMatchObject({ total: 6 * ops + 1, major: ops, minor: 5 * ops + 1 });
    expect(calls).toMatchObject({
      mmap: 2 * ops + 1,
      munmap: 2 * ops + 1,
      open: ops,
      close: ops,
      write: ops,
      fsync: ops,
      fadvise: ops,
      madvise: 3 * ops,
    });
    expect(vmasLeft).toEqual([0]);
    expect([...violations, ...failures]).toEqual([]);
  });

  it('takes a fault less where the kernel knows no MADV_PAGEOUT', () => {
    const { faults } = runLoneHog(fault, { ops: 50, linux: '4.17' });
    expect(faults).toMatchObject({ total: 251, major: 50 });
  });

  it('says how many faults there were a second, and how long one takes', () => {
    const { metrics, ns, faults } = runLoneHog(fault, { ops: 100 });
    const [minor, major, each] = metrics;
    expect(minor!.description).toBe('minor page faults per sec');
    expect((minor!.value * ns) / 1e9).toBeCloseTo(faults.minor + faults.kernelMinor, 0);
    expect(major!.description).toBe('major page faults per sec');
    expect((major!.value * ns) / 1e9).toBeCloseTo(100, 0);
    expect(each!.description).toBe('nanosecs per page fault');
    expect(each!.value).toBeGreaterThan(100);
    expect(each!.value * 600).toBeLessThan(ns);
  });

  it('leaves off when its time is up', () => {
    const { bogoOps, ns, vmasLeft } = runLoneHog(fault, { seconds: 0.001 });
    expect(bogoOps).toBeGreaterThan(10);
    expect(ns).toBeLessThan(1.1e6);
    expect(vmasLeft).toEqual([0]);
  });

  it('finds a file whose content is not what was written', () => {
    const { failures } = runLoneHog(fault, {
      ops: 3,
      meddle: (task) => {
        const open = task.calls.open.bind(task.calls);
        let opened = 0;
        const write = task.calls.write.bind(task.calls);
        task.calls.open = (kind, bytes) => {
          opened += 1;
          return open(kind, bytes);
        };
        task.calls.write = function* (file, first, address, pages, mode) {
          return opened === 2 ? 1 : yield* write(file, first, address, pages, mode);
        };
        return task;
      },
    });
    expect(failures).toEqual(['a page does not contain what was written']);
  });

  it('says so when no file can be opened, and ends', () => {
    const { ranOut, bogoOps, vmasLeft } = runLoneHog(fault, {
      ops: 5,
      meddle: (task) => {
        task.calls.open = function* () {
          return 0;
        };
        return task;
      },
    });
    expect(ranOut).toEqual(['no file can be opened or mapped']);
    expect(bogoOps).toBe(0);
    expect(vmasLeft).toEqual([0]);
  });
});
