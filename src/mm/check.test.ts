import { describe, expect, it } from 'vitest';
import { checkKernel } from './check.js';
import {
  BLOCK,
  BLOCK_WORDS,
  FRAME,
  FRAME_COUNT_ONE,
  FRAME_MAP_ONE,
  FRAME_WORDS,
  MM,
  PCP,
  PCP_RING,
  POOL,
  PTE,
  SEM,
  TABLE,
  TASK,
  VMA,
  VMA_PAGES,
  VMA_WORDS,
  type KernelMemory,
} from './layout.js';
import { MAP_FIXED } from './mmap.js';
import { addMapCount } from './mm.js';
import { tryAllocFrame } from './page-alloc.js';
import { allocTables, pteSlot, pteTableOf } from './page-table.js';
import { tablePool, takeUnlocked } from './pool.js';
import { LoneTask } from './testing/lone-task.js';
import { runAlone, testMachine, violations, type TestMachine } from './testing/test-machine.js';
import { enqueue, WAITER } from './wait-list.js';
import { VM_DEAD, VM_READ, findVma } from './vma.js';
import { insertVma, removeVma } from './vma-index.js';
import { initVma } from './vma.js';

const HERE = 2 ** 25;

/** Three VMAs, the first two with all pages present, and free frames on every kind of list. */
function soundMachine(): TestMachine {
  const machine = testMachine({ tasks: 2 });
  const task = new LoneTask(machine);
  const scratch = task.map(1200);
  task.fill(scratch, 1200, 1);
  task.unmap(scratch, 1200);
  task.mapAt(HERE, 4, MAP_FIXED);
  task.fill(HERE, 4, 1);
  task.mapAt(HERE + 10, 4, MAP_FIXED);
  task.fill(HERE + 10, 4, 1);
  task.mapAt(HERE + 14, 4, MAP_FIXED, VM_READ);
  return machine;
}

/** A sound machine to break, and the places where it may be broken. */
class Victim {
  readonly machine = soundMachine();
  readonly km: KernelMemory = this.machine.km;
  readonly words = this.km.words;
  readonly mm = this.machine.mm;
  readonly cpu = this.machine.cpus[0]!;
  readonly zone = this.km.at.zone;
  /** Record of the zone's first block with free frames. */
  readonly block = this.km.at.blocks + (this.words[this.zone + POOL.head]! - 1) * BLOCK_WORDS;

  slot(page: number): number {
    return pteSlot(this.km, this.mm.root, page);
  }

  frameOf(page: number): number {
    return this.km.tables[this.slot(page)]! >>> PTE.shift;
  }

  stateOf(frame: number): number {
    return frame * FRAME_WORDS + FRAME.state;
  }

  /** First word of the VMA that covers a page. */
  vma(page: number): number {
    return findVma(this.km, this.mm, page) * VMA_WORDS;
  }

  edge(page: number, field: number): number {
    return this.vma(page) / 2 + field;
  }
}

interface Plant {
  readonly what: string;
  readonly plant: (victim: Victim) => void;
  /** A sentence that must be among the violations. */
  readonly says: RegExp;
}

const LOCKS: Plant[] = [
  {
    what: 'a reader that never left',
    plant: ({ words, mm }) => (words[mm.sem + SEM.count] = 1),
    says: /^mm 0: mmap_sem count is 1 at rest, not 0$/,
  },
  {
    what: 'a waiter that nobody woke',
    plant: ({ cpu, mm }) => {
      enqueue(cpu, mm.sem, WAITER.reader);
    },
    says: /^mm 0: task 0 is left on mmap_sem's wait list$/,
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

const ZONE: Plant[] = [
  {
    what: 'a block whose frames go round in a circle',
    plant: ({ words, km, block }) => {
      const head = words[block + BLOCK.head]!;
      km.frames[head * FRAME_WORDS + FRAME.state] = (1 << 31) | head;
    },
    says: /^zone block \d+ comes back to frame \d+$/,
  },
  {
    what: 'a block that ends early',
    plant: ({ words, km, block }) => {
      km.frames[words[block + BLOCK.head]! * FRAME_WORDS + FRAME.state] = 1 << 31;
    },
    says: /^zone block \d+ ends after 1 of \d+ frames$/,
  },
  {
    what: 'a block that goes on',
    plant: ({ words, block }) => (words[block + BLOCK.free]! -= 1),
    says: /^zone block \d+ goes on after its \d+ frames$/,
  },
  {
    what: 'a listed frame in use',
    plant: (victim) => {
      victim.words[victim.block + BLOCK.head] = 1;
      victim.km.frames[victim.stateOf(1)] = FRAME_COUNT_ONE;
    },
    says: /^zone block 0 lists frame 1, which is in use$/,
  },
  {
    what: 'a frame on the list of another block',
    plant: ({ words, block }) => (words[block + BLOCK.head] = 1025),
    says: /^zone block 0 lists foreign frame 1025$/,
  },
  {
    what: 'a listed block without free frames',
    plant: ({ words, block }) => (words[block + BLOCK.free] = 0),
    says: /^zone block \d+ is listed and has no free frame$/,
  },
  {
    what: 'a queue of blocks in a circle',
    plant: ({ words, block, zone }) => (words[block + BLOCK.next] = words[zone + POOL.head]!),
    says: /^zone block \d+ comes back to frame \d+$/,
  },
  {
    what: 'a queue of blocks with another end',
    plant: ({ words, zone }) => (words[zone + POOL.tail]! += 1),
    says: /^zone queue does not end at its last block$/,
  },
  {
    what: 'a wrong count of free frames',
    plant: ({ words, zone }) => (words[zone + POOL.free]! += 1),
    says: /^zone blocks list \d+ of \d+ free frames$/,
  },
];

const VMAS: Plant[] = [
  {
    what: 'an empty VMA',
    plant: (victim) => {
      const end = victim.km.vmaPages[victim.edge(HERE + 14, VMA_PAGES.start)]!;
      victim.km.vmaPages[victim.edge(HERE + 14, VMA_PAGES.end)] = end;
    },
    says: /^mm 0: VMA \d+ is empty$/,
  },
  {
    what: 'a VMA left dead',
    plant: (victim) => (victim.km.vmaWords[victim.vma(HERE) + VMA.flags]! |= VM_DEAD),
    says: /^mm 0: VMA \d+ is left dead$/,
  },
  {
    what: 'a wrong back link',
    plant: (victim) => (victim.km.vmaWords[victim.vma(HERE + 14) + VMA.prev] = 0),
    says: /^mm 0: VMA \d+: wrong prev$/,
  },
  {
    what: 'a list that skips a VMA',
    plant: (victim) => {
      const { vmaWords } = victim.km;
      vmaWords[victim.vma(HERE) + VMA.next] = victim.vma(HERE + 14) / VMA_WORDS;
    },
    says: /^mm 0: VMA \d+: wrong next$/,
  },
  {
    what: 'overlapping VMAs',
    plant: (victim) => (victim.km.vmaPages[victim.edge(HERE, VMA_PAGES.end)] = HERE + 11),
    says: /^mm 0: VMA \d+ overlaps the one below$/,
  },
  {
    what: 'a wrong map count',
    plant: ({ km, mm }) => {
      addMapCount(km, mm, 1);
    },
    says: /^mm 0: 3 VMAs, map_count 4$/,
  },
  {
    what: 'a VMA gone from the index with its pages still there',
    plant: ({ km, mm }) => {
      removeVma(km, mm, findVma(km, mm, HERE));
      addMapCount(km, mm, -1);
    },
    says: /^mm 0: page 33554432 is present outside every VMA$/,
  },
  {
    what: 'a wrong parent',
    plant: (victim) => (victim.km.vmaWords[victim.vma(HERE) + VMA.parent] = 77),
    says: /^mm 0: VMA \d+: wrong parent$/,
  },
  {
    what: 'a wrong hole summary',
    plant: (victim) => (victim.km.vmaPages[victim.edge(HERE + 10, VMA_PAGES.gapMax)]! += 1),
    says: /^mm 0: VMA \d+: wrong hole summary$/,
  },
  {
    what: 'neighbours that should be one',
    plant: ({ km, mm }) => {
      initVma(km, 50, { start: HERE + 18, end: HERE + 19, flags: VM_READ });
      insertVma(km, mm, 50);
      addMapCount(km, mm, 1);
    },
    says: /^mm 0: 1 pairs of VMAs could be merged$/,
  },
];

it('finds nothing wrong with a sound machine', () => {
  const { machine, words, zone } = new Victim();
  expect(violations(machine)).toEqual([]);
  const report = checkKernel(machine.km);
  expect(report.mappedFrames).toBe(8);
  expect(report.mappedFrames + report.freeFrames).toBe(words[zone + POOL.brk]);
  expect(report.tablesInUse).toBe(4);
});

describe.each([
  { of: 'locks and tasks', plants: LOCKS },
  { of: 'frames, PTEs and tables', plants: PAGES },
  { of: 'the zone', plants: ZONE },
  { of: 'VMAs', plants: VMAS },
])('of $of, the audit finds', ({ plants }) => {
  it.each(plants)('$what', ({ plant, says }) => {
    const victim = new Victim();
    plant(victim);
    expect(violations(victim.machine)).toContainEqual(expect.stringMatching(says));
  });
});

it('allows as many unmerged neighbours as calls have failed, as in Linux, and no more', () => {
  const machine = testMachine({ vmas: 4 });
  const task = new LoneTask(machine);
  task.mapAt(0, 1, MAP_FIXED);
  task.mapAt(2, 1, MAP_FIXED);
  task.mapAt(HERE, 10, MAP_FIXED);
  expect(task.unmap(HERE + 3, 3)).toBeLessThan(0);
  expect(violations(machine)).toEqual([]);
  task.unmap(0, 1);
  const spare = 1;
  initVma(machine.km, spare, { start: HERE + 10, end: HERE + 12, flags: 3 });
  insertVma(machine.km, machine.mm, spare);
  addMapCount(machine.km, machine.mm, 1);
  expect(violations(machine)).toEqual(['mm 0: 2 pairs of VMAs could be merged']);
});

it('says no more than twenty sentences, however much is broken', () => {
  const victim = new Victim();
  const table = pteTableOf(victim.km, victim.mm.root, HERE);
  for (let i = 100; i < 200; i++) victim.km.tables[table * 512 + i] = (9 << PTE.shift) | 1;
  expect(checkKernel(victim.km).violations).toHaveLength(20);
});
