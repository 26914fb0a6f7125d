import { describe, expect, it } from 'vitest';
import { MM, PAGE_SIZE } from '../layout.js';
import { mmap } from '../mmap.js';
import { ANONYMOUS, MAP } from '../uapi.js';
import { MMAP_BASE_PAGE } from '../mm.js';
import { STOP, type Op } from '../op.js';
import { lockMode } from '../testing/lock-watch.js';
import { DENIED, LoneTask, READ_WRITE } from '../testing/lone-task.js';
import { leftAfterExit, presentIn, unsound, vmasOf } from '../testing/memory-view.js';
import { munmapConformance } from '../testing/munmap-conformance.js';
import { runAlone, runUntil, testMachine } from '../testing/test-machine.js';
import { mainline } from './mainline.js';
import { munmap } from './strategy.js';

munmapConformance(mainline, [
  {
    reason: 'Linux 4.20 detaches under write, downgrades, and zaps and frees under read',
    manner: { holds: ['write', 'read'], zapsUnder: 'read' },
  },
]);

const PAGES = 10;
/** The zone: what task 0 unmaps. mmap would place its next mapping right here once it is free. */
const ZONE = MMAP_BASE_PAGE - PAGES;
const HOW = { strategy: mainline, thresholdPages: Infinity };

/**
 * Task 0 has just downgraded. Page i of the zone holds i + 1, but for the last, which nobody has
 * touched. `besides`: pages of the same mapping on either side of the zone, untouched, which stay.
 */
function start({ zone = ZONE, pages = PAGES, besides = 0 } = {}) {
  const machine = testMachine({ tasks: 2 });
  const { km, mm } = machine;
  const [task, other] = [0, 1].map((i) => new LoneTask(machine, HOW, i));
  task!.mapAt(zone - besides, pages + 2 * besides, MAP.fixed);
  task!.fill(zone, pages - 1, 1);
  const { cpu } = task!;
  const call = munmap(cpu, mm, HOW, zone * PAGE_SIZE, pages * PAGE_SIZE);
  cpu.stepwise = true;
  runUntil(call, () => lockMode(cpu, mm) === 'read');
  const present = (): number => presentIn(km, mm, zone, zone + pages);
  const vmas = (): [number, number][] =>
    vmasOf(km, mm).map(({ start, end }) => [start - zone, end - zone]);
  const finish = (): void => {
    expect(runAlone(call)).toBe(0);
    cpu.stepwise = false;
  };
  const isSound = (): void => {
    expect(unsound(machine)).toEqual([]);
    expect(leftAfterExit(machine)).toEqual([]);
  };
  return { machine, mm, other: other!, call, present, vmas, finish, isSound };
}

/** Goes on until the task sleeps on mmap_sem. */
function runUntilAsleep(op: Op<unknown>): void {
  for (;;) {
    const step = op.next();
    if (step.done === true) throw new Error('the op did not have to wait');
    if (step.value === STOP.sleep) return;
  }
}

it('mainline: mmap_sem is not let go from the lookup to the end', () => {
  const machine = testMachine();
  const { cpu, mm } = new LoneTask(machine, HOW);
  new LoneTask(machine, HOW, 1).mapAt(ZONE, PAGES, MAP.fixed);
  const call = munmap(cpu, mm, HOW, ZONE * PAGE_SIZE, PAGES * PAGE_SIZE);
  cpu.stepwise = true;
  const modes: string[] = [];
  while (call.next().done !== true) modes.push(lockMode(cpu, mm));
  const held = modes.slice(modes.indexOf('write'));
  expect(held.filter((mode, i) => mode !== held[i - 1])).toEqual(['write', 'read']);
});

describe('mainline: from the downgrade on', () => {
  it('the zone is in no VMA, its faults are SIGSEGV, its pages are there until they are zapped', () => {
    const { machine, mm, other, call, present, vmas, finish, isSound } = start();
    expect(vmas()).toEqual([]);
    expect(present()).toBe(PAGES - 1);
    expect(other.load(ZONE)).toBe(1);
    expect(other.store(ZONE + 1, 77)).toBe(true);
    expect(other.load(ZONE + 1)).toBe(77);
    expect(other.load(ZONE + PAGES - 1)).toBe(DENIED);
    expect(other.stat('sigsegv')).toBe(1);
    runUntil(call, () => present() === 0);
    // Who has used a page goes on using it until it hears of the flush.
    const { words } = machine.km;
    const generation = words[mm.at + MM.tlbGeneration];
    runUntil(call, () => words[mm.at + MM.tlbGeneration] !== generation);
    expect(other.fill(ZONE, PAGES, 5)).toBe(PAGES);
    expect(present()).toBe(0);
    finish();
    isSound();
  });

  it('no VMA cache leads there, whatever becomes of the record', () => {
    const { other, finish, isSound } = start();
    expect(other.load(ZONE + PAGES - 1)).toBe(DENIED);
    finish();
    expect(other.load(ZONE)).toBe(DENIED);
    expect(other.mapAt(ZONE - 50, 8, MAP.fixed)).toBe(ZONE - 50);
    expect(other.load(ZONE)).toBe(DENIED);
    isSound();
  });

  it.each([
    { call: 'mmap', flags: 0, page: 0 },
    { call: 'mmap with MAP_FIXED', flags: MAP.fixed, page: ZONE + 2 },
  ])('$call waits to the end, and what it puts there stays', ({ flags, page }) => {
    const { mm, other, call, present, vmas, finish, isSound } = start();
    const place = { address: page * PAGE_SIZE, bytes: 4 * PAGE_SIZE };
    const mapping = mmap(other.cpu, mm, { ...place, prot: READ_WRITE, flags: flags | ANONYMOUS });
    runUntilAsleep(mapping);
    runUntil(call, () => present() === 0);
    expect(vmas()).toEqual([]);
    finish();
    const first = runAlone(mapping) / PAGE_SIZE;
    // Without a wish it is placed at the top, which the zone has left free.
    expect(first).toBe(page === 0 ? ZONE + PAGES - 4 : page);
    expect(other.fill(first, 4, 50)).toBe(0);
    expect([present(), other.load(first + 3)]).toEqual([4, 53]);
    isSound();
  });

  it('a munmap of what overlaps waits to the end, and returns 0', () => {
    const { mm, other, finish, vmas, isSound } = start();
    const later = munmap(other.cpu, mm, HOW, (ZONE + 2) * PAGE_SIZE, 90 * PAGE_SIZE);
    runUntilAsleep(later);
    finish();
    expect(runAlone(later)).toBe(0);
    expect(vmas()).toEqual([]);
    isSound();
  });
});

/** Pages of a zone that has page tables to itself, and shares others with what is beside it. */
const WIDE = 1200;

/** Within one table of page tables, and over the edge between two. */
describe.each([2 ** 27 + 100, 2 ** 27 - 600])('mainline: zone at %i', (zone) => {
  it('faults on either side go through after every step, and keep the page tables they need', () => {
    const beside = [-300, -1, WIDE, WIDE + 299].map((page) => zone + page);
    let steps = 0;
    for (let isOver = false; !isOver; steps++) {
      const { other, call, vmas, finish, isSound } = start({ zone, pages: WIDE, besides: 300 });
      for (let i = 0; i < steps && !isOver; i++) isOver = call.next().done === true;
      for (const page of beside) expect(other.store(page, page), `step ${steps}`).toBe(true);
      if (!isOver) finish();
      expect(beside.map((page) => other.load(page))).toEqual(beside);
      expect(other.load(zone)).toBe(DENIED);
      expect(vmas()).toEqual([
        [-300, 0],
        [WIDE, WIDE + 300],
      ]);
      isSound();
    }
    expect(steps).toBeGreaterThan(8);
  });
});
