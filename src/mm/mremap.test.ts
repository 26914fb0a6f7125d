import { describe, expect, it } from 'vitest';
import { EAGAIN, EFAULT, EINVAL, ENOMEM } from './errno.js';
import { rulesOf } from './kernel-rules.js';
import { FILE_KIND, MM_PAGES, PAGE_SIZE } from './layout.js';
import { TASK_SIZE_PAGES } from './mm.js';
import { mremap } from './mremap.js';
import { HERE, callBench } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { DENIED } from './testing/lone-task.js';
import { runAlone } from './testing/test-machine.js';
import { MAP, MREMAP, PROT } from './uapi.js';

const { mayMove, fixed, dontUnmap } = MREMAP;
const NONE = { minor: 0, major: 0, sigbus: 0 };

/** Eight written pages at HERE: page i holds 10 + i. */
function start(...options: Parameters<typeof callBench>) {
  const bench = callBench(...options);
  bench.task.mapAt(HERE, 8, MAP.fixed);
  bench.task.fill(HERE, 8, 10);
  return bench;
}

describe('errors, in their order', () => {
  const page = PAGE_SIZE;
  const here = HERE * PAGE_SIZE;
  const all = mayMove | fixed;
  it.each([
    { what: 'a flag that is none', call: [here, page, page, 8], result: -EINVAL },
    { what: 'not aligned', call: [here + 1, page, page, 0], result: -EINVAL },
    { what: 'no new length', call: [here, page, 0, 0], result: -EINVAL },
    { what: 'a new length beyond all', call: [here, page, 2 ** 48, 0], result: -EINVAL },
    { what: 'FIXED without MAYMOVE', call: [here, page, page, fixed, 0], result: -EINVAL },
    { what: 'a place not aligned', call: [here, page, page, all, 7], result: -EINVAL },
    {
      what: 'a place that does not fit',
      call: [here, page, 2 * page, all, (TASK_SIZE_PAGES - 1) * page],
      result: -EINVAL,
    },
    { what: 'onto itself', call: [here, 4 * page, page, all, here + page], result: -EINVAL },
    {
      what: 'DONTUNMAP with another length',
      call: [here, page, 2 * page, mayMove | dontUnmap, 0],
      result: -EINVAL,
    },
    { what: 'no mapping', call: [here + 90 * page, page, page, 0], result: -EFAULT },
    { what: 'private memory twice', call: [here, 0, page, mayMove], result: -EINVAL },
    { what: 'longer than it is', call: [here, 9 * page, 10 * page, 0], result: -EFAULT },
    { what: 'no room, not to be moved', call: [here, page, 2 * page, 0], result: -ENOMEM },
    { what: 'the same length', call: [here, page, page, 0], result: here },
  ])('$what: $result', ({ call, result }) => {
    const { task, layout, end } = start();
    const [address, oldBytes, newBytes, flags, newAddress = 0] = call;
    const request = { address: address!, oldBytes: oldBytes!, newBytes: newBytes!, flags: flags! };
    expect(runAlone(mremap(task.cpu, task.mm, { ...request, newAddress }))).toBe(result);
    expect(layout()).toBe('0-8rw-p');
    end();
  });

  it('Linux 4.17 has no DONTUNMAP, and moves one VMA at a time', () => {
    const { task, layout, end } = start({}, rulesOf('4.17'));
    expect(task.remap(HERE, 8, 8, HERE + 100, dontUnmap)).toBe(-EINVAL);
    task.protect(HERE, 4, PROT.read);
    expect(task.remap(HERE, 8, 8, HERE + 100)).toBe(-EFAULT);
    expect(layout()).toBe('0-4r--p 4-8rw-p');
    end();
  });

  it('EAGAIN over RLIMIT_MEMLOCK, ENOMEM over RLIMIT_AS', () => {
    const limits = { memlockBytes: 10 * PAGE_SIZE, addressSpaceBytes: 20 * PAGE_SIZE };
    const { task, end } = start({}, limits);
    expect(task.remap(HERE, 8, 21)).toBe(-ENOMEM);
    task.lock(HERE, 8);
    expect(task.remap(HERE, 8, 11)).toBe(-EAGAIN);
    expect(task.remap(HERE, 8, 10)).toBe(HERE);
    end();
  });
});

it('grows in place into a hole; locked memory is filled as it grows', () => {
  const { task, machine, layout, end } = start();
  expect(task.remap(HERE, 8, 12)).toBe(HERE);
  expect(layout()).toBe('0-12rw-p');
  expect(task.mapped(HERE, 12)).toBe('WWWWWWWW----');
  task.lock(HERE, 12);
  expect(task.faultsOf(() => task.remap(HERE, 12, 14))).toEqual(NONE);
  expect(task.mapped(HERE, 14)).toBe('WWWWWWWWWWWWWW');
  expect(machine.km.stats[task.mm.at / 2 + MM_PAGES.locked]).toBe(14);
  end();
});

it('growing in place closes a hole between neighbours that are alike', () => {
  const { task, layout, end } = callBench();
  task.mapAt(HERE, 4, MAP.fixed);
  task.mapAt(HERE + 6, 4, MAP.fixed);
  expect(task.remap(HERE, 4, 6)).toBe(HERE);
  expect(layout()).toBe('0-10rw-p');
  end();
});

it('shrinks in place', () => {
  const { task, layout, end } = start();
  expect(task.remap(HERE, 8, 3)).toBe(HERE);
  expect(layout()).toBe('0-3rw-p');
  expect([task.load(HERE + 2), task.load(HERE + 3)]).toEqual([12, DENIED]);
  end();
});

it('moves to the next place that fits when something is in the way', () => {
  const { task, end } = start();
  task.mapAt(HERE + 8, 1, MAP.fixed, PROT.read);
  const to = task.remap(HERE, 8, 12, undefined, mayMove);
  expect(to).toBeGreaterThan(HERE + 9);
  expect(task.faultsOf(() => task.load(to + 7))).toEqual(NONE);
  expect([task.load(to + 7), task.load(to + 8), task.load(HERE)]).toEqual([17, 0, DENIED]);
  end();
});

describe('to a place', () => {
  it('takes pages along without a fault, whatever was there goes', () => {
    const { task, layout, end } = start();
    task.mapAt(HERE + 100, 8, MAP.fixed, PROT.read);
    expect(task.remap(HERE + 2, 3, 3, HERE + 102)).toBe(HERE + 102);
    expect(layout()).toBe('0-2rw-p 5-8rw-p 100-102r--p 102-105rw-p 105-108r--p');
    expect(task.faultsOf(() => task.load(HERE + 104))).toEqual(NONE);
    expect([task.load(HERE + 104), task.load(HERE + 2)]).toEqual([14, DENIED]);
    end();
  });

  it('shrinks or grows on the way', () => {
    const { task, layout, end } = start();
    expect(task.remap(HERE, 8, 5, HERE + 100)).toBe(HERE + 100);
    expect(layout()).toBe('100-105rw-p');
    expect(task.remap(HERE + 100, 5, 9, HERE + 200)).toBe(HERE + 200);
    expect(layout()).toBe('200-209rw-p');
    expect([204, 205].map((i) => task.load(HERE + i))).toEqual([14, 0]);
    end();
  });

  it('several VMAs with the holes between them, when no size changes', () => {
    const { task, layout, end } = start();
    task.unmap(HERE + 2, 1);
    task.protect(HERE + 5, 3, PROT.read);
    expect(task.remap(HERE, 8, 8, HERE + 100)).toBe(HERE + 100);
    expect(layout()).toBe('100-102rw-p 103-105rw-p 105-108r--p');
    expect([100, 102, 104, 107].map((i) => task.load(HERE + i))).toEqual([10, DENIED, 14, 17]);
    end();
  });

  it('back where it came from it is one with what stayed there', () => {
    const { task, layout, end } = start();
    task.remap(HERE + 2, 3, 3, HERE + 100);
    expect(task.remap(HERE + 100, 3, 3, HERE + 2)).toBe(HERE + 2);
    expect(layout()).toBe('0-8rw-p');
    end();
  });
});

it('DONTUNMAP leaves the old mapping, empty and unlocked', () => {
  const { task, layout, end } = start();
  expect(task.remap(HERE, 8, 8, HERE + 100, dontUnmap)).toBe(HERE + 100);
  expect(layout()).toBe('0-8rw-p 100-108rw-p');
  expect([task.mapped(HERE, 8), task.mapped(HERE + 100, 8)]).toEqual(['--------', 'WWWWWWWW']);
  expect(task.load(HERE)).toBe(0);
  end();
});

it('an old length of 0 maps shared memory a second time', () => {
  const { task, end } = callBench();
  const at = task.mapFile(task.create(FILE_KIND.tmpfs, 4, 10), 4);
  const again = task.remap(at + 1, 0, 2, undefined, mayMove);
  expect([task.load(again), task.load(again + 1)]).toEqual([11, 12]);
  task.store(again, 20);
  expect(task.load(at + 1)).toBe(20);
  end();
});

it.each([
  { max: 8, to: undefined, result: 'ok' },
  { max: 8, to: HERE + 100, result: 'ok' },
  // check_mremap_params: room for two more and a reserve of three.
  { max: 6, to: HERE + 100, result: 'ENOMEM' },
  { max: 4, to: undefined, result: 'ENOMEM' },
])('max_map_count $max, to $to: $result', ({ max, to, result }) => {
  const { task, end } = start({ maxMapCount: max });
  // In the way of growing.
  task.mapAt(HERE + 8, 1, MAP.fixed, PROT.read);
  const moved = task.remap(HERE, 8, 9, to, mayMove);
  expect(moved < 0 ? (moved === -ENOMEM ? 'ENOMEM' : moved) : 'ok').toBe(result);
  end();
});

it.each([
  { what: 'growing', newPages: 12, to: undefined, holds: ['write'] },
  { what: 'shrinking', newPages: 4, to: undefined, holds: ['write'] },
  { what: 'moving', newPages: 8, to: HERE + 100, holds: ['write'] },
])('$what: all under mmap_sem for write', ({ newPages, to, holds }) => {
  const { task, end } = start();
  const watched = watchLocks(
    task.cpu,
    task.mm,
    { first: HERE, end: HERE + 12 },
    mremap(task.cpu, task.mm, {
      address: HERE * PAGE_SIZE,
      oldBytes: 8 * PAGE_SIZE,
      newBytes: newPages * PAGE_SIZE,
      flags: to === undefined ? 0 : mayMove | fixed,
      newAddress: (to ?? 0) * PAGE_SIZE,
    }),
  );
  expect(watched.result).toBe((to ?? HERE) * PAGE_SIZE);
  expect(watched.holds).toEqual(holds);
  end();
});
