/** Stacks grow at a fault below them. HERE is the stack's first page. */
import { describe, expect, it } from 'vitest';
import { accessPages } from './access.js';
import { ACCESS } from './fault-result.js';
import { rulesOf } from './kernel-rules.js';
import { PAGE_SIZE } from './layout.js';
import { HERE, callBench } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { MAP, PROT } from './uapi.js';

const GROWS = MAP.fixed | MAP.growsDown;

function start(...options: Parameters<typeof callBench>) {
  const bench = callBench(...options);
  bench.task.mapAt(HERE, 4, GROWS);
  return bench;
}

it('down to the page that was touched, by a load or a store, with one fault', () => {
  const { task, layout, end } = start();
  expect(task.faultsOf(() => task.store(HERE - 3, 7))).toEqual({ minor: 1, major: 0, sigbus: 0 });
  expect(layout()).toBe('-3-4rw-p');
  expect(task.load(HERE - 10)).toBe(0);
  expect(layout()).toBe('-10-4rw-p');
  expect([task.load(HERE - 3), task.load(HERE - 4)]).toEqual([7, 0]);
  end();
});

describe('what stops it', () => {
  it('RLIMIT_STACK, the whole of it counted', () => {
    const { task, layout, end } = start({}, { stackBytes: 10 * PAGE_SIZE });
    expect([task.store(HERE - 7, 1), task.store(HERE - 6, 1)]).toEqual([false, true]);
    expect(layout()).toBe('-6-4rw-p');
    end();
  });

  it('RLIMIT_AS, and RLIMIT_MEMLOCK if it is locked', () => {
    const limited = start({}, { addressSpaceBytes: 6 * PAGE_SIZE }).task;
    expect([limited.store(HERE - 3, 1), limited.store(HERE - 2, 1)]).toEqual([false, true]);
    const locked = start({}, { memlockBytes: 6 * PAGE_SIZE }).task;
    expect(locked.lock(HERE, 4)).toBe(0);
    expect([locked.store(HERE - 3, 1), locked.store(HERE - 2, 1)]).toEqual([false, true]);
  });

  it.each([
    { what: 'a mapping keeps 256 pages', prot: PROT.read, flags: MAP.fixed, gap: 256 },
    { what: 'one without permissions keeps nothing', prot: PROT.none, flags: MAP.fixed, gap: 0 },
    { what: 'another stack keeps nothing', prot: PROT.read | PROT.write, flags: GROWS, gap: 0 },
  ])('$what', ({ prot, flags, gap }) => {
    const { task, end } = start();
    task.mapAt(HERE - 400, 100, flags, prot);
    const below = HERE - 300;
    if (gap > 0) expect(task.store(below + gap - 1, 1)).toBe(false);
    expect(task.store(below + gap, 1)).toBe(true);
    end();
  });

  it('a hole below a mapping that does not grow', () => {
    const { task, end } = callBench();
    task.mapAt(HERE, 4, MAP.fixed);
    expect(task.store(HERE - 1, 1)).toBe(false);
    expect(task.stat('sigsegv')).toBe(1);
    end();
  });
});

it.each([
  // Let go of for write and taken back, then downgraded.
  { linux: '6.18', holds: ['read', 'write', 'read'] },
  { linux: '4.17', holds: ['read'] },
])('Linux $linux holds mmap_sem for $holds', ({ linux, holds }) => {
  const { task, layout, end } = start({}, rulesOf(linux));
  const op = accessPages(task.cpu, task.mm, HERE - 3, 1, ACCESS.store, 1);
  const watched = watchLocks(task.cpu, task.mm, { first: HERE, end: HERE }, op);
  expect(watched.result).toBe(0);
  expect(watched.holds).toEqual(holds);
  expect(layout()).toBe('-3-4rw-p');
  end();
});
