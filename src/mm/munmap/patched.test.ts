import { describe, expect, it } from 'vitest';
import { EEXIST } from '../errno.js';
import { PAGE_SIZE } from '../layout.js';
import { MADV, MAP, PROT } from '../uapi.js';
import { MMAP_BASE_PAGE } from '../mm.js';
import type { Op } from '../op.js';
import { CallTask } from '../testing/call-task.js';
import { lockMode } from '../testing/lock-watch.js';
import { DENIED, LoneTask } from '../testing/lone-task.js';
import { leftAfterExit, presentIn, unsound, vmasOf } from '../testing/memory-view.js';
import { munmapConformance } from '../testing/munmap-conformance.js';
import { runAlone, testMachine, type TestCpu } from '../testing/test-machine.js';
import { patched } from './patched.js';
import { munmap } from './strategy.js';

munmapConformance(patched, [
  {
    reason:
      'RFC v3 zaps under read, between a hold for write that marks VM_DEAD and one that frees',
    manner: { holds: ['write', 'read', 'write'], zapsUnder: 'read' },
  },
  {
    reason: 'it leaves special VMAs, which it finds under its first hold, to the regular path',
    manner: { special: { holds: ['write', 'write'], zapsUnder: 'write' } },
  },
]);

const PAGES = 10;
/** The zone: what task 0 unmaps. mmap would place its next mapping right below. */
const ZONE = MMAP_BASE_PAGE - PAGES;
const HOW = { strategy: patched, thresholdPages: 1 };

/** Goes on with an op until mmap_sem was held and released again `holds` times. */
function pauseAfter(holds: number, cpu: TestCpu, mm: LoneTask['mm'], op: Op<number>): void {
  cpu.stepwise = true;
  for (let held = false; holds > 0;) {
    if (op.next().done === true) throw new Error('over before the lock was released so often');
    const free = lockMode(cpu, mm) === 'none';
    if (held && free) holds -= 1;
    held = !free;
  }
  cpu.stepwise = false;
}

/** Page i of the zone holds i + 1, but for the last, which nobody has touched. */
function start(holds: number) {
  const machine = testMachine({ tasks: 3 });
  const { km, mm } = machine;
  const [task, other, third] = [0, 1, 2].map((i) => new LoneTask(machine, HOW, i));
  expect(task!.map(PAGES)).toBe(ZONE);
  task!.fill(ZONE, PAGES - 1, 1);
  const call = munmap(task!.cpu, mm, HOW, ZONE * PAGE_SIZE, PAGES * PAGE_SIZE);
  pauseAfter(holds, task!.cpu, mm, call);
  const vmas = (): [number, number][] =>
    vmasOf(km, mm).map(({ start, end }) => [start - ZONE, end - ZONE]);
  const finish = (left: [number, number][]): void => {
    expect(runAlone(call)).toBe(0);
    expect(vmas()).toEqual(left);
    expect(unsound(machine)).toEqual([]);
    expect(leftAfterExit(machine)).toEqual([]);
  };
  return { machine, other: other!, third: third!, vmas, finish };
}

it('patched: a dead page shows zeroes to loads until the zap if it did before, and is denied to stores', () => {
  const machine = testMachine({ tasks: 2 });
  const [task, other] = [0, 1].map((i) => new LoneTask(machine, HOW, i));
  task!.map(PAGES);
  expect(other!.load(ZONE)).toBe(0);
  const call = munmap(task!.cpu, machine.mm, HOW, ZONE * PAGE_SIZE, PAGES * PAGE_SIZE);
  pauseAfter(1, task!.cpu, machine.mm, call);
  expect(other!.store(ZONE, 7)).toBe(false);
  expect(other!.load(ZONE)).toBe(0);
  expect(other!.load(ZONE + 1)).toBe(DENIED);
  expect(runAlone(call)).toBe(0);
  expect(other!.load(ZONE)).toBe(DENIED);
});

describe('patched: while mmap_sem is dropped for the first time', () => {
  it('faults in the zone are SIGSEGV, what is present is there until it is zapped', () => {
    const { other, vmas, finish } = start(1);
    expect(vmas()).toEqual([[0, PAGES]]);
    expect(other.load(ZONE)).toBe(1);
    expect(other.store(ZONE + 1, 77)).toBe(true);
    expect(other.load(ZONE + PAGES - 1)).toBe(DENIED);
    expect(other.stat('sigsegv')).toBe(1);
    finish([]);
  });
});

describe('patched: while mmap_sem is dropped for the second time', () => {
  it('no page is left, no fault brings one back, and the VMA is still there', () => {
    const { machine, other, vmas, finish } = start(2);
    expect(presentIn(machine.km, machine.mm, ZONE, ZONE + PAGES)).toBe(0);
    expect(vmas()).toEqual([[0, PAGES]]);
    expect(other.fill(ZONE, PAGES, 5)).toBe(PAGES);
    finish([]);
  });
});

describe.each([1, 2])('patched: after hold %i', (holds) => {
  it('mmap places nothing in the zone and merges nothing with it', () => {
    const { other, vmas, finish } = start(holds);
    expect(other.map(4)).toBe(ZONE - 4);
    expect(other.store(ZONE - 1, 3)).toBe(true);
    expect(vmas()).toEqual([
      [-4, 0],
      [0, PAGES],
    ]);
    expect(other.mapAt(ZONE + 2, 1, MAP.fixedNoReplace)).toBe(-EEXIST);
    finish([[-4, 0]]);
  });

  it('what MAP.fixed puts into the zone stays', () => {
    const { other, machine, finish } = start(holds);
    expect(other.mapAt(ZONE + 3, 2, MAP.fixed)).toBe(ZONE + 3);
    expect(other.fill(ZONE + 3, 2, 50)).toBe(0);
    expect(other.load(ZONE + 4)).toBe(51);
    expect(presentIn(machine.km, machine.mm, ZONE + 3, ZONE + 5)).toBe(2);
    finish([[3, 5]]);
  });

  it('an overlapping munmap returns 0, and what it was to unmap is gone', () => {
    const { machine, other, vmas, finish } = start(holds);
    expect(other.mapAt(ZONE - 5, 5, MAP.fixed)).toBe(ZONE - 5);
    other.fill(ZONE - 5, 5, 9);
    expect(other.unmap(ZONE - 2, 6)).toBe(0);
    expect(vmas()).toEqual([
      [-5, -2],
      [4, PAGES],
    ]);
    expect(presentIn(machine.km, machine.mm, ZONE - 2, ZONE + 4)).toBe(0);
    expect(other.load(ZONE - 3)).toBe(11);
    finish([[-5, -2]]);
  });

  it('a munmap of the whole zone leaves nothing to do', () => {
    const { machine, other, finish } = start(holds);
    expect(other.unmap(ZONE, PAGES)).toBe(0);
    expect(unsound(machine)).toEqual([]);
    finish([]);
  });

  it('a mapping made there and marked by a later munmap is zapped by whoever detaches it', () => {
    const { machine, other, third, finish } = start(holds);
    const { mm } = machine;
    other.mapAt(ZONE + 3, 4, MAP.fixed);
    other.fill(ZONE + 3, 4, 50);
    const later = munmap(third.cpu, mm, HOW, (ZONE + 4) * PAGE_SIZE, 2 * PAGE_SIZE);
    pauseAfter(1, third.cpu, mm, later);
    finish([
      [3, 4],
      [6, 7],
    ]);
    expect(runAlone(later)).toBe(0);
    expect(unsound(machine)).toEqual([]);
  });

  it.each([
    ['madvise', (task: CallTask) => task.advise(ZONE - 5, PAGES + 5, MADV.dontFork)],
    ['mprotect', (task: CallTask) => task.protect(ZONE - 5, PAGES + 5, PROT.read)],
    ['mlock', (task: CallTask) => task.lock(ZONE - 5, PAGES + 5)],
  ] as const)('%s does not make one VMA of two that die: no munmap would find it', (_, call) => {
    const { machine, other, third, finish } = start(holds);
    const { mm } = machine;
    other.mapAt(ZONE - 5, 5, MAP.fixed);
    const later = munmap(third.cpu, mm, HOW, (ZONE - 5) * PAGE_SIZE, 5 * PAGE_SIZE);
    pauseAfter(holds, third.cpu, mm, later);
    call(new CallTask(machine, HOW, 1));
    expect(runAlone(later)).toBe(0);
    finish([]);
  });
});
