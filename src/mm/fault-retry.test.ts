/** Faults that read a disk let mmap_sem go once and come back (VM_FAULT_RETRY). */
import { describe, expect, it } from 'vitest';
import { accessPages } from './access.js';
import { ACCESS, type Access } from './fault-result.js';
import { dropCache } from './file-io.js';
import { ENOMEM } from './errno.js';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { madvise } from './madvise.js';
import { mmap } from './mmap.js';
import { mprotect } from './mprotect.js';
import type { Op } from './op.js';
import { mmPopulate, populate } from './populate.js';
import { downWrite, downWriteTrylock, upWrite } from './rwsem.js';
import { CallTask, HERE, callBench } from './testing/call-task.js';
import { READ_WRITE } from './testing/lone-task.js';
import { lockMode, watchLocks, type LockMode } from './testing/lock-watch.js';
import { runAlone, runUntil } from './testing/test-machine.js';
import { MADV, MAP, PROT } from './uapi.js';

const { disk, tmpfs } = FILE_KIND;
const PAGES = 40;
const NOWHERE = { first: HERE, end: HERE };

/** A file whose page i holds 100 + i, mapped shared, and out of the cache if it is on a disk. */
function start(kind: 1 | 2 = disk) {
  const bench = callBench();
  const { machine, task } = bench;
  const file = task.create(kind, PAGES, 100);
  task.mapFile(file, PAGES, { page: HERE });
  runAlone(dropCache(task.cpu, file, 0, PAGES));
  const other = new CallTask(machine, task.how, 1);
  const watch = <T>(op: Op<T>) => watchLocks(task.cpu, task.mm, NOWHERE, op);
  const access = (page: number, how: Access, word = 0): Op<number> =>
    accessPages(task.cpu, task.mm, page, 1, how, word);
  /** Goes on with an op until it has let mmap_sem go for the first time. */
  const goes = (op: Op<unknown>): void => {
    task.cpu.stepwise = true;
    for (const mode of ['read', 'none']) runUntil(op, () => lockMode(task.cpu, task.mm) === mode);
    task.cpu.stepwise = false;
  };
  return { ...bench, file, other, watch, access, goes };
}

describe('a task that traps', () => {
  it.each([
    { what: 'a load', how: ACCESS.load },
    { what: 'a store', how: ACCESS.store },
  ])('$what of what is on the disk: two holds, one fault, and that is major', ({ how }) => {
    const { task, watch, access, end } = start();
    const holds: LockMode[] = [];
    const fault = (page: number) =>
      task.faultsOf(() => holds.push(...watch(access(page, how, 7)).holds, 'none'));
    expect(fault(HERE + 3)).toEqual({ minor: 0, major: 1, sigbus: 0 });
    expect(task.load(HERE + 3)).toBe(how === ACCESS.store ? 7 : 103);
    // What was read around it is there: no disk, no second hold.
    expect(fault(HERE + 18)).toEqual({ minor: 1, major: 0, sigbus: 0 });
    expect(holds).toEqual(['read', 'read', 'none', 'read', 'none']);
    end();
  });

  it('keeps mmap_sem where there is no disk, and behind the end of a file', () => {
    const { task, watch, access, end } = start(tmpfs);
    expect(watch(access(HERE, ACCESS.load)).holds).toEqual(['read']);
    task.mapFile(task.create(disk, 1, 1), 2, { page: HERE });
    expect(watch(access(HERE + 1, ACCESS.load)).holds).toEqual(['read']);
    expect(task.stat('sigbus')).toBe(1);
    end();
  });

  it('lets a writer in while the disk works', () => {
    const { task, other, access, goes, end } = start();
    const op = access(HERE, ACCESS.load);
    goes(op);
    expect(downWriteTrylock(other.cpu, task.mm.sem)).toBe(true);
    runAlone(upWrite(other.cpu, task.mm.sem));
    expect(runAlone(op)).toBe(0);
    expect(task.cpu.loaded).toBe(100);
    end();
  });

  it('waits for a writer that came in, and that is a wait of the fault', () => {
    const { machine, task, other, access, goes, end } = start();
    const op = access(HERE, ACCESS.load);
    goes(op);
    runAlone(downWrite(other.cpu, task.mm.sem));
    task.cpu.stepwise = true;
    while (op.next().value === 0);
    expect(machine.cpus[0]!.log.faultWaits).toEqual([]);
    runAlone(upWrite(other.cpu, task.mm.sem));
    task.cpu.stepwise = false;
    expect(runAlone(op)).toBe(0);
    expect(machine.cpus[0]!.log.faultWaits.length).toBe(1);
    expect(task.stat('trylockFailed')).toBe(1);
    end();
  });

  it('a munmap in between: SIGSEGV, which is neither minor nor major', () => {
    const { task, other, access, goes, end } = start();
    const op = access(HERE, ACCESS.load);
    goes(op);
    other.unmap(HERE, PAGES);
    expect(runAlone(op)).toBe(1);
    const counts = (['faultsTotal', 'faultsMinor', 'faultsMajor', 'sigsegv'] as const).map((name) =>
      task.stat(name),
    );
    expect(counts).toEqual([1, 0, 0, 1]);
    end();
  });

  it('another mapping in between is the one that is accessed', () => {
    const { task, other, access, goes, end } = start();
    const op = access(HERE, ACCESS.store, 55);
    goes(op);
    other.mapAt(HERE, 2, MAP.fixed);
    expect(runAlone(op)).toBe(0);
    expect(task.stat('faultsMajor')).toBe(1);
    expect(task.load(HERE)).toBe(55);
    end();
  });

  it('an mprotect in between is obeyed', () => {
    const { other, access, goes, end, task } = start();
    const op = access(HERE, ACCESS.store, 55);
    goes(op);
    other.protect(HERE, 1, PROT.read);
    expect(runAlone(op)).toBe(1);
    expect(task.load(HERE)).toBe(100);
    end();
  });

  it('once only: a page that has left the cache again is read with mmap_sem held', () => {
    const { task, file, access, goes, watch, end } = start();
    const op = access(HERE, ACCESS.load);
    goes(op);
    expect(runAlone(dropCache(task.cpu, file, 0, PAGES))).toBeGreaterThan(0);
    expect(watch(op).holds).toEqual(['read']);
    expect([task.stat('faultsMajor'), task.stat('faultsTotal')]).toEqual([1, 1]);
    expect(task.load(HERE)).toBe(100);
    end();
  });
});

describe('populating', () => {
  const counts = (task: CallTask) => [task.stat('kernelMinor'), task.stat('kernelMajor')];

  it('MAP_POPULATE starts over after every page that it had to read: no major fault', () => {
    const { task, file, watch, end } = start();
    const request = { address: HERE * PAGE_SIZE, bytes: PAGES * PAGE_SIZE, prot: PROT.read, file };
    const flags = MAP.shared | MAP.fixed | MAP.populate;
    // 16 pages are read from the first on, then 32 around the next one.
    const watched = watch(mmap(task.cpu, task.mm, { ...request, flags }));
    expect(watched.holds).toEqual(['write', 'read', 'read', 'read']);
    expect(task.mapped(HERE, PAGES)).toBe('x'.repeat(PAGES));
    expect(counts(task)[1]).toBe(0);
    end();
  });

  it('MADV_POPULATE_READ knows what it has tried: major faults', () => {
    const { task, watch, end } = start();
    const [address, bytes] = [HERE * PAGE_SIZE, PAGES * PAGE_SIZE];
    const watched = watch(madvise(task.cpu, task.mm, address, bytes, MADV.populateRead));
    expect(watched.result).toBe(0);
    expect(watched.holds).toEqual(['read', 'read', 'read']);
    expect(task.mapped(HERE, PAGES)).toBe('x'.repeat(PAGES));
    expect(counts(task)[1]).toBe(2);
    end();
  });

  it('what is unmapped in between is a hole: MADV_POPULATE minds, mm_populate does not', () => {
    const calls = [
      { advice: MADV.populateWrite, result: -ENOMEM },
      { advice: undefined, result: 0 },
    ];
    for (const { advice, result } of calls) {
      const { task, other, goes, end } = start();
      const { cpu, mm } = task;
      const op =
        advice === undefined
          ? mmPopulate(cpu, mm, HERE, PAGES, true)
          : madvise(cpu, mm, HERE * PAGE_SIZE, PAGES * PAGE_SIZE, advice);
      goes(op);
      other.unmap(HERE, PAGES);
      expect(runAlone(op)).toBe(result);
      end();
    }
  });

  it('a share is all there, with as many holds as it had to read from the disk', () => {
    const { task, watch, end } = start();
    expect(watch(populate(task.cpu, task.mm, HERE, PAGES)).result).toBe(PAGES);
    expect(task.mapped(HERE, PAGES)).toBe('W'.repeat(PAGES));
    end();
  });

  it('under mmap_sem for write nothing is let go: mprotect of locked private memory', () => {
    const { task, file, watch, end } = start();
    const where = { page: HERE, shared: false, prot: PROT.read };
    task.mapFile(file, PAGES, where);
    task.lock(HERE, 4);
    expect(task.advise(HERE, 4, MADV.dontNeedLocked)).toBe(0);
    runAlone(dropCache(task.cpu, file, 0, PAGES));
    const op = mprotect(task.cpu, task.mm, HERE * PAGE_SIZE, 4 * PAGE_SIZE, READ_WRITE);
    expect(watch(op).holds).toEqual(['write']);
    expect(task.mapped(HERE, 4)).toBe('WWWW');
    expect(counts(task)[1]).toBe(1);
    end();
  });
});
