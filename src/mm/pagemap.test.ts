import { expect, it } from 'vitest';
import { EFAULT, EINVAL } from './errno.js';
import { PAGE_SIZE } from './layout.js';
import { TASK_SIZE_PAGES } from './mm.js';
import { scanPagemap } from './pagemap.js';
import { HERE, callBench, type CallTask } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { runAlone } from './testing/test-machine.js';
import { MAP, PROT } from './uapi.js';

const scan = ({ cpu, mm }: CallTask, page: number, pages: number): number =>
  runAlone(scanPagemap(cpu, mm, page * PAGE_SIZE, pages * PAGE_SIZE));

it('counts what is there, across mappings and holes, with or without permission', () => {
  const { task, end } = callBench();
  task.mapAt(HERE, 4, MAP.fixed);
  task.mapAt(HERE + 6, 4, MAP.fixed);
  task.fill(HERE + 1, 2, 1);
  task.fill(HERE + 6, 4, 1);
  task.protect(HERE + 7, 1, PROT.none);
  task.unmap(HERE + 9, 1);
  expect(scan(task, HERE - 2, 20)).toBe(5);
  expect(scan(task, HERE + 3, 4)).toBe(1);
  expect(scan(task, HERE + 20, 4)).toBe(0);
  end();
});

it('refuses what is no page, and what is no user memory', () => {
  const { task, end } = callBench();
  expect(runAlone(scanPagemap(task.cpu, task.mm, 1, PAGE_SIZE))).toBe(-EINVAL);
  expect(scan(task, TASK_SIZE_PAGES, 1)).toBe(-EFAULT);
  end();
});

it('holds mmap_sem for read, once', () => {
  const { task, end } = callBench();
  task.mapAt(HERE, 4, MAP.fixed);
  const op = scanPagemap(task.cpu, task.mm, HERE * PAGE_SIZE, 4 * PAGE_SIZE);
  const watched = watchLocks(task.cpu, task.mm, { first: HERE, end: HERE }, op);
  expect(watched).toMatchObject({ result: 0, holds: ['read'] });
  end();
});
