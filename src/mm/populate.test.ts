/** MAP_POPULATE and MAP_LOCKED; mlock and MADV_POPULATE_* stand with their calls. */
import { describe, expect, it } from 'vitest';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { mmap } from './mmap.js';
import { populate } from './populate.js';
import { HERE, callBench } from './testing/call-task.js';
import { READ_WRITE } from './testing/lone-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { runAlone } from './testing/test-machine.js';
import { MAP, PROT } from './uapi.js';

const NONE = { minor: 0, major: 0, sigbus: 0 };
const { populate: POPULATE, nonBlock, locked, fixed, anonymous } = MAP;
const { read, none } = PROT;

describe('which pages are there after mmap, and for what', () => {
  it.each([
    { what: 'POPULATE', flags: POPULATE, prot: READ_WRITE, mapped: 'WWWW' },
    { what: 'POPULATE NONBLOCK', flags: POPULATE | nonBlock, prot: READ_WRITE, mapped: '----' },
    { what: 'LOCKED', flags: locked, prot: READ_WRITE, mapped: 'WWWW' },
    { what: 'LOCKED NONBLOCK', flags: locked | nonBlock, prot: READ_WRITE, mapped: 'WWWW' },
    { what: 'POPULATE to be read', flags: POPULATE, prot: read, mapped: 'xxxx' },
    { what: 'POPULATE without permission', flags: POPULATE, prot: none, mapped: '----' },
  ])('$what: $mapped', ({ flags, prot, mapped }) => {
    const { task, end } = callBench();
    const make = () => task.mapAt(HERE, 4, fixed | flags, prot);
    expect(task.faultsOf(make)).toEqual(NONE);
    expect(task.mapped(HERE, 4)).toBe(mapped);
    const there = mapped.replaceAll('-', '').length;
    expect(task.stat('kernelMinor')).toBe(there);
    end();
  });

  it.each([
    { kind: FILE_KIND.disk, shared: true, mapped: 'xx--' },
    { kind: FILE_KIND.disk, shared: false, mapped: 'WW--' },
    { kind: FILE_KIND.tmpfs, shared: true, mapped: 'WW--' },
  ])('a file of two pages, kind $kind, shared $shared: $mapped', (row) => {
    const { task, end } = callBench();
    const file = task.create(row.kind, 2);
    const flags = (row.shared ? MAP.shared : MAP.private) | fixed | POPULATE;
    const where = { address: HERE * PAGE_SIZE, bytes: 4 * PAGE_SIZE, prot: READ_WRITE };
    // What lies behind the end is no error of mmap's.
    expect(task.faultsOf(() => task.mmap({ ...where, file, flags }))).toEqual(NONE);
    expect(task.mapped(HERE, 4)).toBe(row.mapped);
    end();
  });
});

it('mmap holds mmap_sem for write, then for read, for 512 pages at a time', () => {
  const { task, end } = callBench({ frames: 2000 });
  const request = { address: HERE * PAGE_SIZE, bytes: 1100 * PAGE_SIZE, prot: READ_WRITE };
  const flags = fixed | anonymous | MAP.private | POPULATE;
  const op = mmap(task.cpu, task.mm, { ...request, flags });
  const watched = watchLocks(task.cpu, task.mm, { first: HERE, end: HERE }, op);
  expect(watched.holds).toEqual(['write', 'read', 'read', 'read']);
  expect(task.mapped(HERE, 1100)).toBe('W'.repeat(1100));
  end();
});

it('goes as far as there is memory, and says so', () => {
  const { task, end } = callBench({ frames: 10 });
  expect(task.mapAt(HERE, 20, fixed | POPULATE)).toBe(HERE);
  expect(task.mapped(HERE, 20)).toBe('WWWWWWWWWW----------');
  expect(runAlone(populate(task.cpu, task.mm, HERE, 20))).toBe(10);
  task.unmap(HERE + 4, 6);
  expect(runAlone(populate(task.cpu, task.mm, HERE, 20))).toBe(4);
  end();
});
