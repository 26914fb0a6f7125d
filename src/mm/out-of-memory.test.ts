/**
 * Fails the Nth allocation of each kind, for every N, until a whole scenario of faults and unmaps
 * passes without. A ballast mapping can be dropped to make room: the step that failed must then work.
 */
import { expect, it } from 'vitest';
import type { Geometry } from './kernel-memory.js';
import { MAP } from './uapi.js';
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import { LoneTask, type How } from './testing/lone-task.js';
import { leftAfterExit, unsound } from './testing/memory-view.js';
import { testMachine, type TestMachine } from './testing/test-machine.js';
import { VM_READ } from './vma.js';

const HERE = 2 ** 27 - 20;
const BALLAST = 2 ** 30;

interface Kind {
  readonly name: string;
  /** A machine on which, with the ballast mapped, `left` allocations of the kind succeed. */
  readonly geometry: (left: number) => Partial<Geometry>;
  readonly mapBallast: (task: LoneTask) => void;
}

const BALLAST_PAGES = 60;
const KINDS: readonly Kind[] = [
  {
    name: 'frame',
    geometry: (left) => ({ frames: BALLAST_PAGES + left }),
    mapBallast: (task) => {
      task.mapAt(BALLAST, BALLAST_PAGES, MAP.fixed);
      expect(task.fill(BALLAST, BALLAST_PAGES, 1)).toBe(0);
    },
  },
  {
    name: 'table',
    // Root, two upper tables and twelve for the ballast.
    geometry: (left) => ({ tables: 1 + 2 + 12 + left }),
    mapBallast: (task) => {
      task.mapAt(BALLAST, 12 * 512, MAP.fixed);
      for (let i = 0; i < 12; i++) expect(task.store(BALLAST + i * 512, 1)).toBe(true);
    },
  },
  {
    name: 'VMA',
    geometry: (left) => ({ vmas: 12 + left }),
    mapBallast: (task) => {
      for (let i = 0; i < 12; i++) task.mapAt(BALLAST + 2 * i, 1, MAP.fixed);
    },
  },
];

/** Each step returns whether it worked; one that did not may be tried again. */
function scenario(task: LoneTask): (() => boolean)[] {
  const filled = (page: number, pages: number, word: number) => () =>
    task.fill(HERE + page, pages, word) === 0;
  return [
    () => task.mapAt(HERE, 40, MAP.fixed) >= 0,
    filled(0, 40, 100),
    () => task.mapAt(HERE + 512, 10, MAP.fixed, VM_READ) >= 0,
    () => task.load(HERE + 515) === 0,
    () => task.unmap(HERE + 10, 20) === 0,
    () => task.mapAt(HERE + 15, 5, MAP.fixed) >= 0,
    filled(15, 5, 200),
    () => task.mapAt(HERE + 5, 30, MAP.fixed) >= 0,
    filled(5, 30, 300),
    () => task.unmap(HERE + 512, 10) === 0,
    () => task.unmap(HERE + 18, 1) === 0,
    () => task.load(HERE) === 100 && task.load(HERE + 4) === 104,
    () => task.load(HERE + 5) === 300 && task.load(HERE + 39) === 139,
    () => task.load(HERE + 18) === 'denied',
  ];
}

/** Runs the scenario; true if it had to drop the ballast on the way. */
function runScenario(machine: TestMachine, how: How, kind: Kind): boolean {
  const task = new LoneTask(machine, how);
  kind.mapBallast(task);
  let dropped = false;
  scenario(task).forEach((step, i) => {
    if (!step()) {
      expect(dropped, `step ${i} fails with room enough`).toBe(false);
      expect(unsound(machine), `after step ${i} failed`).toEqual([]);
      dropped = true;
      expect(task.unmap(BALLAST, 12 * 512)).toBe(0);
      expect(step(), `step ${i}, tried again`).toBe(true);
    }
    expect(unsound(machine), `after step ${i}`).toEqual([]);
  });
  expect(leftAfterExit(machine)).toEqual([]);
  return dropped;
}

const runs = [pristine, patched, mainline].flatMap((strategy) =>
  KINDS.map((kind) => ({ strategy, kind })),
);

it.each(runs)('$strategy.name: any $kind.name allocation may fail', ({ strategy, kind }) => {
  const how = { strategy, thresholdPages: 1 };
  let failures = 0;
  for (; ; failures++) {
    const machine = testMachine({ tasks: 1, frames: 400, ...kind.geometry(failures) });
    if (!runScenario(machine, how, kind)) break;
    expect(failures).toBeLessThan(200);
  }
  // It did fail, at more than one place.
  expect(failures).toBeGreaterThan(kind.name === 'frame' ? 30 : 2);
});
