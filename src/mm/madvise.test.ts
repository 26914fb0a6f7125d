import { describe, expect, it } from 'vitest';
import { EACCES, EAGAIN, EFAULT, EINVAL, ENOMEM } from './errno.js';
import { rulesOf } from './kernel-rules.js';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { madvise } from './madvise.js';
import { CallTask, HERE, callBench } from './testing/call-task.js';
import { lockMode, watchLocks } from './testing/lock-watch.js';
import { runAlone, runUntil } from './testing/test-machine.js';
import { MADV, MAP, PROT } from './uapi.js';

const READ_WRITE = PROT.read | PROT.write;
const { disk, tmpfs } = FILE_KIND;

/**
 * Every advice for one page in the middle of written private anonymous memory: its VMAs afterwards,
 * which pages are present, the mode that mmap_sem is held in.
 */
const WHOLE = '0-8rw-p';
const SPLIT = '0-3rw-p 3-4rw-p 4-8rw-p';
const ALL = '11111111';
const ADVICES = [
  { name: 'normal', layout: WHOLE, incore: ALL, mode: 'write' },
  { name: 'random', layout: SPLIT, incore: ALL, mode: 'write' },
  { name: 'sequential', layout: SPLIT, incore: ALL, mode: 'write' },
  { name: 'willNeed', layout: WHOLE, incore: ALL, mode: 'read' },
  { name: 'dontNeed', layout: WHOLE, incore: '11101111', mode: 'read' },
  { name: 'free', layout: WHOLE, incore: ALL, mode: 'read' },
  { name: 'dontFork', layout: SPLIT, incore: ALL, mode: 'write' },
  { name: 'doFork', layout: WHOLE, incore: ALL, mode: 'write' },
  { name: 'mergeable', layout: SPLIT, incore: ALL, mode: 'write' },
  { name: 'unmergeable', layout: WHOLE, incore: ALL, mode: 'write' },
  { name: 'hugePage', layout: SPLIT, incore: ALL, mode: 'write' },
  { name: 'noHugePage', layout: SPLIT, incore: ALL, mode: 'write' },
  { name: 'dontDump', layout: SPLIT, incore: ALL, mode: 'write' },
  { name: 'doDump', layout: WHOLE, incore: ALL, mode: 'write' },
  { name: 'wipeOnFork', layout: SPLIT, incore: ALL, mode: 'write' },
  { name: 'keepOnFork', layout: WHOLE, incore: ALL, mode: 'write' },
  { name: 'cold', layout: WHOLE, incore: ALL, mode: 'read' },
  { name: 'pageOut', layout: WHOLE, incore: ALL, mode: 'read' },
  { name: 'populateRead', layout: WHOLE, incore: ALL, mode: 'read' },
  { name: 'populateWrite', layout: WHOLE, incore: ALL, mode: 'read' },
  { name: 'dontNeedLocked', layout: WHOLE, incore: '11101111', mode: 'read' },
] as const;

it.each(ADVICES)('$name: under $mode', ({ name, layout: after, incore, mode }) => {
  const { task, layout, end } = callBench();
  task.mapAt(HERE, 8, MAP.fixed);
  task.fill(HERE, 8, 10);
  const op = madvise(task.cpu, task.mm, (HERE + 3) * PAGE_SIZE, PAGE_SIZE, MADV[name]);
  const watched = watchLocks(task.cpu, task.mm, { first: HERE, end: HERE + 8 }, op);
  expect(watched.result).toBe(0);
  expect(watched.holds).toEqual([mode]);
  expect(layout()).toBe(after);
  expect(task.incore(HERE, 8)).toBe(incore);
  expect(task.load(HERE + 3)).toBe(incore === ALL ? 13 : 0);
  end();
});

it.each([
  ['random', 'normal'],
  ['sequential', 'normal'],
  ['dontFork', 'doFork'],
  ['mergeable', 'unmergeable'],
  ['dontDump', 'doDump'],
  ['wipeOnFork', 'keepOnFork'],
] as const)('%s splits, %s merges again', (set, clear) => {
  const { task, layout, end } = callBench();
  task.mapAt(HERE, 8, MAP.fixed);
  expect(task.advise(HERE + 3, 1, MADV[set])).toBe(0);
  expect(layout()).toBe(SPLIT);
  expect(task.advise(HERE, 8, MADV[clear])).toBe(0);
  expect(layout()).toBe(WHOLE);
  end();
});

it('huge pages once advised stay spoken about: the two advices never cancel', () => {
  const { task, layout, end } = callBench();
  task.mapAt(HERE, 8, MAP.fixed);
  task.advise(HERE + 3, 1, MADV.hugePage);
  task.advise(HERE + 3, 1, MADV.noHugePage);
  expect(layout()).toBe(SPLIT);
  task.advise(HERE, 8, MADV.noHugePage);
  expect(layout()).toBe(WHOLE);
  end();
});

describe('errors', () => {
  const call = (bytes: number, advice: number, at = 0) => {
    const bench = callBench();
    const { task } = bench;
    task.mapAt(HERE, 2, MAP.fixed);
    return runAlone(madvise(task.cpu, task.mm, HERE * PAGE_SIZE + at, bytes, advice));
  };

  it.each([
    { what: 'an advice that is none, at once', bytes: 0, advice: 7, at: 1, result: -EINVAL },
    { what: 'not aligned', bytes: 0, advice: MADV.normal, at: 1, result: -EINVAL },
    { what: 'a length that wraps', bytes: 2 ** 64 - 1, advice: MADV.normal, result: -EINVAL },
    { what: 'no length', bytes: 0, advice: MADV.normal, result: 0 },
    { what: 'a hole', bytes: 3 * PAGE_SIZE, advice: MADV.dontFork, result: -ENOMEM },
    { what: 'a file that is none', bytes: 1, advice: MADV.remove, result: -EINVAL },
  ])('$what: $result', ({ bytes, advice, at, result }) => {
    expect(call(bytes, advice, at)).toBe(result);
  });

  it.each([MADV.cold, MADV.pageOut, MADV.populateRead, MADV.populateWrite, MADV.dontNeedLocked])(
    'Linux 4.17 does not know advice %i',
    (advice) => {
      const { task } = callBench({}, rulesOf('4.17'));
      task.mapAt(HERE, 2, MAP.fixed);
      expect(task.advise(HERE, 1, advice)).toBe(-EINVAL);
    },
  );

  it('a hole is an error in the end: what lies behind it is advised', () => {
    const { task, end } = callBench();
    task.mapAt(HERE, 2, MAP.fixed);
    task.mapAt(HERE + 4, 2, MAP.fixed);
    task.fill(HERE, 2, 1);
    task.fill(HERE + 4, 2, 1);
    expect(task.advise(HERE, 6, MADV.dontNeed)).toBe(-ENOMEM);
    expect([HERE, HERE + 4].map((page) => task.incore(page, 2))).toEqual(['00', '00']);
    end();
  });

  it.each([
    { name: 'dontNeed', result: -EINVAL },
    { name: 'dontNeedLocked', result: 0 },
    { name: 'free', result: -EINVAL },
    { name: 'cold', result: -EINVAL },
    { name: 'pageOut', result: -EINVAL },
    { name: 'remove', result: -EINVAL },
    { name: 'willNeed', result: 0 },
    { name: 'populateWrite', result: 0 },
    { name: 'dontFork', result: 0 },
  ] as const)('$name of locked memory: $result', ({ name, result }) => {
    const { task } = callBench();
    task.mapAt(HERE, 2, MAP.fixed);
    task.lock(HERE, 2);
    expect(task.advise(HERE, 2, MADV[name])).toBe(result);
  });

  it.each([
    { max: 1, from: 0, to: 1, result: -EAGAIN, after: WHOLE },
    { max: 2, from: 0, to: 1, result: 0, after: '0-1rw-p 1-8rw-p' },
    { max: 2, from: 3, to: 4, result: -EAGAIN, after: '0-3rw-p 3-8rw-p' },
    { max: 3, from: 3, to: 4, result: 0, after: SPLIT },
  ])('max_map_count $max: $result of pages $from to $to', ({ max, from, to, result, after }) => {
    const { task, layout, end } = callBench({ maxMapCount: max });
    task.mapAt(HERE, 8, MAP.fixed);
    expect(task.advise(HERE + from, to - from, MADV.dontFork)).toBe(result);
    expect(layout()).toBe(after);
    end();
  });
});

describe('files', () => {
  it('remove makes a hole of what is shared and may be written', () => {
    const { task, end } = callBench();
    const file = task.create(disk, 4, 10);
    task.mapFile(file, 4, { page: HERE });
    task.load(HERE + 1);
    expect(task.advise(HERE + 1, 2, MADV.remove)).toBe(0);
    expect([0, 1, 2, 3].map((i) => task.load(HERE + i))).toEqual([10, 0, 0, 13]);
    task.mapFile(file, 4, { page: HERE, shared: false });
    expect(task.advise(HERE, 1, MADV.remove)).toBe(-EACCES);
    end();
  });

  it('remove lets mmap_sem go while it makes the hole, and what is unmapped then stays so', () => {
    const { machine, task, end } = callBench();
    const file = task.create(tmpfs, 4, 10);
    task.mapFile(file, 2, { page: HERE });
    task.mapFile(file, 2, { page: HERE + 2, pgoff: 2, prot: PROT.read });
    for (let i = 0; i < 4; i++) task.load(HERE + i);
    const op = madvise(task.cpu, task.mm, HERE * PAGE_SIZE, 4 * PAGE_SIZE, MADV.remove);
    const pages = { first: HERE, end: HERE + 4 };
    const watched = watchLocks(task.cpu, task.mm, pages, op);
    expect(watched.holds).toEqual(['read', 'read', 'read']);
    expect(watched.zappedUnder).toEqual(['none']);
    expect(watched.result).toBe(0);

    for (let i = 0; i < 4; i++) task.load(HERE + i);
    const other = new CallTask(machine, task.how, 1);
    const again = madvise(task.cpu, task.mm, HERE * PAGE_SIZE, 4 * PAGE_SIZE, MADV.remove);
    task.cpu.stepwise = true;
    for (const mode of ['read', 'none'])
      runUntil(again, () => lockMode(task.cpu, task.mm) === mode);
    other.unmap(HERE, 4);
    task.cpu.stepwise = false;
    expect(runAlone(again)).toBe(-ENOMEM);
    end();
  });

  it.each([
    { kind: disk, incore: '1101', again: 'major' },
    { kind: tmpfs, incore: '1111', again: 'minor' },
  ] as const)('pageOut of a file of kind $kind: the next access is $again', (row) => {
    const { task, end } = callBench();
    task.mapFile(task.create(row.kind, 4, 10), 4, { page: HERE });
    for (let i = 0; i < 4; i++) task.load(HERE + i);
    expect(task.advise(HERE + 2, 1, MADV.pageOut)).toBe(0);
    expect(task.incore(HERE, 4)).toBe(row.incore);
    expect(task.pte(HERE + 2)).toBe(0);
    expect(task.faultsOf(() => task.load(HERE + 2))[row.again]).toBe(1);
    expect(task.load(HERE + 2)).toBe(12);
    end();
  });

  it('dontNeed drops private copies, free and wipeOnFork want anonymous memory', () => {
    const { task, end } = callBench();
    task.mapFile(task.create(tmpfs, 4, 10), 4, { page: HERE, shared: false });
    task.fill(HERE, 4, 20);
    expect(task.advise(HERE, 2, MADV.dontNeed)).toBe(0);
    expect([0, 1, 2, 3].map((i) => task.load(HERE + i))).toEqual([10, 11, 22, 23]);
    expect(task.advise(HERE, 2, MADV.free)).toBe(-EINVAL);
    expect(task.advise(HERE, 2, MADV.wipeOnFork)).toBe(-EINVAL);
    end();
  });
});

describe('populate', () => {
  it.each([
    { advice: MADV.populateRead, mapped: 'xxxx', later: 1 },
    { advice: MADV.populateWrite, mapped: 'WWWW', later: 0 },
  ])('advice $advice: perf sees no fault until a store', ({ advice, mapped, later }) => {
    const { task, end } = callBench();
    task.mapAt(HERE, 4, MAP.fixed);
    const none = { minor: 0, major: 0, sigbus: 0 };
    expect(task.faultsOf(() => task.advise(HERE, 4, advice))).toEqual(none);
    expect(task.mapped(HERE, 4)).toBe(mapped);
    expect(task.stat('kernelMinor')).toBe(4);
    expect(task.faultsOf(() => task.store(HERE, 1)).minor).toBe(later);
    end();
  });

  it('stops at holes, at what is not permitted, and at the end of a file', () => {
    const { task, end } = callBench();
    task.mapAt(HERE, 2, MAP.fixed);
    expect(task.advise(HERE, 3, MADV.populateWrite)).toBe(-ENOMEM);
    expect(task.mapped(HERE, 2)).toBe('WW');
    task.mapAt(HERE, 2, MAP.fixed, PROT.read);
    expect(task.advise(HERE, 2, MADV.populateWrite)).toBe(-EINVAL);
    expect(task.advise(HERE, 2, MADV.populateRead)).toBe(0);
    task.mapFile(task.create(tmpfs, 1), 2, { page: HERE, prot: READ_WRITE });
    expect(task.advise(HERE, 2, MADV.populateRead)).toBe(-EFAULT);
    expect(task.mapped(HERE, 2)).toBe('W-');
    end();
  });
});

it('MADV_DONTNEED zaps pages that are not counted as those of munmap', () => {
  const { task, end } = callBench();
  task.mapAt(HERE, 4, MAP.fixed);
  task.fill(HERE, 4, 1);
  task.advise(HERE, 4, MADV.dontNeed);
  expect([task.stat('munmapPages'), task.stat('advisedPages')]).toEqual([0, 4]);
  end();
});
