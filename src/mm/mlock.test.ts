import { describe, expect, it } from 'vitest';
import { EAGAIN, EINVAL, ENOMEM, EPERM } from './errno.js';
import { FILE_KIND, MM_PAGES, PAGE_SIZE } from './layout.js';
import { mlock, munlock } from './mlock.js';
import { HERE, callBench, type CallBench } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { runAlone } from './testing/test-machine.js';
import { MADV, MAP, MLOCK, PROT } from './uapi.js';

const NONE = { minor: 0, major: 0, sigbus: 0 };

function lockedPages({ machine, task }: CallBench): number {
  return machine.km.stats[task.mm.at / 2 + MM_PAGES.locked]!;
}

it('splits, fills without faults that perf sees, and merges at munlock', () => {
  const bench = callBench();
  const { task, layout, end } = bench;
  task.mapAt(HERE, 8, MAP.fixed);
  expect(task.faultsOf(() => task.lock(HERE + 2, 4))).toEqual(NONE);
  expect(layout()).toBe('0-2rw-p 2-6rw-p 6-8rw-p');
  expect(task.mapped(HERE, 8)).toBe('--WWWW--');
  expect(lockedPages(bench)).toBe(4);
  expect(task.unlock(HERE + 3, 1)).toBe(0);
  expect(layout()).toBe('0-2rw-p 2-3rw-p 3-4rw-p 4-6rw-p 6-8rw-p');
  expect(task.unlock(HERE, 8)).toBe(0);
  expect([layout(), lockedPages(bench)]).toEqual(['0-8rw-p', 0]);
  expect(task.mapped(HERE, 8)).toBe('--WWWW--');
  end();
});

it('with MLOCK_ONFAULT fills nothing', () => {
  const { task, end } = callBench();
  task.mapAt(HERE, 4, MAP.fixed);
  expect(task.lock(HERE, 4, MLOCK.onFault)).toBe(0);
  expect(task.mapped(HERE, 4)).toBe('----');
  expect(task.faultsOf(() => task.fill(HERE, 4, 1)).minor).toBe(4);
  expect(task.advise(HERE, 4, MADV.dontNeed)).toBe(-EINVAL);
  end();
});

it('private memory is filled as stores do, shared and read-only memory as loads do', () => {
  const { task, end } = callBench();
  const file = task.create(FILE_KIND.disk, 4);
  const shared = task.mapFile(file, 4);
  const own = task.mapFile(file, 4, { shared: false });
  const readOnly = task.mapFile(file, 4, { shared: false, prot: PROT.read });
  for (const page of [shared, own, readOnly]) expect(task.lock(page, 4)).toBe(0);
  const mapped = [shared, own, readOnly].map((page) => task.mapped(page, 4));
  expect(mapped).toEqual(['xxxx', 'WWWW', 'xxxx']);
  end();
});

it('takes mmap_sem for write, then to fill for read, 512 pages at a time', () => {
  const { task, end } = callBench({ frames: 2000 });
  task.mapAt(HERE, 1000, MAP.fixed);
  const at = { first: HERE, end: HERE + 1000 };
  const [address, bytes] = [HERE * PAGE_SIZE, 1000 * PAGE_SIZE];
  const locked = watchLocks(task.cpu, task.mm, at, mlock(task.cpu, task.mm, address, bytes));
  expect(locked.holds).toEqual(['write', 'read', 'read']);
  const unlocked = watchLocks(task.cpu, task.mm, at, munlock(task.cpu, task.mm, address, bytes));
  expect(unlocked.holds).toEqual(['write']);
  end();
});

describe('errors', () => {
  it('EINVAL for flags, EPERM without a limit, in this order; whole pages of any range', () => {
    const { task } = callBench({}, { memlockBytes: 0 });
    task.mapAt(HERE, 2, MAP.fixed);
    expect(task.lock(HERE, 1, 2)).toBe(-EINVAL);
    expect(task.lock(HERE, 1)).toBe(-EPERM);
    expect(task.unlock(HERE, 1)).toBe(0);
    const bench = callBench();
    bench.task.mapAt(HERE, 3, MAP.fixed);
    const op = mlock(bench.task.cpu, bench.task.mm, HERE * PAGE_SIZE + 4095, 2);
    expect(runAlone(op)).toBe(0);
    expect(bench.layout()).toBe('0-2rw-p 2-3rw-p');
  });

  it('ENOMEM over the limit, in which locked pages count once', () => {
    const bench = callBench({}, { memlockBytes: 4 * PAGE_SIZE });
    const { task } = bench;
    task.mapAt(HERE, 8, MAP.fixed);
    expect(task.lock(HERE, 5)).toBe(-ENOMEM);
    expect(task.lock(HERE, 3)).toBe(0);
    expect(task.lock(HERE + 1, 3)).toBe(0);
    expect(task.lock(HERE + 1, 4)).toBe(-ENOMEM);
    expect(lockedPages(bench)).toBe(4);
    bench.end();
  });

  it('ENOMEM at a hole, with the part below it locked but not filled', () => {
    const bench = callBench();
    const { task } = bench;
    task.mapAt(HERE, 2, MAP.fixed);
    task.mapAt(HERE + 3, 2, MAP.fixed);
    expect(task.lock(HERE, 5)).toBe(-ENOMEM);
    expect(lockedPages(bench)).toBe(2);
    expect(task.mapped(HERE, 2)).toBe('--');
    expect(task.unlock(HERE, 5)).toBe(-ENOMEM);
    expect(lockedPages(bench)).toBe(0);
    bench.end();
  });

  it('ENOMEM for what cannot be accessed, EAGAIN without memory; the pages are locked', () => {
    const bench = callBench({ frames: 8 });
    const { task } = bench;
    task.mapAt(HERE, 2, MAP.fixed, PROT.none);
    expect(task.lock(HERE, 2)).toBe(-ENOMEM);
    task.mapAt(HERE, 20, MAP.fixed);
    expect(task.lock(HERE, 20)).toBe(-EAGAIN);
    expect(lockedPages(bench)).toBe(20);
    bench.end();
  });

  it.each([
    { max: 2, result: -ENOMEM, after: '0-2rw-p 2-8rw-p' },
    { max: 3, result: 0, after: '0-2rw-p 2-5rw-p 5-8rw-p' },
  ])('max_map_count $max: $result in the middle', ({ max, result, after }) => {
    const { task, layout, end } = callBench({ maxMapCount: max });
    task.mapAt(HERE, 8, MAP.fixed);
    expect(task.lock(HERE + 2, 3)).toBe(result);
    expect(layout()).toBe(after);
    end();
  });
});

it('munmap and MAP_FIXED over locked memory unlock it', () => {
  const bench = callBench();
  const { task } = bench;
  task.mapAt(HERE, 8, MAP.fixed);
  task.lock(HERE, 8);
  task.unmap(HERE, 2);
  task.mapAt(HERE + 2, 2, MAP.fixed);
  expect(lockedPages(bench)).toBe(4);
  bench.end();
});
