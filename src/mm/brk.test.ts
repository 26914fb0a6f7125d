import { describe, expect, it } from 'vitest';
import { brk, heapOf, startHeapOnce } from './brk.js';
import { MM_PAGES, PAGE_SIZE } from './layout.js';
import { HERE, callBench } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { DENIED } from './testing/lone-task.js';
import { runAlone } from './testing/test-machine.js';
import { MAP, PROT } from './uapi.js';

function start(...options: Parameters<typeof callBench>) {
  const bench = callBench(...options);
  bench.task.startHeap(HERE);
  return bench;
}

it('grows by one VMA, gives fresh zeros, and forgets what it gives back', () => {
  const { task, layout, end } = start();
  expect(task.setHeap(4)).toBe(true);
  expect(task.setHeap(8)).toBe(true);
  expect(layout()).toBe('0-8rw-p');
  task.fill(HERE, 8, 10);
  expect(task.setHeap(3)).toBe(true);
  expect(layout()).toBe('0-3rw-p');
  expect([task.load(HERE + 2), task.load(HERE + 3)]).toEqual([12, DENIED]);
  task.setHeap(5);
  expect([task.load(HERE + 2), task.load(HERE + 3)]).toEqual([12, 0]);
  expect(task.setHeap(0)).toBe(true);
  expect(layout()).toBe('');
  end();
});

it('within a page nothing is mapped; below its start it stays where it is', () => {
  const { task, layout, end } = start();
  const move = (to: number) => runAlone(brk(task.cpu, task.mm, HERE * PAGE_SIZE + to)) % PAGE_SIZE;
  expect([move(1), move(4000)]).toEqual([1, 4000]);
  expect(layout()).toBe('0-1rw-p');
  expect(runAlone(brk(task.cpu, task.mm, 0))).toBe(HERE * PAGE_SIZE + 4000);
  expect(runAlone(brk(task.cpu, task.mm, HERE * PAGE_SIZE - 1))).toBe(HERE * PAGE_SIZE + 4000);
  expect(layout()).toBe('0-1rw-p');
  end();
});

it('begins where the first task to say so wants it, under mmap_sem for write', () => {
  const { task, end } = callBench();
  const from = HERE * PAGE_SIZE;
  const op = startHeapOnce(task.cpu, task.mm, from);
  expect(watchLocks(task.cpu, task.mm, { first: HERE, end: HERE }, op).holds).toEqual(['write']);
  expect(task.setHeap(2)).toBe(true);
  runAlone(startHeapOnce(task.cpu, task.mm, from + 7 * PAGE_SIZE));
  expect(heapOf(task.cpu, task.mm)).toEqual({ start: from, end: from + 2 * PAGE_SIZE });
  end();
});

describe('what stops it', () => {
  it('the page in front of the next mapping, a stack with its guard gap', () => {
    const { task, layout, end } = start();
    task.mapAt(HERE + 10, 1, MAP.fixed);
    expect([task.setHeap(10), task.setHeap(9)]).toEqual([false, true]);
    expect(layout()).toBe('0-9rw-p 10-11rw-p');
    task.mapAt(HERE + 1000, 1, MAP.fixed | MAP.growsDown);
    task.unmap(HERE + 10, 1);
    expect([task.setHeap(1000 - 256), task.setHeap(1000 - 257)]).toEqual([false, true]);
    end();
  });

  it('RLIMIT_AS', () => {
    const { task, end } = start({}, { addressSpaceBytes: 10 * PAGE_SIZE });
    expect([task.setHeap(11), task.setHeap(10)]).toEqual([false, true]);
    end();
  });

  it('more than max_map_count VMAs, though it would merge', () => {
    const { task, end } = start({ maxMapCount: 1 });
    task.setHeap(1);
    task.mapAt(HERE + 100, 1, MAP.fixed);
    expect(task.setHeap(2)).toBe(false);
    task.unmap(HERE + 100, 1);
    expect(task.setHeap(2)).toBe(true);
    end();
  });
});

it('a heap that was protected in part grows a VMA of its own kind', () => {
  const { task, layout, end } = start();
  task.setHeap(4);
  task.protect(HERE, 4, PROT.read);
  task.setHeap(6);
  expect(layout()).toBe('0-4r--p 4-6rw-p');
  expect(task.setHeap(2)).toBe(true);
  expect(layout()).toBe('0-2r--p');
  end();
});

it.each([8, 2])('all under mmap_sem for write, to %i pages', (pages) => {
  const { task, machine, end } = start();
  task.setHeap(4);
  task.fill(HERE, 4, 1);
  const op = brk(task.cpu, task.mm, (HERE + pages) * PAGE_SIZE);
  const watched = watchLocks(task.cpu, task.mm, { first: HERE, end: HERE + 8 }, op);
  expect(watched.holds).toEqual(['write']);
  expect(watched.zappedUnder).toEqual(pages < 4 ? ['write'] : []);
  expect(machine.km.stats[task.mm.at / 2 + MM_PAGES.total]).toBe(pages);
  end();
});
