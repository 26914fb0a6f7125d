import { describe, expect, it } from 'vitest';
import { checkKernel, checkTornDown } from './check.js';
import type { KernelMemory } from './kernel-memory.js';
import {
  FILE,
  FILE_KIND,
  FRAME,
  FRAME_CACHED,
  FRAME_COUNT_ONE,
  FRAME_DIRTY,
  FRAME_WORDS,
  PAGE_SIZE,
  PTE,
  VMA_PAGES,
  VMA_WORDS,
} from './layout.js';
import { setFileSize } from './file.js';
import { cachedFrame } from './page-cache.js';
import { pteSlot } from './page-table.js';
import { FileTask } from './testing/file-task.js';
import { testMachine } from './testing/test-machine.js';
import { findVma } from './vma.js';

/** A disk file of four pages, two of them mapped and one of these dirty, and one of tmpfs. */
class Files {
  readonly machine = testMachine({ files: 4 });
  readonly km: KernelMemory = this.machine.km;
  readonly task = new FileTask(this.machine);
  readonly file = this.task.create(FILE_KIND.disk, 4, 10);
  readonly other = this.task.create(FILE_KIND.tmpfs, 4, 50);
  readonly at = this.task.mapFile(this.file, 2);
  readonly own = this.task.mapFile(this.file, 2, { shared: false, page: this.at - 600 });

  constructor() {
    this.task.load(this.at);
    this.task.store(this.at + 1, 5);
    this.task.load(this.own);
  }

  slot(page: number): number {
    return pteSlot(this.km, this.machine.mm.root, page);
  }

  state(index: number): number {
    return cachedFrame(this.km, this.file, index) * FRAME_WORDS + FRAME.state;
  }

  vma(page: number): number {
    return findVma(this.km, this.machine.mm, page) * VMA_WORDS;
  }

  get record(): number {
    return this.km.fileAt(this.file);
  }
}

const PLANTS: { what: string; plant: (files: Files) => void; says: RegExp }[] = [
  {
    what: 'a lock held',
    plant: ({ km, record }) => (km.words[record + FILE.lock] = 1),
    says: /^file 1: its lock is held at rest$/,
  },
  {
    what: 'the pool lock held',
    plant: ({ km }) => (km.words[km.at.filePool] = 1),
    says: /^file pool lock is held at rest$/,
  },
  {
    what: 'a page behind the end',
    plant: ({ km, file }) => {
      setFileSize(km, file, 3 * PAGE_SIZE);
    },
    says: /^file 1: page 3 is cached behind the end$/,
  },
  {
    what: 'a wrong count of pages',
    plant: ({ km, record }) => (km.words[record + FILE.cached]! += 1),
    says: /^file 1: 4 pages are cached, it counts 5$/,
  },
  {
    what: 'a frame in two caches',
    plant: ({ km, record, other }) => {
      km.words[km.fileAt(other) + FILE.cache] = km.words[record + FILE.cache]!;
    },
    says: /^frame \d+ is in a cache twice$/,
  },
  {
    what: 'a cached frame that does not know',
    plant: (files) => (files.km.frames[files.state(3)] = FRAME_COUNT_ONE),
    says: /^frame \d+ is in a page cache, and denies it$/,
  },
  {
    what: 'a frame that says it is cached',
    plant: ({ km, task, own }) => {
      task.store(own, 1);
      km.frames[(task.pte(own) >>> PTE.shift) * FRAME_WORDS]! |= FRAME_CACHED;
    },
    says: /^frame \d+ is not in a page cache, and denies it$/,
  },
  {
    what: 'a reference too many',
    plant: (files) => (files.km.frames[files.state(0)]! += FRAME_COUNT_ONE),
    says: /^frame \d+: mapped by 2 PTEs, map count 2, references 4$/,
  },
  {
    what: 'a PTE that shows another page of the file',
    plant: (files) => {
      const slot = files.slot(files.at);
      files.km.tables[slot] = files.km.tables[slot + 1]!;
    },
    says: /^mm 0: page \d+ shows frame \d+, page 0 of file 1 is \d+$/,
  },
  {
    what: 'a private page that may be written',
    plant: (files) => (files.km.tables[files.slot(files.own)]! |= PTE.write),
    says: /^mm 0: private page \d+ may write to file 1$/,
  },
  {
    what: 'a clean page that may be written',
    plant: (files) => (files.km.frames[files.state(1)]! &= ~FRAME_DIRTY),
    says: /^mm 0: page \d+ may write to a clean page of file 1$/,
  },
  {
    what: 'a VMA that its file does not know',
    plant: ({ km, record }) => (km.words[record + FILE.mapRoot] = 0),
    says: /^file 1: 0 VMAs in its tree, 2 map it$/,
  },
  {
    what: 'an end that a tree of VMAs does not know',
    plant: (files) => (files.km.vmaPages[files.vma(files.own) / 2 + VMA_PAGES.mapEnd] = 7),
    says: /^file 1: its tree of VMAs is out of order$/,
  },
  {
    what: 'fewer references than VMAs',
    plant: ({ km, record }) => (km.words[record + FILE.refs] = 1),
    says: /^file 1: 1 references, 2 VMAs map it$/,
  },
  {
    what: 'a cache that outlives its file',
    plant: ({ km, other }) => (km.words[km.fileAt(other) + FILE.refs] = 0),
    says: /^file 2 is gone, its page cache is not$/,
  },
  {
    what: 'a file lost by the pool',
    plant: ({ km, other }) => (km.words[km.fileAt(other) + FILE.refs] = 0),
    says: /^files: 1 are free, the free list holds 0$/,
  },
  {
    what: 'tmpfs on a disk',
    plant: ({ km, record }) => (km.words[record + FILE.kind] = FILE_KIND.tmpfs),
    says: /^file 1 of tmpfs is on a disk$/,
  },
];

describe('of files, the audit finds', () => {
  it('nothing where nothing is', () => {
    expect(checkKernel(new Files().km).violations).toEqual([]);
  });

  it.each(PLANTS)('$what', ({ plant, says }) => {
    const files = new Files();
    plant(files);
    expect(checkKernel(files.km).violations).toContainEqual(expect.stringMatching(says));
  });
});

it('a file that somebody still has is left over, with its pages and tables', () => {
  const { km, task, at, own } = new Files();
  task.unmap(at, 2);
  task.unmap(own, 2);
  expect(checkTornDown(km)).toEqual([
    '8 frames outlive all mappings',
    '9 page tables outlive all mappings',
    '2 files outlive all mappings and handles',
  ]);
  task.close();
  expect(checkTornDown(km)).toEqual([]);
});

it('counts a page that more PTEs show than a byte can count', () => {
  const machine = testMachine({ files: 1, vmas: 400 });
  const task = new FileTask(machine);
  const file = task.create(FILE_KIND.tmpfs, 1, 3);
  for (let i = 0; i < 300; i++) task.load(task.mapFile(file, 1, { page: 2 ** 25 + 2 * i }));
  expect(checkKernel(machine.km).violations).toEqual([]);
  machine.km.frames[cachedFrame(machine.km, file, 0) * FRAME_WORDS]! += FRAME_COUNT_ONE;
  expect(checkKernel(machine.km).violations).toContainEqual(
    expect.stringMatching(/mapped by 300 PTEs, map count 300, references 302$/),
  );
});
