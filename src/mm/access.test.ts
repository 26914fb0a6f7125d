import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { accessPages } from './access.js';
import { populate } from './populate.js';
import { ACCESS } from './fault-result.js';
import type { Geometry } from './kernel-memory.js';
import { TASK } from './layout.js';
import { MAP } from './uapi.js';
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import type { Op } from './op.js';
import { downWrite, upWrite } from './rwsem.js';
import { DENIED, LoneTask, READ_WRITE } from './testing/lone-task.js';
import { contentOf, leftAfterExit, presentIn, unsound } from './testing/memory-view.js';
import { interleave, runAlone, testMachine } from './testing/test-machine.js';
import { VM_DEAD, VM_EXEC, VM_READ, VM_WRITE, addFlags, findVma } from './vma.js';

function start(geometry: Partial<Geometry> = {}) {
  const machine = testMachine(geometry);
  const task = new LoneTask(machine);
  const other = new LoneTask(machine, task.how, 1);
  const faults = (of = task): number[] =>
    (['faultsTotal', 'faultsMinor', 'faultsMajor', 'sigsegv', 'outOfMemory'] as const).map((name) =>
      of.stat(name),
    );
  return { machine, task, other, faults };
}

describe('page faults are counted as perf counts them', () => {
  it('once per page and once more for a store after a load, which is of the zero page', () => {
    const { machine, task, faults } = start();
    const page = task.map(600);
    task.fill(page, 500, 1);
    for (let i = 500; i < 600; i++) expect(task.load(page + i)).toBe(0);
    expect(faults()).toEqual([600, 600, 0, 0, 0]);
    task.fill(page, 600, 7);
    expect(task.load(page + 599)).toBe(7 + 599);
    expect(faults()).toEqual([700, 700, 0, 0, 0]);
    expect(unsound(machine)).toEqual([]);
  });

  it('in total only when it ends in SIGSEGV', () => {
    const { machine, task, faults } = start();
    const page = task.map(4);
    task.unmap(page + 1, 2);
    expect(task.fill(page - 1, 6, 1)).toBe(4);
    expect(faults()).toEqual([6, 2, 0, 4, 0]);
    // It went on behind each of them, and stored nothing of theirs anywhere.
    expect([0, 1, 2, 3].map((i) => task.load(page + i))).toEqual([2, DENIED, DENIED, 5]);
    expect(unsound(machine)).toEqual([]);
  });

  it('in total only when there is no memory', () => {
    const { machine, task, faults } = start({ frames: 5 });
    const page = task.map(7);
    expect(task.fill(page, 7, 1)).toBe(2);
    expect(faults()).toEqual([7, 5, 0, 0, 2]);
    expect(unsound(machine)).toEqual([]);
    task.unmap(page, 1);
    expect(task.fill(page + 5, 2, 1)).toBe(1);
    expect(task.load(page + 1)).toBe(2);
    expect(leftAfterExit(machine)).toEqual([]);
  });

  it('by the task that had them', () => {
    const { task, other, faults } = start();
    const page = task.map(10);
    task.fill(page, 4, 1);
    other.fill(page, 10, 1);
    expect([faults(task)[0], faults(other)[0]]).toEqual([4, 6]);
  });

  it('not at all when the kernel populates', () => {
    const { machine, task, faults } = start();
    const page = task.map(2000);
    expect(runAlone(populate(task.cpu, task.mm, page + 1, 1999))).toBe(1999);
    expect(presentIn(machine.km, machine.mm, page, page + 2000)).toBe(1999);
    expect(faults()).toEqual([0, 0, 0, 0, 0]);
    expect(task.load(page + 1999)).toBe(0);
    expect(task.fill(page + 1, 1999, 1)).toBe(0);
    expect(faults()).toEqual([0, 0, 0, 0, 0]);
    expect(unsound(machine)).toEqual([]);
  });
});

describe('populate', () => {
  it('keeps what is there and stops at the first page that cannot be', () => {
    const { machine, task } = start();
    const page = task.map(30);
    task.store(page + 3, 44);
    task.unmap(page + 20, 1);
    expect(runAlone(populate(task.cpu, task.mm, page, 30))).toBe(20);
    expect(contentOf(machine.km, machine.mm, page + 3)).toBe(44);
    expect(presentIn(machine.km, machine.mm, page, page + 30)).toBe(20);
    expect(unsound(machine)).toEqual([]);
  });

  it.each([{ frames: 700 }, { tables: 5 }])('says how far it got when it runs out of %o', (few) => {
    const { machine, task } = start(few);
    const page = task.map(2000);
    const done = runAlone(populate(task.cpu, task.mm, page, 2000));
    expect(done).toBeGreaterThan(500);
    expect(done).toBeLessThan(2000);
    expect(presentIn(machine.km, machine.mm, page, page + 2000)).toBe(done);
    expect(unsound(machine)).toEqual([]);
  });
});

describe('permission', () => {
  it.each([
    { prot: 0, load: DENIED, store: false },
    { prot: VM_READ, load: 0, store: false },
    { prot: VM_READ | VM_EXEC, load: 0, store: false },
    { prot: VM_EXEC, load: 0, store: false },
    { prot: VM_WRITE, load: 1, store: true },
    { prot: READ_WRITE, load: 1, store: true },
  ])('prot $prot: load $load, store $store', ({ prot, load, store }) => {
    const { machine, task, faults } = start();
    const page = task.map(1, { prot });
    expect(task.store(page, 1)).toBe(store);
    expect(task.load(page)).toBe(load);
    expect(task.store(page, 1)).toBe(store);
    expect(faults()[3]).toBe((store ? 0 : 2) + (load === DENIED ? 1 : 0));
    expect(unsound(machine)).toEqual([]);
  });

  it('is none in a dead VMA, but what is present can be used until it is zapped', () => {
    const { machine, task, other, faults } = start();
    const { km, mm } = machine;
    const page = task.map(2);
    task.store(page, 9);
    addFlags(km, findVma(km, mm, page), VM_DEAD);
    for (const one of [task, other]) {
      expect(one.load(page)).toBe(9);
      expect(one.store(page + 1, 1)).toBe(false);
      expect(one.load(page + 1)).toBe(DENIED);
    }
    expect(faults()).toEqual([3, 1, 0, 2, 0]);
    expect(runAlone(populate(task.cpu, mm, page + 1, 1))).toBe(0);
  });
});

describe('the VMA cache', () => {
  it('does not outlive a munmap, on any task, whatever became of the record', () => {
    for (const strategy of [undefined, patched, mainline]) {
      const { machine, task, other } = start();
      const how = strategy ? { strategy, thresholdPages: 1 } : task.how;
      const caller = new LoneTask(machine, how);
      const page = task.map(8);
      for (const one of [task, other]) one.fill(page, 2, 1);
      caller.unmap(page, 8);
      for (const one of [task, other]) expect(one.load(page + 4)).toBe(DENIED);
      // The same record, elsewhere: the same slot of the cache, and a range of its own.
      task.mapAt(page + 16, 8, MAP.fixed, VM_READ);
      for (const one of [task, other]) {
        expect(one.load(page + 4)).toBe(DENIED);
        expect(one.store(page + 20, 1)).toBe(false);
      }
      expect(unsound(machine)).toEqual([]);
    }
  });

  it('follows a VMA that is split, and one that is merged', () => {
    const { machine, task, other } = start();
    const page = task.map(12);
    other.fill(page, 12, 100);
    task.unmap(page + 4, 4);
    expect([0, 3, 4, 7, 8, 11].map((i) => other.load(page + i))).toEqual([
      100,
      103,
      DENIED,
      DENIED,
      108,
      111,
    ]);
    task.mapAt(page + 4, 4, MAP.fixed);
    expect([3, 4, 7, 8].map((i) => other.load(page + i))).toEqual([103, 0, 0, 108]);
    expect(unsound(machine)).toEqual([]);
  });
});

describe('mmap_sem', () => {
  it('is waited for by a fault that finds it taken; the fault counts, and is one', () => {
    const { machine, task, other, faults } = start();
    const page = task.map(2);
    runAlone(downWrite(other.cpu, machine.mm.sem));
    const access = accessPages(task.cpu, task.mm, page, 2, ACCESS.store, 5);
    expect(access.next().done).toBe(false);
    expect(machine.km.words[task.cpu.self + TASK.waitsFor]).toBe(machine.mm.sem);
    expect([task.stat('trylockFailed'), task.stat('faultsTotal')]).toEqual([1, 1]);
    // Whoever waits in the kernel need not be interrupted for a TLB flush.
    expect(machine.km.words[task.cpu.self + TASK.mode]).toBe(0);
    runAlone(upWrite(other.cpu, machine.mm.sem));
    expect(runAlone(access)).toBe(0);
    expect(faults()).toEqual([2, 2, 0, 0, 0]);
    expect(task.cpu.log.readWaits).toHaveLength(1);
    expect(task.load(page + 1)).toBe(6);
    expect(unsound(machine)).toEqual([]);
  });

  it('is not touched by an access to a page that is present', () => {
    const { machine, task, other } = start();
    const page = task.map(3);
    task.fill(page, 3, 1);
    runAlone(downWrite(other.cpu, machine.mm.sem));
    expect(task.fill(page, 3, 10)).toBe(0);
    expect(task.load(page + 2)).toBe(12);
    expect([task.stat('readFast'), task.stat('trylockFailed')]).toEqual([0, 0]);
    runAlone(upWrite(other.cpu, machine.mm.sem));
  });
});

it('gives tasks that fault on one page at one time one frame, and one set of tables', () => {
  for (let seed = 0; seed < 60; seed++) {
    const machine = testMachine({ tasks: 4, frames: 140, tables: 20, vmas: 4 });
    const { cpus, mm, km } = machine;
    const page = new LoneTask(machine).map(4);
    const seen: number[] = [];
    const ops = cpus.map(function* (cpu): Op<void> {
      yield* accessPages(cpu, mm, page, 4, ACCESS.load);
      seen.push(cpu.loaded);
      yield* accessPages(cpu, mm, page + cpu.task, 1, ACCESS.store, 50 + cpu.task);
      yield* accessPages(cpu, mm, page, 4, ACCESS.load);
    });
    interleave(cpus, ops, new Prng(seed, 3));
    const contents = [0, 1, 2, 3].map((i) => contentOf(km, mm, page + i));
    expect(contents, `seed ${seed}`).toEqual([50, 51, 52, 53]);
    expect(seen.filter((word) => word !== 0 && word !== 53)).toEqual([]);
    expect(unsound(machine), `seed ${seed}`).toEqual([]);
    expect(leftAfterExit(machine), `seed ${seed}`).toEqual([]);
  }
});
