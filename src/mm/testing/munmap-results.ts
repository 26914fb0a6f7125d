/**
 * What munmap returns and what it leaves, whatever the strategy and the size: the part of
 * `munmap-conformance.ts` in which strategies may not differ.
 */
import { describe, expect, it } from 'vitest';
import { EINVAL, ENOMEM } from '../errno.js';
import type { Geometry } from '../kernel-memory.js';
import { PAGE_SIZE } from '../layout.js';
import { MAP } from '../uapi.js';
import { TASK_SIZE_PAGES, mapCount } from '../mm.js';
import { munmap, type MunmapStrategy } from '../munmap/strategy.js';
import { VM_READ } from '../vma.js';
import { DENIED, LoneTask } from './lone-task.js';
import { leftAfterExit, unsound, vmasOf } from './memory-view.js';
import { runAlone, semCount, testMachine, type TestMachine } from './test-machine.js';

export const HERE = 2 ** 25;
/** Pages of the mapping below: more than one page table, less than two. */
export const PAGES = 700;

interface Started {
  readonly machine: TestMachine;
  readonly task: LoneTask;
  /** Start and end of every VMA, counted from HERE. */
  readonly vmas: () => [number, number][];
}

/** A task that unmaps by the strategy; nothing is mapped. */
export function start(
  strategy: MunmapStrategy,
  thresholdPages: number,
  geometry: Partial<Geometry> = {},
): Started {
  const machine = testMachine({ tasks: 2, ...geometry });
  const task = new LoneTask(machine, { strategy, thresholdPages });
  const vmas = (): [number, number][] =>
    vmasOf(machine.km, machine.mm).map(({ start, end }) => [start - HERE, end - HERE]);
  return { machine, task, vmas };
}

/** The same with one mapping, whose page i holds i + 1. */
export function startMapped(
  strategy: MunmapStrategy,
  thresholdPages: number,
  geometry: Partial<Geometry> = {},
): Started {
  const started = start(strategy, thresholdPages, geometry);
  started.task.mapAt(HERE, PAGES, MAP.fixed);
  expect(started.task.fill(HERE, PAGES, 1)).toBe(0);
  return started;
}

export function munmapResults(strategy: MunmapStrategy): void {
  describe.each([
    { size: 'large', thresholdPages: 1 },
    { size: 'small', thresholdPages: Infinity },
  ])(`${strategy.name}: munmap of $size ranges`, ({ thresholdPages }) => {
    it('is EINVAL for what is no range of the address space, and takes no lock', () => {
      const { machine, task } = startMapped(strategy, thresholdPages);
      const bad: [number, number][] = [
        [HERE * PAGE_SIZE + 1, PAGE_SIZE],
        [HERE * PAGE_SIZE + 2048, PAGE_SIZE],
        [HERE * PAGE_SIZE, 0],
        [TASK_SIZE_PAGES * PAGE_SIZE, PAGE_SIZE],
        [HERE * PAGE_SIZE, (TASK_SIZE_PAGES - HERE + 1) * PAGE_SIZE],
        [-PAGE_SIZE, PAGE_SIZE],
        [HERE * PAGE_SIZE, 2 ** 63],
      ];
      const holds = task.cpu.log.writeHolds.length;
      for (const [address, bytes] of bad) {
        const result = runAlone(munmap(task.cpu, task.mm, task.how, address, bytes));
        expect(result, `munmap(${address}, ${bytes})`).toBe(-EINVAL);
      }
      expect(task.cpu.log.writeHolds).toHaveLength(holds);
      expect([task.stat('failedCalls'), task.stat('munmapCalls')]).toEqual([bad.length, 0]);
      expect(task.load(HERE)).toBe(1);
      expect(unsound(machine)).toEqual([]);
    });

    it('rounds the length up to whole pages', () => {
      const { task, vmas } = startMapped(strategy, thresholdPages);
      const { cpu, mm, how } = task;
      expect(runAlone(munmap(cpu, mm, how, HERE * PAGE_SIZE, 1))).toBe(0);
      expect(runAlone(munmap(cpu, mm, how, (HERE + 5) * PAGE_SIZE, PAGE_SIZE + 1))).toBe(0);
      expect(vmas()).toEqual([
        [1, 5],
        [7, PAGES],
      ]);
    });

    it('is 0 where nothing is mapped', () => {
      const { machine, task, vmas } = start(strategy, thresholdPages);
      expect(task.unmap(0, TASK_SIZE_PAGES)).toBe(0);
      for (const page of [0, 10]) task.mapAt(HERE + page, 4, MAP.fixed);
      expect(task.unmap(HERE + 4, 6)).toBe(0);
      expect(task.unmap(HERE - 9, 9)).toBe(0);
      expect(task.unmap(HERE + 14, 9)).toBe(0);
      expect(vmas()).toEqual([
        [0, 4],
        [10, 14],
      ]);
      expect(task.stat('munmapCalls')).toBe(4);
      expect(unsound(machine)).toEqual([]);
    });

    it.each([
      { what: 'all of it', first: 0, end: PAGES, left: [] },
      { what: 'more than it', first: -9, end: PAGES + 9, left: [] },
      { what: 'its low edge', first: -5, end: 600, left: [[600, PAGES]] },
      { what: 'its high edge', first: 100, end: PAGES + 5, left: [[0, 100]] },
      {
        what: 'its middle',
        first: 100,
        end: 600,
        left: [
          [0, 100],
          [600, PAGES],
        ],
      },
      {
        what: 'one page',
        first: 511,
        end: 512,
        left: [
          [0, 511],
          [512, PAGES],
        ],
      },
    ])('takes $what', ({ first, end, left }) => {
      const { machine, task, vmas } = startMapped(strategy, thresholdPages);
      expect(task.unmap(HERE + first, end - first)).toBe(0);
      expect(vmas()).toEqual(left);
      expect(unsound(machine)).toEqual([]);
      expect(semCount(machine)).toBe(0);
      const wrong: number[] = [];
      for (let page = 0; page < PAGES; page++) {
        const gone = page >= first && page < end;
        if (task.load(HERE + page) !== (gone ? DENIED : page + 1)) wrong.push(page);
      }
      expect(wrong).toEqual([]);

      // It can be mapped again, and nothing of what was there shows through.
      expect(task.mapAt(HERE + first, end - first, MAP.fixedNoReplace)).toBe(HERE + first);
      expect(vmas()).toEqual([[Math.min(first, 0), Math.max(end, PAGES)]]);
      expect(task.load(HERE + first)).toBe(0);
      expect(task.load(HERE + end - 1)).toBe(0);
      expect(unsound(machine)).toEqual([]);
      expect(leftAfterExit(machine)).toEqual([]);
    });

    it('takes what is mapped of a range with several VMAs and holes', () => {
      const { machine, task, vmas } = start(strategy, thresholdPages);
      const edges = [0, 600, 1200, 1201, 1800];
      edges.forEach((page, i) => {
        task.mapAt(HERE + page, 300, MAP.fixed, i % 2 === 0 ? 3 : VM_READ);
        for (let j = 0; j < 300; j += 7) task.load(HERE + page + j);
      });
      task.store(HERE, 77);
      task.store(HERE + 2099, 88);
      expect(task.unmap(HERE + 100, 1900)).toBe(0);
      expect(vmas()).toEqual([
        [0, 100],
        [2000, 2100],
      ]);
      expect([task.load(HERE), task.load(HERE + 2099)]).toEqual([77, 88]);
      expect(task.load(HERE + 1201)).toBe(DENIED);
      expect(unsound(machine)).toEqual([]);
      expect(task.unmap(HERE, 2100)).toBe(0);
      expect(task.unmap(HERE, 2100)).toBe(0);
      expect(unsound(machine)).toEqual([]);
    });

    it('is ENOMEM for a hole at the map limit, 0 for everything that needs no VMA more', () => {
      const { machine, task, vmas } = start(strategy, thresholdPages, { maxMapCount: 3 });
      for (const page of [0, 20, 40]) {
        task.mapAt(HERE + page, 10, MAP.fixed);
        task.fill(HERE + page, 10, 1);
      }
      expect(task.unmap(HERE + 21, 1)).toBe(-ENOMEM);
      expect(vmas()).toEqual([
        [0, 10],
        [20, 30],
        [40, 50],
      ]);
      expect(task.load(HERE + 21)).toBe(2);
      expect([task.stat('failedCalls'), task.stat('munmapCalls')]).toEqual([1, 0]);
      expect(unsound(machine)).toEqual([]);
      expect(task.unmap(HERE, 1)).toBe(0);
      expect(task.unmap(HERE + 9, 1)).toBe(0);
      expect(task.unmap(HERE + 5, 18)).toBe(0);
      expect(task.unmap(HERE + 40, 10)).toBe(0);
      expect(mapCount(machine.km, machine.mm)).toBe(2);
      expect(task.unmap(HERE + 25, 1)).toBe(0);
      expect(task.unmap(HERE + 28, 1)).toBe(-ENOMEM);
      expect(unsound(machine)).toEqual([]);
      expect(leftAfterExit(machine)).toEqual([]);
    });

    it.each([
      { records: 0, kept: [[0, PAGES]] },
      // The split at the low edge stays, as in Linux.
      {
        records: 1,
        kept: [
          [0, 100],
          [100, PAGES],
        ],
      },
    ])('is ENOMEM with $records VMA records left, keeps every page', ({ records, kept }) => {
      const { machine, task, vmas } = startMapped(strategy, thresholdPages, { vmas: 3 + records });
      for (const page of [0, 2]) task.mapAt(page, 1, MAP.fixed);
      expect(task.unmap(HERE + 100, 100)).toBe(-ENOMEM);
      expect(vmas().slice(2)).toEqual(kept);
      const wrong: number[] = [];
      for (let page = 0; page < PAGES; page++) {
        if (task.load(HERE + page) !== page + 1) wrong.push(page);
      }
      expect(wrong).toEqual([]);
      expect(unsound(machine)).toEqual([]);

      // With room for two more it works.
      expect(task.unmap(0, 3)).toBe(0);
      expect(task.unmap(HERE + 100, 100)).toBe(0);
      expect(vmas()).toEqual([
        [0, 100],
        [200, PAGES],
      ]);
      expect(leftAfterExit(machine)).toEqual([]);
    });

    it('leaves other address spaces alone', () => {
      const { machine, task } = startMapped(strategy, thresholdPages, { mms: 2 });
      const other = new LoneTask({ ...machine, mm: machine.mms[1]! }, task.how, 1);
      other.mapAt(HERE, PAGES, MAP.fixed);
      other.fill(HERE, PAGES, 5000);
      expect(task.unmap(HERE, PAGES)).toBe(0);
      expect(other.load(HERE + 300)).toBe(5300);
      expect(unsound(machine)).toEqual([]);
    });

    it('counts the call and the pages of the mappings that went', () => {
      const { task } = startMapped(strategy, thresholdPages);
      task.unmap(HERE + 600, 200);
      expect([task.stat('munmapCalls'), task.stat('munmapPages')]).toEqual([1, PAGES - 600]);
      expect(task.stat('munmapNs')).toBeGreaterThan(0);
    });
  });
}
