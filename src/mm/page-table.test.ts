import { describe, expect, it } from 'vitest';
import { GATHER_MAX } from './gather.js';
import { POOL, PTRS_PER_TABLE } from './layout.js';
import { MAP } from './uapi.js';
import { TASK_SIZE_PAGES } from './mm.js';
import { COST } from './op.js';
import { allocTables, freeTables, pteSlot, pteTableOf, zapRange } from './page-table.js';
import { flushAndFree } from './tlb.js';
import { takeUnlocked, tablePool } from './pool.js';
import { DENIED, LoneTask } from './testing/lone-task.js';
import { contentOf, leftAfterExit, presentIn, takenOf, unsound } from './testing/memory-view.js';
import { runAlone, testMachine, type TestMachine } from './testing/test-machine.js';

/** Spans of one entry, pages: 2 MiB, 1 GiB, 512 GiB. */
const SPANS = [2 ** 9, 2 ** 18, 2 ** 27];

/** Tables in use beside the root. */
function tablesBelowRoot({ km }: TestMachine): number {
  return takenOf(km, tablePool(km)) - 1;
}

describe.each(SPANS)('across a boundary of %i pages', (span) => {
  const boundary = 5 * span;

  it('makes the tables of each side, and no more', () => {
    const machine = testMachine();
    const { km, mm, cpus } = machine;
    const cpu = cpus[0]!;
    const low = boundary - 1;
    expect(runAlone(allocTables(cpu, mm, low))).toBe(true);
    expect(tablesBelowRoot(machine)).toBe(3);
    expect(pteSlot(km, mm.root, low)).not.toBe(0);
    expect(pteSlot(km, mm.root, boundary)).toBe(0);
    expect(runAlone(allocTables(cpu, mm, boundary))).toBe(true);
    expect(runAlone(allocTables(cpu, mm, boundary))).toBe(true);
    expect(tablesBelowRoot(machine)).toBe(3 + 1 + SPANS.indexOf(span));
    expect(pteTableOf(km, mm.root, low)).not.toBe(pteTableOf(km, mm.root, boundary));
    expect(pteSlot(km, mm.root, boundary + 1)).toBe(pteSlot(km, mm.root, boundary) + 1);
  });

  it('zaps what is in the range and nothing beside it', () => {
    const machine = testMachine();
    const { km, mm, cpus } = machine;
    const task = new LoneTask(machine);
    const first = boundary - 6;
    task.mapAt(first, 12, MAP.fixed);
    task.fill(first, 12, 100);
    runAlone(zapRange(cpus[0]!, mm, boundary - 4, boundary + 4));
    runAlone(flushAndFree(cpus[0]!, mm));
    const contents = Array.from({ length: 12 }, (_, i) => contentOf(km, mm, first + i));
    const none = Array.from({ length: 8 }, () => undefined);
    expect(contents).toEqual([100, 101, ...none, 110, 111]);
    expect(unsound(machine)).toEqual([]);
    expect(leftAfterExit(machine)).toEqual([]);
  });

  it('frees the tables of a mapping, and keeps those that its neighbours use', () => {
    const machine = testMachine();
    const { km, mm } = machine;
    const task = new LoneTask(machine);
    const [below, above] = [boundary - 40, boundary + 40];
    for (const page of [below, above]) {
      task.mapAt(page, 1, MAP.fixed);
      task.store(page, page);
    }
    const slots = [below, above].map((page) => pteSlot(km, mm.root, page));
    const tables = tablesBelowRoot(machine);

    task.mapAt(boundary - 20, 40, MAP.fixed);
    task.fill(boundary - 20, 40, 1);
    expect(task.unmap(boundary - 20, 40)).toBe(0);
    expect(tablesBelowRoot(machine)).toBe(tables);
    expect([below, above].map((page) => pteSlot(km, mm.root, page))).toEqual(slots);
    expect([task.load(below), task.load(above)]).toEqual([below, above]);

    task.unmap(below, 1);
    expect(tablesBelowRoot(machine)).toBe(3);
    expect(task.load(above)).toBe(above);
    task.unmap(above, 1);
    expect(tablesBelowRoot(machine)).toBe(0);
    expect(unsound(machine)).toEqual([]);
  });

  it('frees whole spans in the middle of one mapping', () => {
    const machine = testMachine();
    const task = new LoneTask(machine);
    const pages = 3 * span;
    task.mapAt(boundary, pages, MAP.fixed);
    for (const page of [0, span, 2 * span - 1, 2 * span, pages - 1]) {
      task.store(boundary + page, page + 1);
    }
    const tables = tablesBelowRoot(machine);
    task.unmap(boundary + span, span);
    expect(unsound(machine)).toEqual([]);
    expect(tablesBelowRoot(machine)).toBeLessThan(tables);
    expect(task.load(boundary)).toBe(1);
    expect(task.load(boundary + span)).toBe(DENIED);
    expect(task.load(boundary + 2 * span)).toBe(2 * span + 1);
    expect(leftAfterExit(machine)).toEqual([]);
  });
});

it('reaches the first and the last page of the address space', () => {
  const machine = testMachine();
  const task = new LoneTask(machine);
  for (const page of [0, TASK_SIZE_PAGES - 1]) {
    expect(task.mapAt(page, 1, MAP.fixed)).toBe(page);
    expect(task.store(page, 7)).toBe(true);
    expect(unsound(machine)).toEqual([]);
    expect(task.unmap(page, 1)).toBe(0);
    expect(tablesBelowRoot(machine)).toBe(0);
  }
});

it('frees only tables whose whole span is in the hole', () => {
  const machine = testMachine();
  const { mm, cpus } = machine;
  const cpu = cpus[0]!;
  for (const page of [0, 512, 1024]) runAlone(allocTables(cpu, mm, page));
  const range = { first: 100, end: 1100, floor: 100, ceiling: 1100 };
  runAlone(freeTables(cpu, mm, range));
  expect(tablesBelowRoot(machine)).toBe(4);
  runAlone(freeTables(cpu, mm, { ...range, floor: 0 }));
  expect(tablesBelowRoot(machine)).toBe(3);
  runAlone(freeTables(cpu, mm, { ...range, floor: 0, ceiling: TASK_SIZE_PAGES + 1 }));
  expect(tablesBelowRoot(machine)).toBe(0);
});

describe('a full gather', () => {
  it.each([
    { pages: GATHER_MAX - 1, flushes: 1 },
    { pages: GATHER_MAX, flushes: 1 },
    { pages: GATHER_MAX + 1, flushes: 2 },
    { pages: 2 * GATHER_MAX + 700, flushes: 3 },
  ])('of $pages pages is flushed $flushes times while zapping', ({ pages, flushes }) => {
    const machine = testMachine({ frames: 21_000 });
    const { km, mm, cpus } = machine;
    const cpu = cpus[0]!;
    const task = new LoneTask(machine);
    const page = task.map(pages);
    expect(task.fill(page, pages, 1)).toBe(0);
    expect(presentIn(km, mm, page, page + pages)).toBe(pages);
    cpu.charged.fill(0);
    expect(task.unmap(page, pages)).toBe(0);
    expect(cpu.charged[COST.zapPage]).toBe(pages);
    expect(cpu.charged[COST.freePage]).toBe(pages);
    // One more for the tables.
    expect(cpu.charged[COST.tlbFlush]).toBe(flushes + 1);
    expect(unsound(machine)).toEqual([]);
    expect(leftAfterExit(machine)).toEqual([]);
  });

  it('of tables is flushed as well', () => {
    const tables = GATHER_MAX + 30;
    const machine = testMachine({ tables: tables + 60, frames: 64 });
    const { mm, cpus } = machine;
    const cpu = cpus[0]!;
    const task = new LoneTask(machine);
    const page = 2 ** 20;
    const pages = tables * PTRS_PER_TABLE;
    task.mapAt(page, pages, MAP.fixed);
    for (let i = 0; i < tables; i++) runAlone(allocTables(cpu, mm, page + i * PTRS_PER_TABLE));
    const inUse = tablesBelowRoot(machine);
    expect(inUse).toBeGreaterThan(tables);
    cpu.charged.fill(0);
    expect(task.unmap(page, pages)).toBe(0);
    expect(cpu.charged[COST.freeTable]).toBe(inUse);
    expect(cpu.charged[COST.tlbFlush]).toBe(2);
    expect(tablesBelowRoot(machine)).toBe(0);
    expect(unsound(machine)).toEqual([]);
  });
});

describe('running out of page tables', () => {
  // A page at each end of a boundary needs 3 tables, then 3 more.
  it.each([0, 1, 2, 3, 4, 5])(
    'with %i left denies the access and leaves a sound kernel',
    (left) => {
      const machine = testMachine({ tables: 1 + left });
      const task = new LoneTask(machine);
      const page = 2 ** 27 - 1;
      task.mapAt(page, 2, MAP.fixed);
      expect(task.store(page, 11)).toBe(left >= 3);
      expect(task.store(page + 1, 12)).toBe(false);
      expect(task.load(page)).toBe(left >= 3 ? 11 : DENIED);
      expect(task.stat('outOfMemory')).toBe(left >= 3 ? 1 : 3);
      expect(task.stat('sigsegv')).toBe(0);
      expect(unsound(machine)).toEqual([]);
      expect(task.unmap(page, 2)).toBe(0);
      expect(tablesBelowRoot(machine)).toBe(0);
      expect(unsound(machine)).toEqual([]);
    },
  );

  it('is over as soon as tables come back', () => {
    const machine = testMachine({ tables: 1 + 3 });
    const task = new LoneTask(machine);
    task.mapAt(0, 1, MAP.fixed);
    task.mapAt(2 ** 30, 1, MAP.fixed);
    expect(task.store(0, 1)).toBe(true);
    expect(task.store(2 ** 30, 2)).toBe(false);
    task.unmap(0, 1);
    expect(task.store(2 ** 30, 2)).toBe(true);
    expect(leftAfterExit(machine)).toEqual([]);
  });
});

it('hands tables out all zero, however often they come back', () => {
  const machine = testMachine({ tables: 12 });
  const { km } = machine;
  const task = new LoneTask(machine);
  for (let round = 0; round < 20; round++) {
    const page = task.map(1200);
    task.fill(page, 1200, 1);
    task.unmap(page, 1200);
    expect(unsound(machine)).toEqual([]);
  }
  const pool = tablePool(km);
  const all: number[] = [];
  for (let table = takeUnlocked(km, pool); table !== 0; table = takeUnlocked(km, pool)) {
    all.push(table);
  }
  expect(new Set(all).size).toBe(11);
  expect(km.words[pool.at + POOL.free]).toBe(0);
  for (const table of all) {
    const from = table * PTRS_PER_TABLE;
    expect(km.tables.subarray(from, from + PTRS_PER_TABLE).every((entry) => entry === 0)).toBe(
      true,
    );
  }
});
