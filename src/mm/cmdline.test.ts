import { expect, it } from 'vitest';
import { readCmdline } from './cmdline.js';
import { PAGE_SIZE } from './layout.js';
import { HERE, callBench } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { MAP } from './uapi.js';

it.each([
  { what: 'within a page', from: 100, bytes: 50, got: 50, holds: 2 },
  { what: 'across pages, a hold for each', from: 4000, bytes: 200, got: 200, holds: 3 },
  { what: 'up to where nothing is mapped', from: 4000, bytes: 2 * 4096, got: 4192, holds: 4 },
  { what: 'where nothing is', from: 2 * 4096, bytes: 10, got: 0, holds: 2 },
  { what: 'of a kernel thread: none', from: 0, bytes: 0, got: 0, holds: 1 },
])('arguments $what: $holds holds for read, $got bytes', ({ from, bytes, got, holds }) => {
  const { task, end } = callBench();
  task.mapAt(HERE, 2, MAP.fixed);
  const args = { address: HERE * PAGE_SIZE + from, bytes };
  const nowhere = { first: HERE, end: HERE };
  const watched = watchLocks(task.cpu, task.mm, nowhere, readCmdline(task.cpu, task.mm, args));
  expect(watched.result).toBe(got);
  expect(watched.holds).toEqual(new Array<string>(holds).fill('read'));
  end();
});
