import { describe, expect, it } from 'vitest';
import { Prng } from '../util/prng.js';
import { accessPages } from './access.js';
import { ACCESS } from './fault-result.js';
import { HUGE_ZERO, blockOf } from './huge-entry.js';
import { MM, PAGE_SIZE, POOL } from './layout.js';
import { madvise } from './madvise.js';
import { mprotect } from './mprotect.js';
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import { munmap } from './munmap/strategy.js';
import type { Op } from './op.js';
import { populate } from './populate.js';
import { HERE, isSound, startHuge } from './testing/huge-machine.js';
import { DENIED } from './testing/lone-task.js';
import { leftAfterExit, presentIn, unsound } from './testing/memory-view.js';
import { interleave, runAlone } from './testing/test-machine.js';
import { MADV, MAP, PROT } from './uapi.js';

describe('a store to 2 MiB that nobody has touched', () => {
  it('is one fault, makes all of it present as zeros, and counts 512 in rss', () => {
    const { machine, km, mm, task, huge, faults, entry } = startHuge();
    task.mapAt(HERE, 1024, MAP.fixed);
    task.store(HERE + 7, 5);
    expect([faults(), task.stat('faultsMinor'), huge()]).toEqual([1, 1, 1]);
    expect(presentIn(km, mm, HERE, HERE + 1024)).toBe(512);
    expect(km.words[mm.at + MM.rss]).toBe(512);
    expect([6, 7, 8, 511].map((i) => task.load(HERE + i))).toEqual([0, 5, 0, 0]);
    expect(task.fill(HERE, 512, 1000)).toBe(0);
    expect([faults(), task.load(HERE + 511)]).toEqual([1, 1511]);
    expect(blockOf(entry())).toBeGreaterThan(0);
    task.fill(HERE, 1024, 1);
    expect([faults(), huge()]).toEqual([2, 2]);
    isSound(machine);
  });

  it('is populated as one, too, by a kernel that perf does not see', () => {
    const { machine, task, huge, faults } = startHuge();
    task.mapAt(HERE, 1024, MAP.fixed);
    expect(runAlone(populate(task.cpu, task.mm, HERE, 1024))).toBe(1024);
    expect([faults(), huge()]).toEqual([0, 2]);
    isSound(machine);
  });

  it.each([
    ['never', 0, 0],
    ['madvise', 0, 0],
    ['madvise', MADV.hugePage, 1],
    ['always', MADV.noHugePage, 0],
    ['always', 0, 1],
  ] as const)('with %s and advice %i makes %i huge page', (thp, advice, expected) => {
    const { machine, mm, task, call, huge } = startHuge({}, thp);
    task.mapAt(HERE, 512, MAP.fixed);
    const [at, bytes] = [HERE * PAGE_SIZE, 512 * PAGE_SIZE];
    if (advice !== 0) expect(call(madvise(task.cpu, mm, at, bytes, advice))).toBe(0);
    task.store(HERE + 1, 1);
    expect(huge()).toBe(expected);
    isSound(machine);
  });

  it('is small where the VMA does not hold all of it, or some of it is there', () => {
    const { machine, task, huge, faults } = startHuge();
    task.mapAt(HERE + 1, 1023 + 300, MAP.fixed);
    task.store(HERE + 1, 1);
    task.store(HERE + 512, 2);
    task.store(HERE + 1024, 3);
    expect([huge(), faults()]).toEqual([1, 3]);
    task.mapAt(HERE, 1, MAP.fixed);
    task.store(HERE, 9);
    task.store(HERE + 2, 9);
    expect([huge(), faults()]).toEqual([1, 5]);
    isSound(machine);
  });
});

describe('loads', () => {
  it('show the huge zero page, which counts nowhere, until a store', () => {
    const { machine, km, mm, task, other, entry, faults, huge } = startHuge();
    task.mapAt(HERE, 512, MAP.fixed);
    expect([task.load(HERE + 3), task.load(HERE + 4), other.load(HERE + 511)]).toEqual([0, 0, 0]);
    expect([entry(), faults(), faults(other), huge()]).toEqual([HUGE_ZERO, 1, 0, 0]);
    expect(km.words[mm.at + MM.rss]).toBe(0);
    expect(unsound(machine)).toEqual([]);
    expect(task.store(HERE + 3, 8)).toBe(true);
    expect([faults(), huge()]).toEqual([2, 1]);
    // What the other knew of the zero page was flushed.
    expect([other.load(HERE + 3), other.load(HERE + 511)]).toEqual([8, 0]);
    isSound(machine);
  });

  it('of a PROT_READ mapping never get more', () => {
    const { machine, task, huge } = startHuge();
    task.mapAt(HERE, 512, MAP.fixed, PROT.read);
    expect([task.load(HERE), task.store(HERE, 1)]).toEqual([0, false]);
    expect(huge()).toBe(0);
    isSound(machine);
  });
});

describe.each([pristine, patched, mainline])('$name', (strategy) => {
  const how = { strategy, thresholdPages: 1 };

  it('unmaps a huge page as one, and its block is had again whole', () => {
    const { machine, km, task, huge, entry } = startHuge({}, 'always', how);
    const blocks = new Set<number>();
    for (let i = 0; i < 40; i++) {
      task.mapAt(HERE, 512, MAP.fixed);
      task.store(HERE, i + 1);
      expect(task.load(HERE + 1)).toBe(0);
      task.fill(HERE, 512, 7);
      blocks.add(blockOf(entry()));
      task.unmap(HERE, 512);
      expect(huge()).toBe(0);
      expect(task.load(HERE)).toBe(DENIED);
    }
    expect(blocks.size).toBe(1);
    expect(km.words[km.at.zone + POOL.brk]).toBe(1023);
    isSound(machine);
  });

  it('splits it for a part, whose neighbours stay', () => {
    const { machine, km, mm, task, other, huge, faults } = startHuge({}, 'always', how);
    task.mapAt(HERE, 1024, MAP.fixed);
    task.fill(HERE, 1024, 100);
    task.unmap(HERE + 10, 20);
    expect(huge()).toBe(1);
    expect(presentIn(km, mm, HERE, HERE + 1024)).toBe(1004);
    expect(other.fill(HERE, 1024, 300)).toBe(20);
    expect([task.load(HERE + 9), task.load(HERE + 10), task.load(HERE + 30)]).toEqual([
      309,
      DENIED,
      330,
    ]);
    expect(faults()).toBe(3);
    isSound(machine);
  });

  it('splits without memory: the page table was put by', () => {
    const { machine, task, huge } = startHuge({ tables: 6 }, 'always', how);
    task.mapAt(HERE, 1024, MAP.fixed);
    task.fill(HERE, 1024, 1);
    expect(huge()).toBe(2);
    task.unmap(HERE + 1, 1);
    task.unmap(HERE + 600, 1);
    expect(huge()).toBe(0);
    expect([task.load(HERE), task.load(HERE + 1), task.load(HERE + 599)]).toEqual([1, DENIED, 600]);
    isSound(machine);
  });

  it('in every interleaving of faults, partial unmaps and DONTNEED', () => {
    for (let seed = 0; seed < 60; seed++) {
      const { machine, mm, task, call } = startHuge({}, seed % 2 ? 'always' : 'madvise', how);
      const prng = new Prng(seed, 5);
      task.mapAt(HERE, 1024, MAP.fixed);
      call(madvise(task.cpu, mm, HERE * PAGE_SIZE, 512 * PAGE_SIZE, MADV.hugePage));
      const ops = machine.cpus.map(function* (cpu): Op<void> {
        const mine = new Prng(seed, 6, cpu.task);
        for (let i = 0; i < 4; i++) {
          const page = HERE + mine.below(1024);
          const dice = mine.below(cpu.task === 2 ? 7 : 5);
          const pages = 1 + mine.below(HERE + 1024 - page);
          const [at, bytes] = [page * PAGE_SIZE, pages * PAGE_SIZE];
          if (dice < 2) yield* accessPages(cpu, mm, page, 2, ACCESS.load);
          else if (dice < 4) yield* accessPages(cpu, mm, page, 2, ACCESS.store, 1 + cpu.task);
          else if (dice === 4) yield* madvise(cpu, mm, at, bytes, MADV.dontNeed);
          else if (dice === 5) yield* munmap(cpu, mm, how, at, bytes);
          else yield* mprotect(cpu, mm, at, bytes, PROT.read);
        }
      });
      interleave(machine.cpus, ops, prng);
      expect(unsound(machine), `seed ${seed}`).toEqual([]);
      expect(leftAfterExit(machine), `seed ${seed}`).toEqual([]);
    }
  });
});

describe('without a whole block', () => {
  it('pages are small, until memory is full', () => {
    const { machine, task, huge, faults } = startHuge({ frames: 1500 });
    task.mapAt(HERE, 2048, MAP.fixed);
    const denied = task.fill(HERE, 2048, 1);
    expect([huge(), denied]).toEqual([1, 2048 - 1500]);
    expect(faults()).toBe(1 + 1536);
    isSound(machine);
  });

  it('a store to the huge zero page gets a small one, and the others stay zero', () => {
    const { machine, task, huge, entry } = startHuge({ frames: 400 });
    task.mapAt(HERE, 512, MAP.fixed);
    task.load(HERE);
    expect(entry()).toBe(HUGE_ZERO);
    expect(task.store(HERE + 9, 4)).toBe(true);
    expect([huge(), entry()]).toEqual([0, 0]);
    expect([8, 9, 10].map((i) => task.load(HERE + i))).toEqual([0, 4, 0]);
    isSound(machine);
  });

  it.each([1, 2, 3, 4, 5])('and with %i page tables, no fault leaves anything behind', (tables) => {
    const { machine, task } = startHuge({ tables });
    task.mapAt(HERE, 512, MAP.fixed);
    expect(task.fill(HERE, 4, 1)).toBe(tables < 4 ? 4 : 0);
    expect(task.load(HERE)).toBe(tables < 4 ? (tables === 3 ? 0 : DENIED) : 1);
    isSound(machine);
  });

  it('one comes back once all its frames are in the zone again', () => {
    const { machine, task, huge } = startHuge({ frames: 1023 });
    task.mapAt(HERE, 1024, MAP.fixed);
    task.fill(HERE, 512, 1);
    task.unmap(HERE + 1, 1);
    task.unmap(HERE, 1024);
    const takesSmallOnes = (): void => {
      task.mapAt(HERE, 511, MAP.fixed);
      task.fill(HERE, 511, 1);
    };
    // The CPU's own list still holds some.
    takesSmallOnes();
    task.mapAt(HERE + 512, 512, MAP.fixed);
    task.store(HERE + 512, 1);
    expect(huge()).toBe(0);
    expect(task.load(HERE + 512 + 511)).toBe(0);
    isSound(machine);
  });
});
