import { describe, expect, it } from 'vitest';
import { ENOMEM } from './errno.js';
import { fileSize } from './file.js';
import {
  dropCache,
  pageOut,
  punchHole,
  readAhead,
  readPage,
  syncFile,
  truncate,
  writePage,
} from './file-io.js';
import { FILE, FILE_KIND, FRAME_DIRTY, MM, PAGE_SIZE, TASK } from './layout.js';
import { diskWord } from './page-cache.js';
import { linkToFile, unlinkFromFile } from './file-mappings.js';
import { FileTask } from './testing/file-task.js';
import { DENIED } from './testing/lone-task.js';
import { unsound } from './testing/memory-view.js';
import { runAlone, testMachine } from './testing/test-machine.js';
import { findVma } from './vma.js';

const { disk, tmpfs } = FILE_KIND;
const HERE = 2 ** 25;

function start(geometry: Parameters<typeof testMachine>[0] = {}) {
  const machine = testMachine({ tasks: 2, mms: 2, files: 4, ...geometry });
  const task = new FileTask(machine);
  const other = new FileTask({ ...machine, mm: machine.mms[1]! }, undefined, 1);
  const { km } = machine;
  const { cpu } = task;
  const read = (file: number, index: number): number | string => {
    const pages = runAlone(readPage(cpu, file, index));
    return pages === 1 ? cpu.loaded : pages === 0 ? 'end' : pages;
  };
  const cleaned = (file: number): number => km.words[km.fileAt(file) + FILE.cleaned]!;
  const end = (): void => {
    expect(unsound(machine)).toEqual([]);
    other.close();
    expect(task.end(machine)).toEqual([]);
  };
  return { machine, km, task, other, cpu, read, cleaned, end };
}

describe.each([
  { kind: disk, name: 'disk' },
  { kind: tmpfs, name: 'tmpfs' },
])('a file of $name', ({ kind }) => {
  it('reads what was written, zeros where nothing was, and nothing behind its end', () => {
    const { task, cpu, read, end, km } = start();
    const file = task.create(kind, 0);
    expect(read(file, 0)).toBe('end');
    expect(runAlone(writePage(cpu, file, 2, 42))).toBe(0);
    expect(fileSize(km, file)).toBe(3 * PAGE_SIZE);
    expect([0, 1, 2, 3].map((i) => read(file, i))).toEqual([0, 0, 42, 'end']);
    end();
  });

  it('shows writes to whoever has it mapped, and stores to whoever reads it', () => {
    const { task, other, cpu, read, end } = start();
    const file = task.create(kind, 2, 1);
    const at = task.mapFile(file, 2);
    const there = other.mapFile(file, 2);
    expect([task.load(at), other.load(there + 1)]).toEqual([1, 2]);
    runAlone(writePage(cpu, file, 0, 50));
    other.store(there + 1, 60);
    expect([task.load(at), task.load(at + 1), read(file, 1)]).toEqual([50, 60, 60]);
    end();
  });

  it('has a hole where one was punched, in every address space, private copies aside', () => {
    const { task, other, cpu, read, end, km, machine } = start();
    const file = task.create(kind, 6, 10);
    const at = task.mapFile(file, 6);
    const own = other.mapFile(file, 6, { shared: false });
    task.load(at);
    other.load(own);
    other.store(own + 2, 99);
    runAlone(punchHole(cpu, file, 1, 4));
    expect(unsound(machine)).toEqual([]);
    expect(
      km.words[machine.mms[1]!.at + MM.rss]! + km.words[machine.cpus[1]!.self + TASK.rssPending]!,
    ).toBe(4);
    expect([0, 1, 2, 3, 4].map((i) => read(file, i))).toEqual([10, 0, 0, 0, 14]);
    expect([0, 1, 2, 3, 4].map((i) => other.load(own + i))).toEqual([10, 0, 99, 0, 14]);
    expect(fileSize(km, file)).toBe(6 * PAGE_SIZE);
    end();
  });

  it('is cut in every address space, private copies included', () => {
    const { task, other, cpu, read, end } = start();
    const file = task.create(kind, 4, 10);
    const at = task.mapFile(file, 4);
    const own = other.mapFile(file, 4, { shared: false });
    task.store(at + 3, 1);
    other.store(own + 3, 2);
    runAlone(truncate(cpu, file, 2 * PAGE_SIZE));
    expect([task.load(at + 3), other.load(own + 3), read(file, 2)]).toEqual([
      DENIED,
      DENIED,
      'end',
    ]);
    expect([task.stat('sigbus'), other.stat('sigbus')]).toEqual([1, 1]);
    expect(other.load(own + 1)).toBe(11);
    end();
  });
});

it('a page of tmpfs that loses its end is not paged out as if nobody had written to it', () => {
  const { task, cpu, km, end } = start();
  for (const [bytes, dropped] of [
    [3 * PAGE_SIZE, 1],
    [2 * PAGE_SIZE + 100, 0],
  ] as const) {
    const file = task.create(tmpfs, 3);
    const at = task.mapFile(file, 3);
    expect(task.load(at + 2)).toBe(0);
    runAlone(truncate(cpu, file, bytes));
    const vma = findVma(km, task.mm, at);
    expect(runAlone(pageOut(cpu, vma, at + 2, at + 3))).toBe(dropped);
    task.unmap(at, 3);
  }
  end();
});

describe('writeback', () => {
  it('cleans what is dirty, and makes the next write to each page trap', () => {
    const { task, other, cpu, cleaned, km, end } = start();
    const file = task.create(disk, 4);
    const at = task.mapFile(file, 4);
    const there = other.mapFile(file, 4);
    task.fill(at, 3, 70);
    other.store(there + 1, 80);
    expect([task.mapped(at, 4), other.mapped(there, 4)]).toEqual(['WWW-', '-W--']);
    expect(runAlone(syncFile(cpu, file))).toBe(3);
    expect([task.mapped(at, 4), other.mapped(there, 4)]).toEqual(['xxx-', '-x--']);
    expect([0, 1, 2, 3].map((i) => diskWord(km, file, i))).toEqual([70, 80, 72, 0]);
    expect(task.frameState(at) & FRAME_DIRTY).toBe(0);
    expect(task.faultsOf(() => task.store(at, 71))).toEqual({ minor: 1, major: 0, sigbus: 0 });
    expect(other.faultsOf(() => other.store(there + 1, 81)).minor).toBe(1);
    expect(task.faultsOf(() => task.store(at, 72)).minor).toBe(0);
    expect(runAlone(syncFile(cpu, file, 1, 2))).toBe(1);
    expect([task.mapped(at, 3), other.mapped(there + 1, 1)]).toEqual(['Wxx', 'x']);
    expect(cleaned(file)).toBe(4);
    expect(runAlone(syncFile(cpu, file))).toBe(1);
    expect(runAlone(syncFile(cpu, file))).toBe(0);
    end();
  });

  it('leaves private copies writable', () => {
    const { task, cpu, end } = start();
    const file = task.create(disk, 1, 4);
    const at = task.mapFile(file, 1, { shared: false });
    task.store(at, 5);
    runAlone(writePage(cpu, file, 0, 6));
    expect(runAlone(syncFile(cpu, file))).toBe(1);
    expect(task.mapped(at, 1)).toBe('W');
    end();
  });

  it('O_SYNC writes are clean at once, and protect the page', () => {
    const { task, cpu, cleaned, end } = start();
    const file = task.create(disk, 1);
    const at = task.mapFile(file, 1);
    task.store(at, 5);
    expect(runAlone(writePage(cpu, file, 0, 6, true))).toBe(0);
    expect(task.mapped(at, 1)).toBe('x');
    expect(task.load(at)).toBe(6);
    expect(cleaned(file)).toBe(1);
    end();
  });

  it('has nothing to do for tmpfs, which nobody protects', () => {
    const { task, cpu, cleaned, end } = start();
    const file = task.create(tmpfs, 2);
    const at = task.mapFile(file, 2);
    task.fill(at, 2, 5);
    expect(runAlone(syncFile(cpu, file))).toBe(0);
    expect([task.mapped(at, 2), cleaned(file)]).toEqual(['WW', 0]);
    end();
  });

  it('that finds no room on disk keeps the page dirty', () => {
    const { task, cpu, machine, km } = start({ tables: 5, mms: 1 });
    const lone = new FileTask(machine);
    const file = lone.create(disk, 1);
    // The root of the address space, three for the cache: one is left, the disk needs three.
    expect(runAlone(writePage(cpu, file, 0, 9))).toBe(0);
    expect(runAlone(syncFile(cpu, file))).toBe(-ENOMEM);
    expect(runAlone(writePage(cpu, file, 0, 9, true))).toBe(-ENOMEM);
    expect(diskWord(km, file, 0)).toBe(0);
    expect(runAlone(dropCache(cpu, file, 0, 1))).toBe(0);
    expect(unsound(machine)).toEqual([]);
    lone.close();
    expect(task.end(machine)).toEqual([]);
  });
});

describe('what is dropped', () => {
  it('comes back from the disk, and not what is mapped or dirty', () => {
    const { task, cpu, read, end } = start();
    const file = task.create(disk, 4, 20);
    const at = task.mapFile(file, 1);
    task.load(at);
    runAlone(writePage(cpu, file, 1, 90));
    expect(runAlone(dropCache(cpu, file, 0, 4))).toBe(2);
    expect(runAlone(dropCache(cpu, file, 0, Infinity))).toBe(0);
    expect([0, 1, 2, 3].map((i) => read(file, i))).toEqual([20, 90, 22, 23]);
    end();
  });

  it('is read ahead as far as the file goes', () => {
    const { task, cpu, km, end } = start();
    const file = task.create(disk, 4, 20);
    runAlone(dropCache(cpu, file, 0, 4));
    runAlone(readAhead(cpu, file, 1, 9));
    expect(km.words[km.fileAt(file) + FILE.cached]).toBe(3);
    const at = task.mapFile(file, 4);
    expect(task.faultsOf(() => task.load(at + 1))).toEqual({ minor: 1, major: 0, sigbus: 0 });
    expect(task.mapped(at, 4)).toBe('-xxx');
    end();
  });

  it('is nothing of tmpfs', () => {
    const { task, cpu, read, end } = start();
    const file = task.create(tmpfs, 2, 20);
    expect(runAlone(dropCache(cpu, file, 0, 2))).toBe(0);
    expect(read(file, 1)).toBe(21);
    end();
  });
});

describe('a zap', () => {
  /** Shared pages of a file in two page tables, the last ones of the first and the first of the next. */
  const mapAcross = (task: FileTask, kind: typeof disk | typeof tmpfs): number =>
    task.mapFile(task.create(kind, 40), 40, { page: HERE - 20 });

  it.each([disk, tmpfs])('of dirty shared pages flushes once per page table', (kind) => {
    const { task, end } = start();
    const at = mapAcross(task, kind);
    task.fill(at, 40, 1);
    task.unmap(at, 40);
    expect(task.stat('dirtyFlushes')).toBe(2);
    end();
  });

  it('of clean ones, or of private ones, flushes as for any memory', () => {
    const { task, end } = start();
    const at = mapAcross(task, disk);
    for (let i = 0; i < 40; i++) task.load(at + i);
    task.unmap(at, 40);
    const own = task.mapFile(task.create(disk, 40), 40, { page: HERE - 20, shared: false });
    task.fill(own, 40, 1);
    task.unmap(own, 40);
    expect(task.stat('dirtyFlushes')).toBe(0);
    end();
  });

  it('makes dirty what was written through a mapping that writeback did not find', () => {
    const { task, cpu, km, machine, end } = start();
    const file = task.create(disk, 1);
    const at = task.mapFile(file, 1);
    task.store(at, 5);
    // As while munmap is at it: the VMA is out of the list, and its page still mapped.
    const vma = findVma(km, machine.mm, at);
    unlinkFromFile(km, vma);
    expect(runAlone(syncFile(cpu, file))).toBe(1);
    expect(task.faultsOf(() => task.store(at, 6)).minor).toBe(0);
    linkToFile(km, vma);
    task.unmap(at, 1);
    expect(diskWord(km, file, 0)).toBe(5);
    expect(runAlone(syncFile(cpu, file))).toBe(1);
    expect(diskWord(km, file, 0)).toBe(6);
    end();
  });

  it('keeps pages whose file was closed until the last mapping is gone', () => {
    const { task, end } = start();
    const at = task.mapFile(task.create(tmpfs, 3), 3);
    task.fill(at, 3, 5);
    task.close();
    expect(task.load(at + 2)).toBe(7);
    task.unmap(at, 1);
    task.unmap(at + 1, 2);
    end();
  });
});
