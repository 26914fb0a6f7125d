import { describe, expect, it } from 'vitest';
import { checkKernel } from './check.js';
import type { KernelMemory } from './kernel-memory.js';
import {
  FRAME_COUNT_ONE,
  FRAME_MAP_ONE,
  MM,
  PCP,
  PCP_RING,
  POOL,
  PTE,
  SEM,
  TABLE,
  TASK,
} from './layout.js';
import { tryAllocFrame } from './page-alloc.js';
import { allocTables, pteTableOf } from './page-table.js';
import { tablePool, takeUnlocked } from './pool.js';
import { runAlone, violations } from './testing/test-machine.js';
import { HERE, Victim, expectFound, type Plant } from './testing/victim.js';
import { WAITER, enqueue } from './wait-list.js';

const LOCKS: Plant[] = [
  {
    what: 'a reader that never left',
    plant: ({ words, mm }) => (words[mm.sem + SEM.count] = 1),
    says: /^mm 0: mmap_sem count is 1 at rest, not 0$/,
  },
  {
    what: 'a waiter that nobody woke',
    plant: ({ words, cpu, mm }) => {
      words[mm.sem + SEM.waitLock] = 1;
      enqueue(cpu, mm.sem, WAITER.reader, 0, false);
      words[mm.sem + SEM.waitLock] = 0;
    },
    says: /^mm 0: task 0 is left on mmap_sem's wait list$/,
  },
  {
    what: 'a spinner that never stopped',
    plant: ({ words, mm }) => (words[mm.sem + SEM.osqTail] = 2),
    says: /^mm 0: task 1 is left spinning for mmap_sem$/,
  },
  {
    what: 'a task that believes it waits',
    plant: ({ words, cpu, mm }) => (words[cpu.self + TASK.waitsFor] = mm.sem),
    says: /^task 0 still waits for a lock at rest$/,
  },
  {
    what: 'the wait lock held',
    plant: ({ words, mm }) => (words[mm.sem + SEM.waitLock] = 1),
    says: /^mm 0: wait lock is held at rest$/,
  },
  {
    what: 'a page-table lock held',
    plant: ({ words, km, mm }) => {
      words[km.tableRecordAt(pteTableOf(km, mm.root, HERE)) + TABLE.lock] = 1;
    },
    says: /^mm 0: page-table lock \d+ is held at rest$/,
  },
  {
    what: 'the zone lock held',
    plant: ({ words, zone }) => (words[zone] = 1),
    says: /^zone lock is held at rest$/,
  },
  {
    what: 'the table pool lock held',
    plant: ({ words, km }) => (words[km.at.tablePool] = 1),
    says: /^table pool lock is held at rest$/,
  },
  {
    what: 'the VMA pool lock held',
    plant: ({ words, km }) => (words[km.at.vmaPool] = 1),
    says: /^VMA pool lock is held at rest$/,
  },
  {
    what: 'a task left in user mode',
    plant: ({ words, machine }) => (words[machine.cpus[1]!.self + TASK.mode] = 1),
    says: /^task 1 is in user mode at rest$/,
  },
];

const PAGES: Plant[] = [
  {
    what: 'a frame taken from the free list and forgotten',
    plant: ({ cpu }) => tryAllocFrame(cpu),
    says: /^frame \d+: mapped by 0 PTEs, map count 1, references 1$/,
  },
  {
    what: 'a free frame that is on no list',
    plant: ({ words, cpu }) => (words[cpu.pcp + PCP.head]! -= 1),
    says: /^frames: \d+ are free, the free lists hold \d+$/,
  },
  {
    what: 'one frame in two PTEs',
    plant: (victim) => {
      victim.km.tables[victim.slot(HERE)] = victim.km.tables[victim.slot(HERE + 1)]!;
    },
    says: /^frame \d+: mapped by 2 PTEs, map count 1, references 1$/,
  },
  {
    what: 'one frame in two PTEs, and its own count agrees',
    plant: (victim) => {
      victim.km.tables[victim.slot(HERE)] = victim.km.tables[victim.slot(HERE + 1)]!;
      victim.km.frames[victim.stateOf(victim.frameOf(HERE))]! += FRAME_MAP_ONE;
    },
    says: /^frame \d+: mapped by 2 PTEs, map count 2, references 1$/,
  },
  {
    what: 'a reference too many',
    plant: (victim) => (victim.km.frames[victim.stateOf(victim.frameOf(HERE))]! += FRAME_COUNT_ONE),
    says: /^frame \d+: mapped by 1 PTEs, map count 1, references 2$/,
  },
  {
    what: 'a mapped frame marked free',
    plant: (victim) => (victim.km.frames[victim.stateOf(victim.frameOf(HERE))] = 1 << 31),
    says: /^frame \d+ is free and mapped by 1 PTEs$/,
  },
  {
    what: 'a PTE of a frame that does not exist yet',
    plant: (victim) => (victim.km.tables[victim.slot(HERE)] = (4000 << PTE.shift) | PTE.present),
    says: /^mm 0: page 33554432 maps frame 4000, never allocated$/,
  },
  {
    what: 'a PTE outside every VMA',
    plant: (victim) => {
      victim.km.tables[victim.slot(HERE + 5)] = victim.km.tables[victim.slot(HERE)]!;
      victim.km.tables[victim.slot(HERE)] = 0;
    },
    says: /^mm 0: page 33554437 is present outside every VMA$/,
  },
  {
    what: 'rss off by one',
    plant: ({ words, mm }) => (words[mm.at + MM.rss]! += 1),
    says: /^mm 0: rss is 9 pages, 8 PTEs are present$/,
  },
  {
    what: 'a cleared PTE: a page lost',
    plant: (victim) => (victim.km.tables[victim.slot(HERE + 3)] = 0),
    says: /^mm 0: rss is 8 pages, 7 PTEs are present$/,
  },
  {
    what: 'a table taken and forgotten',
    plant: ({ km }) => takeUnlocked(km, tablePool(km)),
    says: /^page tables: 4 in use \+ \d+ free, \d+ ever taken$/,
  },
  {
    what: 'a table reached twice',
    plant: ({ km, cpu, mm }) => {
      runAlone(allocTables(cpu, mm, HERE + 512));
      const pmd = pteSlotOfTable(km, mm.root, HERE);
      km.tables[pmd + 2] = km.tables[pmd]!;
    },
    says: /^page tables: 6 in use \+ \d+ free, \d+ ever taken$/,
  },
  {
    what: 'a page list whose ends have passed each other',
    plant: ({ words, cpu }) => (words[cpu.pcp + PCP.tail] = words[cpu.pcp + PCP.head]! + 1),
    says: /^CPU 0: page list of length -1$/,
  },
  {
    what: 'a page list longer than its ring',
    plant: ({ words, cpu }) => {
      words[cpu.pcp + PCP.tail] = words[cpu.pcp + PCP.head]! - PCP_RING;
    },
    says: /^CPU 0: page list of length 256$/,
  },
];

/** Where in `km.tables` the entry for the PTE table of `page` is. */
function pteSlotOfTable(km: KernelMemory, root: number, page: number): number {
  return km.tables.indexOf(pteTableOf(km, root, page));
}

it('finds nothing wrong with a sound machine', () => {
  const { machine, words, zone } = new Victim();
  expect(violations(machine)).toEqual([]);
  const report = checkKernel(machine.km);
  expect(report.mappedFrames).toBe(8);
  expect(report.mappedFrames + report.freeFrames).toBe(words[zone + POOL.brk]);
  expect(report.tablesInUse).toBe(4);
});

describe('of locks and tasks, the audit finds', () => {
  expectFound(LOCKS);
});

describe('of frames, PTEs and tables, the audit finds', () => {
  expectFound(PAGES);
});

it('says no more than twenty sentences, however much is broken', () => {
  const victim = new Victim();
  const table = pteTableOf(victim.km, victim.mm.root, HERE);
  for (let i = 100; i < 200; i++) victim.km.tables[table * 512 + i] = (9 << PTE.shift) | 1;
  expect(checkKernel(victim.km).violations).toHaveLength(20);
});
