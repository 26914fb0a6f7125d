import { describe, expect, it } from 'vitest';
import { dropCache, pageOut, readPage, syncFile, truncate } from './file-io.js';
import { FILE_KIND, FRAME_DIRTY, PAGE_SIZE } from './layout.js';
import { findVma } from './vma.js';
import { FileTask } from './testing/file-task.js';
import { DENIED } from './testing/lone-task.js';
import { unsound } from './testing/memory-view.js';
import { runAlone, testMachine } from './testing/test-machine.js';
import { PROT } from './uapi.js';

const NONE = { minor: 0, major: 0, sigbus: 0 };
const MINOR = { ...NONE, minor: 1 };
const MAJOR = { ...NONE, major: 1 };
const SIGBUS = { ...NONE, sigbus: 1 };

const { disk, tmpfs } = FILE_KIND;
/** In the middle of a page table, aligned for any window. */
const HERE = 2 ** 25 + 256;

function start() {
  const machine = testMachine({ tasks: 2, files: 4 });
  const task = new FileTask(machine);
  const end = (): void => {
    expect(unsound(machine)).toEqual([]);
    expect(task.end(machine)).toEqual([]);
  };
  return { machine, task, cpu: task.cpu, end };
}

// What the first load, the first store and a store after a load cost, and what may be written then.
const OF_DISK = { kind: disk, name: 'disk', load: MAJOR, store: MAJOR, loaded: 'x' };
const OF_TMPFS = { kind: tmpfs, name: 'tmpfs', load: MINOR, store: MINOR };

describe.each([
  { ...OF_DISK, shared: true, upgrade: MINOR },
  { ...OF_DISK, shared: false, upgrade: MINOR },
  { ...OF_TMPFS, shared: true, upgrade: NONE, loaded: 'W' },
  { ...OF_TMPFS, shared: false, upgrade: MINOR, loaded: 'x' },
])('$name, shared $shared', ({ kind, shared, load, store, upgrade, loaded }) => {
  it('the first load', () => {
    const { task, end } = start();
    const at = task.mapFile(task.create(kind, 4), 4, { shared });
    expect(task.faultsOf(() => task.load(at))).toEqual(load);
    // A disk is read around, and what is cached around a load is mapped with it.
    expect(task.mapped(at, 4)).toBe(load === MAJOR ? 'xxxx' : `${loaded}---`);
    expect(task.faultsOf(() => task.load(at))).toEqual(NONE);
    end();
  });

  it('the first store', () => {
    const { task, cpu, end } = start();
    const file = task.create(kind, 4);
    const at = task.mapFile(file, 4, { shared });
    expect(task.faultsOf(() => task.store(at + 1, 77))).toEqual(store);
    expect(task.mapped(at, 4)).toBe('-W--');
    expect(task.load(at + 1)).toBe(77);
    expect(runAlone(readPage(cpu, file, 1))).toBe(1);
    expect(cpu.loaded).toBe(shared ? 77 : 0);
    end();
  });

  it('a store after a load', () => {
    const { task, cpu, end } = start();
    const file = task.create(kind, 4);
    const at = task.mapFile(file, 4, { shared });
    task.load(at);
    expect(task.faultsOf(() => task.store(at, 5))).toEqual(upgrade);
    expect(task.faultsOf(() => task.store(at, 6))).toEqual(NONE);
    expect(task.load(at)).toBe(6);
    runAlone(readPage(cpu, file, 0));
    expect(cpu.loaded).toBe(shared ? 6 : 0);
    end();
  });

  it('content that was there before, page by page of an offset', () => {
    const { task, end } = start();
    const at = task.mapFile(task.create(kind, 8, 100), 4, { shared, pgoff: 3 });
    expect([0, 1, 2, 3].map((i) => task.load(at + i))).toEqual([103, 104, 105, 106]);
    end();
  });

  it('is a SIGBUS behind the end, in a VMA that goes on', () => {
    const { task, end } = start();
    const file = task.create(kind, 2, 10);
    const at = task.mapFile(file, 4, { shared });
    expect(task.faultsOf(() => task.load(at + 2))).toEqual(SIGBUS);
    expect(task.faultsOf(() => task.store(at + 3, 1))).toEqual(SIGBUS);
    expect(task.load(at + 1)).toBe(11);
    end();
  });

  it('truncation takes pages and private copies away, and a longer file reads as zeros', () => {
    const { task, cpu, end } = start();
    const file = task.create(kind, 4, 10);
    const at = task.mapFile(file, 4, { shared });
    for (let i = 0; i < 4; i++) task.store(at + i, 20 + i);
    runAlone(truncate(cpu, file, 1.5 * PAGE_SIZE));
    expect(task.mapped(at, 4)).toBe('WW--');
    expect([0, 1, 2].map((i) => task.load(at + i))).toEqual([20, 21, DENIED]);
    runAlone(truncate(cpu, file, 3 * PAGE_SIZE));
    expect([0, 1, 2, 3].map((i) => task.load(at + i))).toEqual([20, 21, 0, DENIED]);
    end();
  });
});

it('two mappings of a page share it, and a private copy goes its own way', () => {
  const { task, end } = start();
  const file = task.create(disk, 2, 10);
  const one = task.mapFile(file, 2);
  const two = task.mapFile(file, 2, { page: one - 100 });
  const own = task.mapFile(file, 2, { page: one - 200, shared: false });
  expect([task.load(one), task.load(two), task.load(own)]).toEqual([10, 10, 10]);
  task.store(one, 11);
  expect([task.load(two), task.load(own)]).toEqual([11, 11]);
  task.store(own, 12);
  task.store(two, 13);
  expect([task.load(one), task.load(own)]).toEqual([13, 12]);
  end();
});

it('a store that no permission is left for copies the private page once', () => {
  const { task, cpu, end } = start();
  const file = task.create(disk, 1, 10);
  const at = task.mapFile(file, 1, { shared: false });
  task.load(at);
  const before = cpu.charged[11];
  task.store(at, 12);
  // What others know of the old page is flushed before the copy may be written.
  expect(cpu.charged[11]! - before!).toBe(1);
  end();
});

describe('fault-around', () => {
  const window = (pages: number, from: number, options: { pgoff?: number; size?: number } = {}) => {
    const { machine, task, end } = start();
    const { pgoff = 0, size = 200 } = options;
    const file = task.create(disk, size, 0);
    task.mapFile(file, pages, { page: from, pgoff });
    return { machine, task, end };
  };

  it('maps the aligned window of what is cached, for loads alone', () => {
    const { task, end } = window(64, HERE);
    expect(task.faultsOf(() => task.load(HERE + 21))).toEqual(MINOR);
    expect(task.mapped(HERE, 64)).toBe('-'.repeat(16) + 'x'.repeat(16) + '-'.repeat(32));
    expect(task.faultsOf(() => task.store(HERE + 40, 1))).toEqual(MINOR);
    expect(task.mapped(HERE + 32, 32)).toBe('--------W' + '-'.repeat(23));
    expect(task.load(HERE + 31)).toBe(31);
    end();
  });

  it('goes by addresses, not by places in the file, and by the VMA that it starts in', () => {
    const { task, end } = window(40, HERE + 5, { pgoff: 3 });
    task.load(HERE + 7);
    // From the start of the VMA the window is as long as any other.
    expect(task.mapped(HERE + 5, 40)).toBe('x'.repeat(16) + '-'.repeat(24));
    expect(task.load(HERE + 7)).toBe(5);
    end();
  });

  it('ends with the VMA, with the file, and with the page table', () => {
    const vma = window(5, HERE + 16);
    vma.task.load(HERE + 16);
    expect(vma.task.mapped(HERE, 32)).toBe('-'.repeat(16) + 'x'.repeat(5) + '-'.repeat(11));
    vma.end();
    const file = window(16, HERE, { size: 3 });
    file.task.load(HERE);
    expect(file.task.mapped(HERE, 16)).toBe('xxx' + '-'.repeat(13));
    expect(file.task.faultsOf(() => file.task.load(HERE + 3))).toEqual(SIGBUS);
    file.end();
    const edge = HERE + 256 - 7;
    const table = window(32, edge);
    table.task.load(edge);
    expect(table.task.mapped(edge, 32)).toBe('x'.repeat(7) + '-'.repeat(25));
    table.end();
  });

  it('leaves alone what is mapped, and what would have to be read', () => {
    const { task, cpu, end } = start();
    const file = task.create(disk, 16, 0);
    task.mapFile(file, 16, { page: HERE });
    task.store(HERE + 3, 9);
    runAlone(syncFile(cpu, file));
    task.store(HERE + 3, 10);
    expect(runAlone(dropCache(cpu, file, 5, 8))).toBe(3);
    task.load(HERE);
    expect(task.mapped(HERE, 16)).toBe('xxxWx---xxxxxxxx');
    expect(task.faultsOf(() => task.load(HERE + 6))).toEqual(MAJOR);
    end();
  });

  it('can be switched off', () => {
    const { task, cpu, end } = start();
    cpu.rules = { ...cpu.rules, faultAroundPages: 1 };
    task.mapFile(task.create(disk, 16, 0), 16, { page: HERE });
    task.load(HERE + 1);
    expect(task.mapped(HERE, 16)).toBe('-x' + '-'.repeat(14));
    end();
  });
});

it('writable mappings of tmpfs are faulted around writable, read-only ones are not', () => {
  const { task, end } = start();
  const file = task.create(tmpfs, 4, 0);
  const at = task.mapFile(file, 4);
  const readOnly = task.mapFile(file, 4, { prot: PROT.read, page: at - 100 });
  task.load(at);
  task.load(readOnly);
  expect([task.mapped(at, 4), task.mapped(readOnly, 4)]).toEqual(['WWWW', 'xxxx']);
  expect(task.faultsOf(() => task.fill(at, 4, 5))).toEqual(NONE);
  end();
});

describe('MADV_PAGEOUT', () => {
  const out = (task: FileTask, at: number, pages: number): number =>
    runAlone(pageOut(task.cpu, findVma(task.cpu.km, task.mm, at), at, at + pages));

  it('drops clean pages of a disk file, which come back in major faults', () => {
    const { task, end } = start();
    const at = task.mapFile(task.create(disk, 4, 30), 4);
    task.load(at);
    task.store(at + 2, 99);
    expect(out(task, at, 4)).toBe(3);
    expect(task.mapped(at, 4)).toBe('----');
    // The dirty one is still cached, and only unmapped.
    expect(task.faultsOf(() => task.load(at + 2))).toEqual(MINOR);
    expect(task.cpu.loaded).toBe(99);
    expect(task.faultsOf(() => task.load(at + 1))).toEqual(MAJOR);
    expect(task.cpu.loaded).toBe(31);
    end();
  });

  it('unmaps pages of tmpfs and keeps them', () => {
    const { task, end } = start();
    const at = task.mapFile(task.create(tmpfs, 4, 30), 4);
    task.store(at, 50);
    task.load(at);
    expect(out(task, at, 4)).toBe(0);
    expect(task.mapped(at, 4)).toBe('----');
    expect(task.faultsOf(() => task.load(at))).toEqual(MINOR);
    expect(task.cpu.loaded).toBe(50);
    end();
  });

  it('leaves pages that another mapping shows, and private copies', () => {
    const { task, end } = start();
    const file = task.create(disk, 3, 30);
    const at = task.mapFile(file, 3, { shared: false });
    const other = task.mapFile(file, 1, { page: at - 100 });
    task.load(at);
    task.load(other);
    task.store(at + 1, 7);
    expect(out(task, at, 3)).toBe(1);
    expect(task.mapped(at, 3)).toBe('xW-');
    end();
  });
});

it('a zap makes the frame dirty that its PTE was dirty for', () => {
  const { task, cpu, end } = start();
  const file = task.create(disk, 1, 10);
  const at = task.mapFile(file, 1);
  task.store(at, 11);
  task.unmap(at, 1);
  const again = task.mapFile(file, 1);
  task.load(again);
  expect(task.frameState(again) & FRAME_DIRTY).not.toBe(0);
  expect(runAlone(syncFile(cpu, file))).toBe(1);
  expect(task.frameState(again) & FRAME_DIRTY).toBe(0);
  end();
});
