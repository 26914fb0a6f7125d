import { describe, expect, it } from 'vitest';
import { EEXIST, EINVAL, ENOMEM } from './errno.js';
import { PAGE_SIZE } from './layout.js';
import { MMAP_BASE_PAGE, MMAP_MIN_PAGE, TASK_SIZE_PAGES } from './mm.js';
import { HERE, callBench } from './testing/call-task.js';
import { READ_WRITE } from './testing/lone-task.js';
import { MAP } from './uapi.js';

const BASE = MMAP_BASE_PAGE;
const WINDOW = { low: 2 ** 30 / PAGE_SIZE, high: 2 ** 31 / PAGE_SIZE };
const ANONYMOUS = MAP.private | MAP.anonymous;

function start() {
  const bench = callBench();
  const place = (pages: number, address = 0, flags = 0): number =>
    bench.task.mmap({
      address,
      bytes: pages * PAGE_SIZE,
      prot: READ_WRITE,
      flags: ANONYMOUS | flags,
    });
  return { ...bench, place };
}

it('top down, in the highest hole that is large enough', () => {
  const { task, place, end } = start();
  expect([place(10), place(10)]).toEqual([BASE - 10, BASE - 20]);
  task.unmap(BASE - 5, 3);
  expect([place(4), place(3), place(1)]).toEqual([BASE - 24, BASE - 5, BASE - 25]);
  end();
});

describe('a hint', () => {
  it.each([
    { what: 'that is free', address: HERE * PAGE_SIZE, at: HERE },
    { what: 'within a page is rounded down', address: HERE * PAGE_SIZE + 4095, at: HERE },
    { what: 'in the first page is none', address: 4095, at: BASE - 2 },
    { what: 'below the lowest page is raised', address: PAGE_SIZE, at: MMAP_MIN_PAGE },
    { what: 'over something is none', address: (HERE + 9) * PAGE_SIZE, at: BASE - 2 },
    { what: 'beyond the address space is none', address: 2 ** 64 - PAGE_SIZE, at: BASE - 2 },
  ])('$what', ({ address, at }) => {
    const { task, place } = start();
    task.mapAt(HERE + 10, 1, MAP.fixed);
    expect(place(2, address)).toBe(at);
  });

  it('keeps the guard gap of a stack', () => {
    const { task, place } = start();
    task.mapAt(HERE, 1, MAP.fixed | MAP.growsDown);
    expect(place(1, (HERE - 256) * PAGE_SIZE)).toBe(BASE - 1);
    expect(place(1, (HERE - 257) * PAGE_SIZE)).toBe(HERE - 257);
  });
});

it('MAP_32BIT: upwards in its own gigabyte, whatever the hint above it', () => {
  const { place, end } = start();
  const bit32 = (pages: number): number => place(pages, HERE * PAGE_SIZE, MAP.bit32);
  expect([bit32(4), bit32(1)]).toEqual([WINDOW.low, WINDOW.low + 4]);
  const rest = WINDOW.high - WINDOW.low - 5;
  expect(bit32(rest + 1)).toBe(-ENOMEM);
  expect(bit32(rest)).toBe(WINDOW.low + 5);
  expect(bit32(1)).toBe(-ENOMEM);
  end();
});

it.each([
  { what: 'in the window', address: 0x5000_0000, at: 0x5000_0000 / PAGE_SIZE },
  { what: 'below it', address: 0x1000_0000, at: 0x1000_0000 / PAGE_SIZE },
  { what: 'across its end', address: 0x7fff_f000, at: WINDOW.low },
])('MAP_32BIT takes a hint $what: $at', ({ address, at }) => {
  const { place } = start();
  expect(place(2, address, MAP.bit32)).toBe(at);
});

it.each([
  { what: 'not aligned', address: HERE * PAGE_SIZE + 8, pages: 1, result: -EINVAL },
  { what: 'beyond the end, not aligned', address: 2 ** 48 + 8, pages: 1, result: -ENOMEM },
  { what: 'up to the end', address: (TASK_SIZE_PAGES - 1) * PAGE_SIZE, pages: 1, result: 'ok' },
  { what: 'over the end', address: (TASK_SIZE_PAGES - 1) * PAGE_SIZE, pages: 2, result: -ENOMEM },
])('FIXED and FIXED_NOREPLACE, $what', ({ address, pages, result }) => {
  for (const flags of [MAP.fixed, MAP.fixedNoReplace]) {
    const { place } = start();
    expect(place(pages, address, flags)).toBe(result === 'ok' ? address / PAGE_SIZE : result);
  }
});

it('FIXED_NOREPLACE: EEXIST where there is anything, also together with FIXED', () => {
  const { task, place, layout, end } = start();
  task.mapAt(HERE + 2, 1, MAP.fixed);
  for (const flags of [MAP.fixedNoReplace, MAP.fixedNoReplace | MAP.fixed]) {
    expect(place(3, HERE * PAGE_SIZE, flags)).toBe(-EEXIST);
    expect(place(2, (HERE + 3) * PAGE_SIZE, flags)).toBe(HERE + 3);
    task.unmap(HERE + 3, 2);
  }
  expect(layout()).toBe('2-3rw-p');
  end();
});

it('above mmap_base when nothing is free below it', () => {
  const { place } = start();
  const below = place(BASE - MMAP_MIN_PAGE - 5);
  expect(below).toBe(MMAP_MIN_PAGE + 5);
  expect(place(10)).toBe(BASE);
});
