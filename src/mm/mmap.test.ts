import { describe, expect, it } from 'vitest';
import { EEXIST, EINVAL, ENOMEM } from './errno.js';
import { MM, PAGE_SIZE } from './layout.js';
import { MAP } from './uapi.js';
import { MMAP_BASE_PAGE, MMAP_MIN_PAGE, TASK_SIZE_PAGES, mapCount } from './mm.js';
import { DENIED, LoneTask, READ_WRITE } from './testing/lone-task.js';
import { leftAfterExit, unsound, vmasOf } from './testing/memory-view.js';
import { testMachine } from './testing/test-machine.js';
import { VM_READ } from './vma.js';
import type { Geometry } from './kernel-memory.js';

/** Somewhere in the middle of nothing. */
const HERE = 2 ** 25;
const BASE = MMAP_BASE_PAGE;

function start(geometry: Partial<Geometry> = {}) {
  const machine = testMachine(geometry);
  const task = new LoneTask(machine);
  const vmas = (): [number, number][] =>
    vmasOf(machine.km, machine.mm).map(({ start, end }) => [start, end]);
  return { machine, task, vmas };
}

/** Mappings of one page with a hole after each, so that none merges. */
function mapApart(task: LoneTask, count: number): void {
  for (let i = 0; i < count; i++) {
    expect(task.mapAt(HERE + 2 * i, 1, MAP.fixed)).toBe(HERE + 2 * i);
  }
}

describe('checks', () => {
  it('EINVAL for no length, ENOMEM for one that no address space has', () => {
    const { machine, task, vmas } = start();
    expect(task.map(0)).toBe(-EINVAL);
    expect(task.map(TASK_SIZE_PAGES + 1)).toBe(-ENOMEM);
    expect(task.map(2 ** 60)).toBe(-ENOMEM);
    expect(task.map(TASK_SIZE_PAGES)).toBe(-ENOMEM);
    expect(vmas()).toEqual([]);
    expect([task.stat('failedCalls'), task.stat('mmapCalls')]).toEqual([4, 0]);
    expect(unsound(machine)).toEqual([]);
  });

  it('rounds the length up to whole pages', () => {
    const { task, vmas } = start();
    expect(task.map(0, { bytes: 1 })).toBe(BASE - 1);
    expect(task.map(0, { bytes: PAGE_SIZE + 1 })).toBe(BASE - 3);
    expect(vmas()).toEqual([[BASE - 3, BASE]]);
  });

  it.each([MAP.fixed, MAP.fixedNoReplace])(
    'flags %i: EINVAL at an unaligned address, ENOMEM outside the address space',
    (flags) => {
      const { machine, task, vmas } = start();
      expect(task.map(1, { address: HERE * PAGE_SIZE + 8, flags })).toBe(-EINVAL);
      expect(task.mapAt(TASK_SIZE_PAGES, 1, flags)).toBe(-ENOMEM);
      expect(task.mapAt(TASK_SIZE_PAGES - 1, 2, flags)).toBe(-ENOMEM);
      expect(task.mapAt(-1, 1, flags)).toBe(-ENOMEM);
      expect(vmas()).toEqual([]);
      expect(task.mapAt(TASK_SIZE_PAGES - 1, 1, flags)).toBe(TASK_SIZE_PAGES - 1);
      expect(task.mapAt(0, 1, flags)).toBe(0);
      expect(unsound(machine)).toEqual([]);
    },
  );

  it('come in the order of the kernel', () => {
    const { task } = start({ maxMapCount: 2 });
    mapApart(task, 3);
    const unaligned = { address: HERE * PAGE_SIZE + 8, flags: MAP.fixed };
    // No length, before the map count; the map count, before the address and what is there.
    expect(task.map(0)).toBe(-EINVAL);
    expect(task.map(1, unaligned)).toBe(-ENOMEM);
    expect(task.mapAt(HERE, 1, MAP.fixedNoReplace)).toBe(-ENOMEM);
    task.unmap(HERE, 1);
    expect(task.map(1, unaligned)).toBe(-EINVAL);
    expect(task.mapAt(HERE + 2, 1, MAP.fixedNoReplace)).toBe(-EEXIST);
    expect(task.mapAt(HERE + 2, TASK_SIZE_PAGES, MAP.fixedNoReplace)).toBe(-ENOMEM);
  });
});

describe('max_map_count', () => {
  it('lets one mapping more exist than it says, and then not even one that would merge', () => {
    const { machine, task } = start({ maxMapCount: 8 });
    mapApart(task, 9);
    expect(mapCount(machine.km, machine.mm)).toBe(9);
    expect(task.mapAt(HERE + 100, 1, MAP.fixed)).toBe(-ENOMEM);
    expect(task.mapAt(HERE + 1, 1, MAP.fixed)).toBe(-ENOMEM);
    expect(task.map(1)).toBe(-ENOMEM);
    expect(machine.km.words[machine.mm.at + MM.mapCountMax]).toBe(9);
    task.unmap(HERE + 16, 1);
    // Merging needs no room: HERE, the hole behind it and HERE + 2 become one.
    expect(task.mapAt(HERE + 1, 1, MAP.fixed)).toBe(HERE + 1);
    expect(mapCount(machine.km, machine.mm)).toBe(7);
    expect(unsound(machine)).toEqual([]);
  });

  it('lets MAP.fixed fail where it would punch a hole, and leaves what is there', () => {
    const { machine, task, vmas } = start({ maxMapCount: 3 });
    task.mapAt(HERE - 100, 10, MAP.fixed);
    task.fill(HERE - 100, 10, 50);
    mapApart(task, 2);
    const before = vmas();
    expect(task.mapAt(HERE - 95, 1, MAP.fixed, VM_READ)).toBe(-ENOMEM);
    expect(vmas()).toEqual(before);
    expect(task.load(HERE - 95)).toBe(55);
    expect(unsound(machine)).toEqual([]);
    // Trimming an edge needs no more room than there is.
    expect(task.mapAt(HERE - 100, 1, MAP.fixed, VM_READ)).toBe(HERE - 100);
    expect(mapCount(machine.km, machine.mm)).toBe(4);
    expect(unsound(machine)).toEqual([]);
  });
});

describe('placement', () => {
  it('goes down from mmap_base, into the highest hole that is large enough', () => {
    const { machine, task, vmas } = start();
    expect(task.map(10)).toBe(BASE - 10);
    expect(task.map(20)).toBe(BASE - 30);
    expect(task.map(30)).toBe(BASE - 60);
    expect(vmas()).toEqual([[BASE - 60, BASE]]);
    task.unmap(BASE - 10, 5);
    task.unmap(BASE - 40, 8);
    expect(task.map(6)).toBe(BASE - 38);
    expect(task.map(5)).toBe(BASE - 10);
    expect(task.map(3)).toBe(BASE - 63);
    expect(unsound(machine)).toEqual([]);
  });

  it('hands a range freed at the top out again', () => {
    const { task } = start();
    const first = task.map(64);
    task.unmap(first, 64);
    expect(task.map(64)).toBe(first);
  });

  it('takes a free hint, and ignores one that is taken or too high', () => {
    const { task } = start();
    expect(task.map(4, { address: HERE * PAGE_SIZE })).toBe(HERE);
    expect(task.map(4, { address: (HERE - 2) * PAGE_SIZE })).toBe(BASE - 4);
    expect(task.map(2, { address: (HERE - 2) * PAGE_SIZE })).toBe(HERE - 2);
    expect(task.map(4, { address: (TASK_SIZE_PAGES - 3) * PAGE_SIZE })).toBe(BASE - 8);
    expect(task.map(3, { address: (TASK_SIZE_PAGES - 3) * PAGE_SIZE })).toBe(TASK_SIZE_PAGES - 3);
    expect(task.map(1, { address: PAGE_SIZE })).toBe(MMAP_MIN_PAGE);
  });

  it('falls back to what is left above mmap_base, and then fails', () => {
    const { machine, task } = start();
    expect(task.map(BASE - MMAP_MIN_PAGE)).toBe(MMAP_MIN_PAGE);
    const above = task.map(100);
    expect(above).toBeGreaterThanOrEqual(BASE);
    expect(task.map(TASK_SIZE_PAGES - BASE - 100)).toBeGreaterThanOrEqual(BASE);
    expect(task.map(1)).toBe(-ENOMEM);
    task.unmap(HERE, 1);
    expect(task.map(2)).toBe(-ENOMEM);
    expect(task.map(1)).toBe(HERE);
    expect(unsound(machine)).toEqual([]);
  });
});

describe('MAP_FIXED', () => {
  it('replaces whatever is in the way, and gives fresh zeroes', () => {
    const { machine, task, vmas } = start();
    task.mapAt(HERE, 10, MAP.fixed);
    task.fill(HERE, 10, 100);
    task.mapAt(HERE + 12, 1, MAP.fixed);
    task.mapAt(HERE + 14, 6, MAP.fixed);
    task.fill(HERE + 14, 6, 200);
    expect(task.mapAt(HERE + 5, 12, MAP.fixed, VM_READ)).toBe(HERE + 5);
    expect(vmas()).toEqual([
      [HERE, HERE + 5],
      [HERE + 5, HERE + 17],
      [HERE + 17, HERE + 20],
    ]);
    const loads = [4, 5, 9, 12, 16, 17].map((page) => task.load(HERE + page));
    expect(loads).toEqual([104, 0, 0, 0, 0, 203]);
    expect(task.store(HERE + 5, 1)).toBe(false);
    expect(unsound(machine)).toEqual([]);
    expect(leftAfterExit(machine)).toEqual([]);
  });

  it('replaces a mapping exactly, page for page', () => {
    const { machine, task, vmas } = start();
    task.mapAt(HERE, 3, MAP.fixed);
    task.fill(HERE, 3, 7);
    task.mapAt(HERE, 3, MAP.fixed);
    expect(vmas()).toEqual([[HERE, HERE + 3]]);
    expect(task.load(HERE + 1)).toBe(0);
    expect(unsound(machine)).toEqual([]);
  });

  it('_NOREPLACE is EEXIST if a single page is in the way, and changes nothing', () => {
    const { task, vmas } = start();
    task.mapAt(HERE, 10, MAP.fixed);
    task.store(HERE, 5);
    expect(task.mapAt(HERE - 3, 4, MAP.fixedNoReplace)).toBe(-EEXIST);
    expect(task.mapAt(HERE + 9, 4, MAP.fixedNoReplace)).toBe(-EEXIST);
    expect(task.mapAt(HERE + 4, 1, MAP.fixedNoReplace)).toBe(-EEXIST);
    expect(task.mapAt(HERE - 5, 50, MAP.fixedNoReplace | MAP.fixed)).toBe(-EEXIST);
    expect(vmas()).toEqual([[HERE, HERE + 10]]);
    expect(task.load(HERE)).toBe(5);
    expect(task.mapAt(HERE - 3, 3, MAP.fixedNoReplace)).toBe(HERE - 3);
    expect(task.mapAt(HERE + 10, 3, MAP.fixedNoReplace)).toBe(HERE + 10);
    expect(vmas()).toEqual([[HERE - 3, HERE + 13]]);
  });
});

describe('merging', () => {
  it.each([
    {
      name: 'below',
      page: 4,
      after: [
        [0, 5],
        [6, 10],
      ],
    },
    {
      name: 'above',
      page: 5,
      after: [
        [0, 4],
        [5, 10],
      ],
    },
  ])('joins the neighbour $name', ({ page, after }) => {
    const { machine, task, vmas } = start();
    task.mapAt(HERE, 4, MAP.fixed);
    task.mapAt(HERE + 6, 4, MAP.fixed);
    task.mapAt(HERE + page, 1, MAP.fixed);
    expect(vmas()).toEqual(after.map((range) => range.map((edge) => HERE + edge)));
    expect(unsound(machine)).toEqual([]);
  });

  it('of three makes one and keeps the contents', () => {
    const { machine, task, vmas } = start();
    task.mapAt(HERE, 10, MAP.fixed);
    task.fill(HERE, 10, 100);
    task.unmap(HERE + 4, 2);
    expect(vmas()).toHaveLength(2);
    task.mapAt(HERE + 4, 2, MAP.fixed);
    expect(vmas()).toEqual([[HERE, HERE + 10]]);
    expect([3, 4, 5, 6].map((page) => task.load(HERE + page))).toEqual([103, 0, 0, 106]);
    expect(unsound(machine)).toEqual([]);
  });

  it("makes every VMA cache forget the record that went: it may be another mm's by now", () => {
    const { machine, task } = start({ mms: 2 });
    const other = new LoneTask({ ...machine, mm: machine.mms[1]! }, task.how, 1);
    task.mapAt(HERE, 2, MAP.fixed);
    task.mapAt(HERE + 4, 4, MAP.fixed);
    task.load(HERE + 4);
    task.mapAt(HERE + 2, 2, MAP.fixed);
    // Takes the upper VMA's record, for pages that only this address space has.
    other.mapAt(HERE + 16, 4, MAP.fixed);
    expect(task.load(HERE + 16)).toBe(DENIED);
    expect(unsound(machine)).toEqual([]);
  });

  it('needs equal protection', () => {
    const { machine, task } = start();
    task.mapAt(HERE, 1, MAP.fixed, READ_WRITE);
    task.mapAt(HERE + 1, 1, MAP.fixed, VM_READ);
    task.mapAt(HERE + 2, 1, MAP.fixed, 0);
    task.mapAt(HERE + 3, 1, MAP.fixed, READ_WRITE);
    expect(mapCount(machine.km, machine.mm)).toBe(4);
    task.mapAt(HERE + 1, 2, MAP.fixed, READ_WRITE);
    expect(mapCount(machine.km, machine.mm)).toBe(1);
    expect(unsound(machine)).toEqual([]);
  });
});

it('runs out of VMA records with ENOMEM, and recovers', () => {
  const { machine, task, vmas } = start({ vmas: 3 });
  mapApart(task, 3);
  const before = vmas();
  expect(task.map(1)).toBe(-ENOMEM);
  expect(task.mapAt(HERE + 50, 1, MAP.fixed)).toBe(-ENOMEM);
  expect(vmas()).toEqual(before);
  expect(unsound(machine)).toEqual([]);
  task.unmap(HERE, 1);
  expect(task.map(1)).toBe(BASE - 1);
  expect(leftAfterExit(machine)).toEqual([]);
});

it('holds mmap_sem for write once per call, whether the call fails or not', () => {
  const { task } = start();
  task.map(1);
  task.map(0);
  task.mapAt(HERE, 1, MAP.fixed);
  expect(task.cpu.log.writeHolds).toHaveLength(3);
  expect(task.stat('writeFast')).toBe(3);
  expect([task.stat('failedCalls'), task.stat('mmapCalls')]).toEqual([1, 2]);
});
