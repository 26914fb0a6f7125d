/** Which VMAs become one, and when, beyond what `mprotect.test.ts` shows. */
import { describe, expect, it } from 'vitest';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { HERE, callBench } from './testing/call-task.js';
import { READ_WRITE } from './testing/lone-task.js';
import { MADV, MAP, PROT } from './uapi.js';

describe('a mapping beside others', () => {
  it('merges with both: three become one', () => {
    const { task, layout, end } = callBench();
    task.mapAt(HERE, 6, MAP.fixed);
    task.fill(HERE, 6, 1);
    task.unmap(HERE + 2, 2);
    expect(layout()).toBe('0-2rw-p 4-6rw-p');
    task.mapAt(HERE + 2, 2, MAP.fixed);
    expect(layout()).toBe('0-6rw-p');
    end();
  });

  it('munmap never merges, and maps that fill one hole after the other do', () => {
    const { task, layout, end } = callBench();
    for (const i of [3, 0, 2, 1]) task.mapAt(HERE + i, 1, MAP.fixed);
    expect(layout()).toBe('0-4rw-p');
    end();
  });

  it('keeps apart from one with other flags, whichever bit it is', () => {
    const flags = [MAP.locked, MAP.growsDown, MAP.noReserve, MAP.stack];
    for (const flag of flags) {
      const { task, layout, end } = callBench();
      task.mapAt(HERE, 2, MAP.fixed);
      // Above: below a stack a gap is kept.
      task.mapAt(HERE + 2, 2, MAP.fixed | flag);
      expect(layout()).toBe('0-2rw-p 2-4rw-p');
      end();
    }
  });

  it('of shared anonymous memory is an object of its own', () => {
    const { task, layout, end } = callBench();
    for (const page of [HERE, HERE + 2]) {
      const flags = MAP.fixed | MAP.shared | MAP.anonymous;
      const request = { address: page * PAGE_SIZE, bytes: 2 * PAGE_SIZE, prot: READ_WRITE };
      task.mmap({ ...request, flags });
    }
    expect(layout()).toBe('0-2rw-s 2-4rw-s');
    end();
  });
});

describe('mappings of files', () => {
  it.each([
    { what: 'of what follows', pgoff: 2, after: '0-4rw-s' },
    { what: 'of something else', pgoff: 3, after: '0-2rw-s 2-4rw-s' },
  ])('$what in the file: $after', ({ pgoff, after }) => {
    const { task, layout, end } = callBench();
    const file = task.create(FILE_KIND.disk, 8, 10);
    task.mapFile(file, 2, { page: HERE });
    task.mapFile(file, 2, { page: HERE + 2, pgoff });
    expect(layout()).toBe(after);
    expect([0, 1, 2, 3].map((i) => task.load(HERE + i))).toEqual([10, 11, 10 + pgoff, 11 + pgoff]);
    end();
  });

  it('of another file keep apart; a file goes with its last part', () => {
    const { task, layout, end } = callBench({ files: 2 });
    const [one, two] = [task.create(FILE_KIND.tmpfs, 8, 10), task.create(FILE_KIND.tmpfs, 8, 20)];
    task.mapFile(one, 4, { page: HERE });
    task.mapFile(two, 4, { page: HERE + 4, pgoff: 4 });
    expect(layout()).toBe('0-4rw-s 4-8rw-s');
    task.close();
    task.protect(HERE + 1, 1, PROT.read);
    task.protect(HERE + 1, 1, READ_WRITE);
    expect(layout()).toBe('0-4rw-s 4-8rw-s');
    task.unmap(HERE + 1, 2);
    expect([task.load(HERE), task.load(HERE + 3), task.load(HERE + 4)]).toEqual([10, 13, 24]);
    task.unmap(HERE, 4);
    // Its record is free again.
    expect(task.create(FILE_KIND.tmpfs, 1)).toBe(one);
    end();
  });
});

describe('a part that changes', () => {
  /** Flags of pages 0 to 8 as letters: what is advised, where, and what the VMAs are then. */
  it.each([
    { advised: [2, 4], then: [4, 6], after: '0-2rw-p 2-6rw-p 6-8rw-p' },
    { advised: [4, 6], then: [2, 4], after: '0-2rw-p 2-6rw-p 6-8rw-p' },
    { advised: [2, 6], then: [3, 5], after: '0-2rw-p 2-6rw-p 6-8rw-p' },
    { advised: [0, 4], then: [4, 8], after: '0-8rw-p' },
    { advised: [4, 8], then: [0, 4], after: '0-8rw-p' },
    { advised: [2, 3], then: [4, 5], after: '0-2rw-p 2-3rw-p 3-4rw-p 4-5rw-p 5-8rw-p' },
  ])('$advised, then $then', ({ advised, then, after }) => {
    const { task, layout, end } = callBench();
    task.mapAt(HERE, 8, MAP.fixed);
    for (const [from, to] of [advised, then] as [number, number][]) {
      expect(task.advise(HERE + from, to - from, MADV.dontDump)).toBe(0);
    }
    expect(layout()).toBe(after);
    end();
  });

  it('between two that are like it makes one of three', () => {
    const { task, layout, end } = callBench();
    task.mapAt(HERE, 8, MAP.fixed);
    task.fill(HERE, 8, 10);
    task.protect(HERE + 3, 2, PROT.read);
    task.protect(HERE, 8, READ_WRITE);
    expect(layout()).toBe('0-8rw-p');
    expect(task.load(HERE + 4)).toBe(14);
    end();
  });
});
