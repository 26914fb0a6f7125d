import { describe, expect, it } from 'vitest';
import { EACCES, EINVAL, ENOMEM } from './errno.js';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { mprotect } from './mprotect.js';
import { HERE, callBench } from './testing/call-task.js';
import { DENIED } from './testing/lone-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { runAlone } from './testing/test-machine.js';
import { MAP, PROT } from './uapi.js';

const { none, read, write, exec } = PROT;
const READ_WRITE = read | write;
const UNKNOWN = 64;
const BOTH = PROT.growsDown | PROT.growsUp;

describe('errors, in their order', () => {
  it.each([
    { what: 'down and up', page: HERE, at: 7, bytes: 0, prot: BOTH, result: -EINVAL },
    { what: 'not aligned', page: HERE, at: 7, bytes: 0, prot: read, result: -EINVAL },
    { what: 'no length', page: HERE + 90, at: 0, bytes: 0, prot: UNKNOWN, result: 0 },
    { what: 'wraps', page: HERE, at: 0, bytes: 2 ** 64 - 1, prot: UNKNOWN, result: -ENOMEM },
    { what: 'unknown bits', page: HERE + 90, at: 0, bytes: 1, prot: UNKNOWN, result: -EINVAL },
    { what: 'a hole first', page: HERE + 90, at: 0, bytes: 1, prot: read, result: -ENOMEM },
    { what: 'no stack', page: HERE, at: 0, bytes: 1, prot: PROT.growsDown, result: -EINVAL },
    { what: 'grows up', page: HERE, at: 0, bytes: 1, prot: PROT.growsUp, result: -EINVAL },
    { what: 'PROT_SEM', page: HERE, at: 0, bytes: 1, prot: PROT.sem | READ_WRITE, result: 0 },
  ])('$what: $result', ({ page, at, bytes, prot, result }) => {
    const { task, layout, end } = callBench();
    task.mapAt(HERE, 4, MAP.fixed);
    const op = mprotect(task.cpu, task.mm, page * PAGE_SIZE + at, bytes, prot);
    expect(runAlone(op)).toBe(result);
    expect(layout()).toBe('0-4rw-p');
    expect(task.stat('failedCalls')).toBe(result < 0 ? 1 : 0);
    end();
  });

  it('ENOMEM at a hole, with the part below it changed', () => {
    const { task, layout, end } = callBench();
    task.mapAt(HERE, 2, MAP.fixed);
    task.mapAt(HERE + 4, 2, MAP.fixed);
    expect(task.protect(HERE, 6, read)).toBe(-ENOMEM);
    expect(layout()).toBe('0-2r--p 4-6rw-p');
    end();
  });

  it('EACCES for what a file open for reading does not allow', () => {
    const { task, layout, end } = callBench();
    const file = task.create(FILE_KIND.disk, 2);
    const request = { address: HERE * PAGE_SIZE, bytes: 2 * PAGE_SIZE, file, readOnly: true };
    task.mmap({ ...request, prot: read, flags: MAP.shared | MAP.fixed });
    expect(task.protect(HERE, 1, READ_WRITE)).toBe(-EACCES);
    expect(task.protect(HERE, 1, read | exec)).toBe(0);
    task.mmap({ ...request, prot: read, flags: MAP.private | MAP.fixed });
    expect(task.protect(HERE, 1, READ_WRITE)).toBe(0);
    expect(layout()).toBe('0-1rw-p 1-2r--p');
    end();
  });
});

it('PROT_GROWSDOWN goes down to the start of the stack', () => {
  const { task, layout, end } = callBench();
  task.mapAt(HERE, 8, MAP.fixed | MAP.growsDown);
  expect(task.protect(HERE + 4, 2, read | PROT.growsDown)).toBe(0);
  expect(layout()).toBe('0-6r--p 6-8rw-p');
  end();
});

describe('VMAs', () => {
  it.each([
    { part: [0, 8], after: '0-8r--p' },
    { part: [0, 3], after: '0-3r--p 3-8rw-p' },
    { part: [5, 8], after: '0-5rw-p 5-8r--p' },
    { part: [2, 5], after: '0-2rw-p 2-5r--p 5-8rw-p' },
  ])('split at $part, and merge when they are alike again', ({ part: [from, to], after }) => {
    const { task, layout, end } = callBench();
    task.mapAt(HERE, 8, MAP.fixed);
    expect(task.protect(HERE + from!, to! - from!, read)).toBe(0);
    expect(layout()).toBe(after);
    expect(task.protect(HERE, 8, READ_WRITE)).toBe(0);
    expect(layout()).toBe('0-8rw-p');
    end();
  });

  it('a part goes over to the neighbour that it is like, without one VMA more', () => {
    const { task, layout, end } = callBench({ maxMapCount: 2 });
    task.mapAt(HERE, 8, MAP.fixed);
    task.protect(HERE, 4, read);
    expect(task.protect(HERE + 4, 2, read)).toBe(0);
    expect(layout()).toBe('0-6r--p 6-8rw-p');
    expect(task.protect(HERE + 3, 3, READ_WRITE)).toBe(0);
    expect(layout()).toBe('0-3r--p 3-8rw-p');
    end();
  });

  it.each([
    { max: 1, part: [0, 3], result: -ENOMEM, after: '0-8rw-p' },
    { max: 2, part: [0, 3], result: 0, after: '0-3r--p 3-8rw-p' },
    // The split at the low edge is not undone.
    { max: 2, part: [2, 5], result: -ENOMEM, after: '0-2rw-p 2-8rw-p' },
    { max: 3, part: [2, 5], result: 0, after: '0-2rw-p 2-5r--p 5-8rw-p' },
  ])('max_map_count $max, pages $part: $result', ({ max, part: [from, to], result, after }) => {
    const { task, layout, end } = callBench({ maxMapCount: max });
    task.mapAt(HERE, 8, MAP.fixed);
    expect(task.protect(HERE + from!, to! - from!, read)).toBe(result);
    expect(layout()).toBe(after);
    end();
  });

  it('that were written apart stay apart, unless they could have merged all along', () => {
    const { task, layout, end } = callBench();
    task.mapAt(HERE, 4, MAP.fixed);
    task.fill(HERE, 4, 1);
    // Moved here with pages of its own: another origin.
    task.mapAt(HERE + 4, 4, MAP.fixed, read);
    expect(task.protect(HERE + 4, 4, READ_WRITE)).toBe(0);
    expect(layout()).toBe('0-8rw-p');
    task.unmap(HERE + 4, 4);
    task.mapAt(HERE + 100, 4, MAP.fixed);
    task.fill(HERE + 100, 4, 1);
    expect(task.remap(HERE + 100, 4, 4, HERE + 4)).toBe(HERE + 4);
    expect(layout()).toBe('0-4rw-p 4-8rw-p');
    end();
  });
});

it('all under mmap_sem for write, no lock for what is refused at once', () => {
  const { task, end } = callBench();
  task.mapAt(HERE, 8, MAP.fixed);
  task.fill(HERE, 8, 1);
  const watch = (bytes: number) =>
    watchLocks(
      task.cpu,
      task.mm,
      { first: HERE, end: HERE + 8 },
      mprotect(task.cpu, task.mm, HERE * PAGE_SIZE, bytes, none),
    );
  const watched = watch(4 * PAGE_SIZE);
  expect(watched.result).toBe(0);
  expect(watched.holds).toEqual(['write']);
  expect(watched.relinkedUnder).toEqual(['write']);
  // Pages without permission are there all the same.
  expect(watched.zappedUnder).toEqual([]);
  expect(watch(0).holds).toEqual([]);
  end();
});

it('what pages are for afterwards, and what they hold', () => {
  const { task, end } = callBench();
  task.mapAt(HERE, 4, MAP.fixed);
  task.fill(HERE, 3, 10);
  task.protect(HERE, 4, none);
  expect([0, 3].map((i) => task.load(HERE + i))).toEqual([DENIED, DENIED]);
  expect(task.incore(HERE, 4)).toBe('1110');
  task.protect(HERE, 4, read);
  expect([0, 2, 3].map((i) => task.load(HERE + i))).toEqual([10, 12, 0]);
  expect(task.store(HERE, 1)).toBe(false);
  task.protect(HERE, 4, READ_WRITE);
  expect(task.fill(HERE, 4, 20)).toBe(0);
  expect([0, 3].map((i) => task.load(HERE + i))).toEqual([20, 23]);
  end();
});

it('locked private memory is copied at once when it may be written for the first time', () => {
  const { task, end } = callBench();
  const file = task.create(FILE_KIND.disk, 4, 10);
  const at = task.mapFile(file, 4, { shared: false, prot: read });
  task.lock(at, 4);
  expect(task.mapped(at, 4)).toBe('xxxx');
  expect(task.protect(at, 4, READ_WRITE)).toBe(0);
  expect(task.mapped(at, 4)).toBe('WWWW');
  const faults = task.faultsOf(() => task.fill(at, 4, 20));
  expect(faults).toEqual({ minor: 0, major: 0, sigbus: 0 });
  end();
});
