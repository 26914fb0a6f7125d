import { describe, expect, it } from 'vitest';
import { EINVAL, ENOMEM } from './errno.js';
import { VMA, VMA_PAGES, VMA_WORDS } from './layout.js';
import { MAP } from './uapi.js';
import { addMapCount } from './mm.js';
import { takeUnlocked, vmaPool } from './pool.js';
import { LoneTask } from './testing/lone-task.js';
import { testMachine, violations } from './testing/test-machine.js';
import { HERE, expectFound, type Plant } from './testing/victim.js';
import { VM_DEAD, findVma, flagsOf, initVma } from './vma.js';
import { insertVma, removeVma } from './vma-index.js';

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
    what: 'a record taken and forgotten',
    plant: ({ km }) => takeUnlocked(km, vmaPool(km)),
    says: /^VMA records: 3 linked \+ \d+ free, \d+ ever taken$/,
  },
  {
    what: 'neighbours that should be one',
    plant: ({ km, mm }) => {
      const flags = flagsOf(km, findVma(km, mm, HERE + 17));
      initVma(km, 50, { mm: 0, start: HERE + 18, end: HERE + 19, flags });
      insertVma(km, mm, 50);
      addMapCount(km, mm, 1);
    },
    says: /^mm 0: 1 pairs of VMAs could be merged$/,
  },
];

describe('of VMAs, the audit finds', () => {
  expectFound(VMAS);
});

describe('unmerged neighbours', () => {
  /** A machine with one mapping [HERE, HERE + 10) and `records` VMA records to spare. */
  const start = (records: number) => {
    const machine = testMachine({ vmas: 2 + records });
    const task = new LoneTask(machine);
    task.mapAt(0, 1, MAP.fixed);
    task.mapAt(HERE, 10, MAP.fixed);
    const plantNeighbour = (): void => {
      const { km, mm } = machine;
      const vma = takeUnlocked(km, vmaPool(km));
      const flags = flagsOf(km, findVma(km, mm, HERE));
      initVma(km, vma, { mm: 0, start: HERE + 10, end: HERE + 12, flags });
      insertVma(km, mm, vma);
      addMapCount(km, mm, 1);
    };
    return { machine, task, plantNeighbour };
  };

  it('are allowed for every munmap that failed after its first split, as in Linux', () => {
    const { machine, task, plantNeighbour } = start(1);
    expect(task.unmap(HERE + 3, 3)).toBe(-ENOMEM);
    expect(violations(machine)).toEqual([]);
    task.unmap(0, 1);
    plantNeighbour();
    expect(violations(machine)).toEqual(['mm 0: 2 pairs of VMAs could be merged']);
  });

  it('are not allowed for calls that fail without a split', () => {
    const { machine, task, plantNeighbour } = start(1);
    expect(task.unmap(HERE, 0)).toBe(-EINVAL);
    expect(task.map(0)).toBe(-EINVAL);
    plantNeighbour();
    expect(violations(machine)).toEqual(['mm 0: 1 pairs of VMAs could be merged']);
  });
});
