import { describe, expect, it } from 'vitest';
import { EBUSY, EINVAL, ENOMEM } from './errno.js';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { msync } from './msync.js';
import { HERE, callBench } from './testing/call-task.js';
import { lockMode, watchLocks } from './testing/lock-watch.js';
import { runAlone } from './testing/test-machine.js';
import { MAP, MS } from './uapi.js';

const { async: ASYNC, sync: SYNC, invalidate: INVALIDATE } = MS;
const { disk, tmpfs } = FILE_KIND;

describe('errors, in their order', () => {
  it.each([
    { what: 'a flag that is none', at: 0, bytes: 0, flags: 8, result: -EINVAL },
    { what: 'both', at: 0, bytes: 0, flags: ASYNC | SYNC, result: -EINVAL },
    { what: 'not aligned', at: 1, bytes: 0, flags: SYNC, result: -EINVAL },
    { what: 'a length that wraps', at: 0, bytes: 2 ** 64 - 4096, flags: SYNC, result: -ENOMEM },
    { what: 'no length', at: 90, bytes: 0, flags: SYNC, result: 0 },
    { what: 'all of it', at: 0, bytes: 2 * PAGE_SIZE, flags: SYNC, result: 0 },
    { what: 'a hole', at: 0, bytes: 3 * PAGE_SIZE, flags: SYNC, result: -ENOMEM },
  ])('$what: $result', ({ at, bytes, flags, result }) => {
    const { task } = callBench();
    task.mapAt(HERE, 2, MAP.fixed);
    const address = at === 1 ? HERE * PAGE_SIZE + 1 : (HERE + at) * PAGE_SIZE;
    expect(runAlone(msync(task.cpu, task.mm, address, bytes, flags))).toBe(result);
  });

  it('EBUSY to invalidate what is locked, before that is written', () => {
    const { task, end } = callBench();
    task.mapFile(task.create(disk, 2), 2, { page: HERE });
    task.fill(HERE, 2, 1);
    task.lock(HERE, 1);
    expect(task.sync(HERE, 2, SYNC | INVALIDATE)).toBe(-EBUSY);
    expect(task.mapped(HERE, 2)).toBe('WW');
    expect(task.sync(HERE, 2, SYNC)).toBe(0);
    expect(task.mapped(HERE, 2)).toBe('xx');
    end();
  });

  it('a hole is an error in the end: what lies behind it is written; not with MS_ASYNC', () => {
    const { task, end } = callBench();
    const file = task.create(disk, 6);
    task.mapFile(file, 2, { page: HERE });
    task.mapFile(file, 2, { page: HERE + 4, pgoff: 4 });
    task.fill(HERE, 2, 1);
    task.fill(HERE + 4, 2, 1);
    expect(task.sync(HERE, 6, ASYNC)).toBe(-ENOMEM);
    expect([HERE, HERE + 4].map((page) => task.mapped(page, 2))).toEqual(['WW', 'WW']);
    expect(task.sync(HERE, 6, SYNC)).toBe(-ENOMEM);
    expect([HERE, HERE + 4].map((page) => task.mapped(page, 2))).toEqual(['xx', 'xx']);
    end();
  });
});

it.each([
  { what: 'a shared file on disk', kind: disk, shared: true, flags: SYNC, after: 'WxxW' },
  { what: 'the same with MS_ASYNC', kind: disk, shared: true, flags: ASYNC, after: 'WWWW' },
  { what: 'the same without a flag', kind: disk, shared: true, flags: 0, after: 'WWWW' },
  { what: 'private copies', kind: disk, shared: false, flags: SYNC, after: 'WWWW' },
  { what: 'a file of tmpfs', kind: tmpfs, shared: true, flags: SYNC, after: 'WWWW' },
])('$what: $after after the middle was synced', ({ kind, shared, flags, after }) => {
  const { task, end } = callBench();
  task.mapFile(task.create(kind, 4), 4, { page: HERE, shared });
  task.fill(HERE, 4, 10);
  expect(task.sync(HERE + 1, 2, flags)).toBe(0);
  expect(task.mapped(HERE, 4)).toBe(after);
  const traps = after.replaceAll('W', '').length;
  expect(task.faultsOf(() => task.fill(HERE, 4, 20)).minor).toBe(traps);
  end();
});

it('mmap_sem is held for read to find each VMA, and let go while its file is written', () => {
  const { task, end } = callBench();
  const file = task.create(disk, 4);
  task.mapFile(file, 2, { page: HERE });
  task.mapFile(file, 2, { page: HERE + 2 });
  task.fill(HERE, 4, 10);
  const protectedUnder = new Set<string>();
  const op = msync(task.cpu, task.mm, HERE * PAGE_SIZE, 4 * PAGE_SIZE, SYNC);
  const watched = watchLocks(
    task.cpu,
    task.mm,
    { first: HERE, end: HERE },
    (function* () {
      let before = task.mapped(HERE, 4);
      for (;;) {
        const step = op.next();
        const now = task.mapped(HERE, 4);
        if (now !== before) protectedUnder.add(lockMode(task.cpu, task.mm));
        before = now;
        if (step.done === true) return step.value;
        yield step.value;
      }
    })(),
  );
  expect(watched.result).toBe(0);
  expect(watched.holds).toEqual(['read', 'read']);
  expect([...protectedUnder]).toEqual(['none']);
  end();
});
