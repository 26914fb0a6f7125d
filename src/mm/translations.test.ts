/**
 * What a CPU's own translations do to its accesses: they hide what the page tables have come to say
 * until a flush, and so bring to light a munmap that frees before it flushes, or never does.
 */
import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { MM, PTE, STAT } from './layout.js';
import { FOUND, detach, freeVmas, lookupAndSplit, type MunmapRange } from './munmap/phases.js';
import { pristine } from './munmap/pristine.js';
import type { MunmapStrategy } from './munmap/strategy.js';
import type { Cpu, Op } from './op.js';
import type { Mm } from './mm.js';
import { accessPages } from './access.js';
import { ACCESS } from './fault-result.js';
import { freeFrames } from './page-alloc.js';
import { pteSlot, zapRange } from './page-table.js';
import { downWrite, upWrite } from './rwsem.js';
import { DENIED, LoneTask } from './testing/lone-task.js';
import { contentOf, unsound } from './testing/memory-view.js';
import { PageHistory } from './testing/page-history.js';
import { observe, raceTask } from './testing/race-tasks.js';
import { interleave, runAlone, testMachine } from './testing/test-machine.js';
import { answerIpi, enterUser, flushTlb, leaveUser } from './tlb.js';
import { Translations } from './translations.js';
import { MAP } from './uapi.js';
import { endOf, startOf } from './vma.js';

const HERE = 2 ** 25;

/** Frees what the pages were and tells nobody, or nobody who is in the kernel just then. */
function forgetful(tells: 'nobody' | 'users only'): MunmapStrategy {
  function* zapAndFree(cpu: Cpu, mm: Mm, range: MunmapRange): Op<void> {
    const { gather } = cpu;
    for (const vma of range.detached) {
      yield* zapRange(cpu, mm, startOf(cpu.km, vma), endOf(cpu.km, vma));
    }
    if (tells === 'users only') {
      yield* flushTlb(cpu, mm);
      Atomics.sub(cpu.km.words, mm.at + MM.tlbGeneration, 1);
    }
    yield* freeFrames(cpu, gather.frames, gather.frameCount);
    gather.frameCount = 0;
  }
  return {
    name: `tells ${tells}`,
    title: 'broken',
    hasThreshold: false,
    *munmap(cpu, mm, range) {
      yield* downWrite(cpu, mm.sem);
      const found = yield* lookupAndSplit(cpu, mm, range);
      if (found === FOUND) {
        yield* detach(cpu, mm, range);
        yield* zapAndFree(cpu, mm, range);
        yield* freeVmas(cpu, range);
      }
      yield* upWrite(cpu, mm.sem);
      return found === FOUND ? 0 : found;
    },
  };
}

/** Seeds for which what the tasks saw of their pages cannot be explained. */
function unexplainedSeeds(strategy: MunmapStrategy, seeds: number): number {
  const how = { strategy, thresholdPages: 1 };
  let found = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const prng = new Prng(seed, 9);
    const machine = testMachine({ tasks: 4, frames: 512, tables: 40 });
    const { km, mm, cpus } = machine;
    const race = { km, mm, how, history: new PageHistory('at once'), known: [] };
    const ops = cpus.map((cpu) => raceTask(race, cpu, new Prng(seed, 10, cpu.task), 15));
    interleave(cpus, ops, prng);
    observe(race);
    if (race.history.unexplained().length > 0) found += 1;
  }
  return found;
}

function start() {
  const machine = testMachine({ tasks: 3 });
  const [task, other] = [0, 1].map((id) => new LoneTask(machine, undefined, id));
  const { km, mm } = machine;
  task!.mapAt(HERE, 8, MAP.fixed);
  task!.fill(HERE, 8, 100);
  return { machine, km, mm, task: task!, other: other! };
}

describe('a munmap that frees pages others have translations of', () => {
  it.each(['nobody', 'users only'] as const)('and tells %s is seen in what pages hold', (tells) => {
    expect(unexplainedSeeds(forgetful(tells), 60)).toBeGreaterThan(5);
  });

  it('is not seen where it flushes in time', () => {
    expect(unexplainedSeeds(pristine, 60)).toBe(0);
  });

  it('lets the other store into what has become a third one’s page', () => {
    const machine = testMachine({ tasks: 2, mms: 1 });
    const how = { strategy: forgetful('nobody'), thresholdPages: 1 };
    const owner = new LoneTask(machine, how, 0);
    const late = new LoneTask(machine, how, 1);
    owner.mapAt(HERE, 1, MAP.fixed);
    late.store(HERE, 5);
    expect(owner.load(HERE)).toBe(5);
    owner.unmap(HERE, 1);
    expect(late.load(HERE)).toBe(5);
    owner.mapAt(HERE + 4, 1, MAP.fixed);
    owner.store(HERE + 4, 7);
    expect(late.load(HERE)).toBe(7);
    expect(late.store(HERE, 8)).toBe(true);
    expect(owner.load(HERE + 4)).toBe(8);
  });
});

describe('a translation', () => {
  it('is used whatever the page table says, until a flush while its CPU is in the kernel', () => {
    const { km, mm, task, other } = start();
    const slot = pteSlot(km, mm.root, HERE + 2);
    const pte = km.tables[slot]!;
    const generation = km.words[mm.at + MM.tlbGeneration];
    km.tables[slot] = pte & ~PTE.write;
    expect(task.store(HERE + 2, 1)).toBe(true);
    expect(task.stat('faultsTotal')).toBe(8);
    runAlone(flushTlb(other.cpu, mm));
    expect(km.words[mm.at + MM.tlbGeneration]).not.toBe(generation);
    km.tables[slot] = 0;
    expect(task.load(HERE + 2)).toBe(0);
    expect(task.stat('faultsTotal')).toBe(9);
  });

  it('goes with the answer to an IPI', () => {
    const { km, mm, task, other } = start();
    const slot = pteSlot(km, mm.root, HERE);
    enterUser(task.cpu, mm);
    expect(task.cpu.translations.lookup(HERE)).toBe(km.tables[slot]);
    const flush = flushTlb(other.cpu, mm);
    while (flush.next().done !== true) answerIpi(task.cpu);
    expect(task.cpu.translations.lookup(HERE)).toBe(0);
    leaveUser(task.cpu);
  });

  it('that only allows loads does not outlive the trap of a store', () => {
    const { machine, km, mm, task, other } = start();
    const slot = pteSlot(km, mm.root, HERE);
    const pte = km.tables[slot]!;
    km.tables[slot] = pte & ~PTE.write;
    expect(other.load(HERE)).toBe(100);
    km.tables[slot] = pte;
    // No trap is needed: a CPU looks again before it complains.
    expect(other.store(HERE, 5)).toBe(true);
    expect(other.stat('faultsTotal')).toBe(0);
    expect(task.load(HERE)).toBe(5);
    expect(other.cpu.translations.lookup(HERE)).toBe(pte);
    expect(unsound(machine)).toEqual([]);
  });

  it('belongs to one address space', () => {
    const machine = testMachine({ tasks: 2, mms: 2 });
    const { cpus, mms, km } = machine;
    const [first, second] = mms;
    const tasks = [first!, second!].map((mm) => new LoneTask({ ...machine, mm }));
    for (const task of tasks) task.mapAt(HERE, 1, MAP.fixed);
    expect(tasks.map((task, i) => task.store(HERE, 20 + i))).toEqual([true, true]);
    expect(tasks.map((task) => task.load(HERE))).toEqual([20, 21]);
    expect([first!, second!].map((mm) => contentOf(km, mm, HERE))).toEqual([20, 21]);
    expect(cpus[0]!.km.stats[cpus[0]!.stat + STAT.faultsTotal]).toBe(2);
  });

  it('is of one page, however alike the numbers of pages are', () => {
    const translations = new Translations();
    const pages = [0, 1, 64, 2 ** 31, 2 ** 32, 2 ** 34 + 1, 2 ** 35 - 64, 2 ** 35 - 1];
    for (const page of pages) {
      translations.begin(page, 1);
      translations.ptes[page % 64] = 15;
      translations.keep(page, 1);
      const known = pages.filter((other) => translations.lookup(other) !== 0);
      expect(known.filter((other) => other % 64 === page % 64)).toEqual([page]);
    }
  });
});

describe('the dirty bit', () => {
  const clean = () => {
    const started = start();
    const { km, mm, other } = started;
    const slot = pteSlot(km, mm.root, HERE);
    km.tables[slot]! &= ~PTE.dirty;
    runAlone(flushTlb(other.cpu, mm));
    return { ...started, slot, dirty: (): boolean => (km.tables[slot]! & PTE.dirty) !== 0 };
  };

  it('is set by the first store, without a trap and not by a load', () => {
    const { task, other, dirty } = clean();
    expect(task.load(HERE)).toBe(100);
    expect(dirty()).toBe(false);
    expect(task.store(HERE, 3)).toBe(true);
    expect(dirty()).toBe(true);
    expect(task.stat('faultsTotal')).toBe(8);
    expect(other.load(HERE)).toBe(3);
  });

  it('is set again once it was cleared and flushed, and not before', () => {
    const { km, mm, slot, task, other, dirty } = clean();
    task.store(HERE, 3);
    km.tables[slot]! &= ~PTE.dirty;
    task.store(HERE, 4);
    expect(dirty()).toBe(false);
    runAlone(flushTlb(other.cpu, mm));
    task.store(HERE, 5);
    expect(dirty()).toBe(true);
  });

  it.each([0, PTE.present])('is not set in a PTE that has changed since it was read', (left) => {
    const { km, mm, slot, task } = clean();
    const frame = km.tables[slot]! & ~7;
    task.cpu.stepwise = true;
    const access = accessPages(task.cpu, mm, HERE, 1, ACCESS.store, 9);
    access.next();
    // The walk: it has seen a clean PTE, and stands before the swap.
    while (task.cpu.accessRunner!.run.pte !== (frame | PTE.present | PTE.write)) access.next();
    expect(task.cpu.accessRunner!.run.pte).toBe(frame | PTE.present | PTE.write);
    km.tables[slot] = left === 0 ? 0 : frame | left | PTE.write | PTE.dirty;
    const before = km.tables[slot];
    task.cpu.stepwise = false;
    runAlone(access);
    expect(km.tables[slot] & 7).toBe(7);
    if (before !== 0) expect(km.tables[slot]).toBe(before);
    expect(task.stat('faultsTotal')).toBe(left === 0 ? 9 : 8);
    expect(contentOf(km, mm, HERE)).toBe(9);
  });

  it('is set in a page that others look at in every interleaving, and no store is lost', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { machine, km, mm, slot } = clean();
      const { cpus } = machine;
      const ops = cpus.map(function* (cpu): Op<void> {
        if (cpu.task === 2) return yield* flushTlb(cpu, mm);
        yield* accessPages(cpu, mm, HERE + cpu.task, 1, ACCESS.load);
        yield* accessPages(cpu, mm, HERE, 1, ACCESS.store, 50 + cpu.task);
      });
      interleave(cpus, ops, new Prng(seed, 4));
      expect(km.tables[slot]! & PTE.dirty).toBe(PTE.dirty);
      expect([50, 51]).toContain(contentOf(km, mm, HERE));
      expect(unsound(machine)).toEqual([]);
    }
  });
});

it('what is not mapped is not remembered', () => {
  const { task } = start();
  expect(task.load(HERE + 20)).toBe(DENIED);
  task.mapAt(HERE + 20, 1, MAP.fixed);
  expect(task.load(HERE + 20)).toBe(0);
});
