/** Whose pages a VMA has, and so with whom it merges. */
import { expect, it } from 'vitest';
import { FILE_KIND } from './layout.js';
import { HERE, callBench, type CallBench } from './testing/call-task.js';
import { MADV, MAP, PROT } from './uapi.js';
import { anonVmaOf, findVma } from './vma.js';

function originOf({ machine, task }: CallBench, page: number): number {
  return anonVmaOf(machine.km, findVma(machine.km, task.mm, page));
}

it('is decided by the first private write: not by mapping, loads, or shared memory', () => {
  const bench = callBench();
  const { task, end } = bench;
  task.mapAt(HERE, 4, MAP.fixed);
  task.load(HERE);
  expect(originOf(bench, HERE)).toBe(0);
  task.store(HERE, 1);
  expect(originOf(bench, HERE)).not.toBe(0);
  const file = task.create(FILE_KIND.disk, 4);
  task.mapFile(file, 2, { page: HERE + 10 });
  task.mapFile(file, 2, { page: HERE + 20, shared: false });
  for (const page of [HERE + 10, HERE + 20]) task.store(page, 1);
  expect(originOf(bench, HERE + 10)).toBe(0);
  expect(originOf(bench, HERE + 20)).not.toBe(originOf(bench, HERE));
  end();
});

it.each([
  { what: 'permissions alone', change: 'protect', shared: true },
  { what: 'an advice', change: 'advise', shared: false },
] as const)('neighbours that differ by $what: one origin $shared', ({ change, shared }) => {
  for (const order of [
    [0, 4],
    [4, 0],
  ]) {
    const bench = callBench();
    const { task, layout, end } = bench;
    task.mapAt(HERE, 8, MAP.fixed);
    if (change === 'protect') task.protect(HERE + 4, 4, PROT.read | PROT.write | PROT.exec);
    else task.advise(HERE + 4, 4, MADV.dontFork);
    for (const page of order) task.store(HERE + page, 1);
    expect(originOf(bench, HERE) === originOf(bench, HERE + 4)).toBe(shared);
    if (change === 'protect') task.protect(HERE + 4, 4, PROT.read | PROT.write);
    else task.advise(HERE + 4, 4, MADV.doFork);
    expect(layout()).toBe(shared ? '0-8rw-p' : '0-4rw-p 4-8rw-p');
    end();
  }
});

it('both parts of a split keep it, and a VMA without pages takes that of its neighbour', () => {
  const bench = callBench();
  const { task, layout, end } = bench;
  task.mapAt(HERE, 8, MAP.fixed);
  task.store(HERE, 1);
  task.advise(HERE + 4, 4, MADV.dontFork);
  expect(originOf(bench, HERE + 4)).toBe(originOf(bench, HERE));
  task.advise(HERE + 4, 4, MADV.doFork);
  task.mapAt(HERE + 8, 4, MAP.fixed);
  expect(layout()).toBe('0-12rw-p');
  end();
});

it('a new mapping between two origins joins the lower one', () => {
  const bench = callBench();
  const { task, layout, end } = bench;
  for (const page of [HERE, HERE + 8]) {
    task.mapAt(page, 4, MAP.fixed);
    task.store(page, 1);
  }
  expect(originOf(bench, HERE)).not.toBe(originOf(bench, HERE + 8));
  task.mapAt(HERE + 4, 4, MAP.fixed);
  expect(layout()).toBe('0-8rw-p 8-12rw-p');
  end();
});
