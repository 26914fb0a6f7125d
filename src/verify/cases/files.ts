/** Mappings of files: what is seen through them, where the file ends, and what cleaning does. */
import { MADV, MAP, MS, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { LoneCase } from '../case.js';
import type { SimulatedProcess } from '../../process/process.js';
import {
  expectEqual,
  expectFilled,
  expectLoad,
  expectResult,
  expectTouch,
  expectZeros,
  faultsOf,
  fill,
  pages,
} from '../expect.js';
import { ARENA, fileOf, placeFile } from './places.js';

function words(process: SimulatedProcess, file: number, count: number): string {
  return process.readFile(file, 0, count).join(' ');
}

export const FILES: readonly LoneCase[] = [
  {
    name: 'file-beyond-end',
    asserts:
      'a page of a mapping that begins behind the end of its file is SIGBUS, the last one is not',
    ltp: 'mmap13',
    run: (process) => {
      for (const kind of ['disk', 'tmpfs'] as const) {
        const file = process.open(kind, pages(2) + 100, 'testfile');
        const at = placeFile(process, file, 0, 6);
        expectZeros(process, at, 3);
        expectTouch(process, at + pages(2), 'w', 'ok', 7);
        expectTouch(process, at + pages(3), 'r', 'bus');
        expectTouch(process, at + pages(5), 'w', 'bus');
        expectLoad(process, at + pages(2), 7);
      }
    },
  },
  {
    name: 'file-new-page-zero',
    asserts: 'pages of a file that nobody has written are zero through a mapping',
    ltp: 'mmap01',
    run: (process) => {
      for (const kind of ['disk', 'tmpfs'] as const) {
        const file = process.open(kind, pages(8), 'testfile');
        expectZeros(process, placeFile(process, file, 0, 8), 8);
        process.munmap(ARENA, pages(8));
      }
    },
  },
  {
    name: 'file-shared-writes',
    asserts: 'a store through a shared mapping is in the file, and in every other mapping of it',
    run: (process) => {
      for (const kind of ['disk', 'tmpfs'] as const) {
        const file = fileOf(process, kind, 4, 100);
        const one = placeFile(process, file, 0, 4);
        const other = placeFile(process, file, 8, 4);
        expectFilled(process, other, 4, 100);
        fill(process, one, 4, 500);
        expectFilled(process, other, 4, 500);
        expectEqual('what read() returns', words(process, file, 4), '500 501 502 503');
        process.munmap(ARENA, pages(16));
        expectEqual('what is read after munmap', words(process, file, 4), '500 501 502 503');
      }
    },
  },
  {
    name: 'file-private-writes',
    asserts: 'a store through a private mapping is seen by nobody else and leaves the file alone',
    run: (process) => {
      for (const kind of ['disk', 'tmpfs'] as const) {
        const file = fileOf(process, kind, 4, 100);
        const own = placeFile(process, file, 0, 4, { type: MAP.private });
        const shared = placeFile(process, file, 8, 4);
        expectFilled(process, own, 4, 100);
        fill(process, own, 4, 700);
        expectFilled(process, own, 4, 700);
        expectFilled(process, shared, 4, 100);
        expectEqual('what read() returns', words(process, file, 4), '100 101 102 103');
        process.munmap(ARENA, pages(16));
      }
    },
  },
  {
    name: 'file-private-sees-shared',
    asserts: 'a private page that was not stored to shows what others write to the file',
    run: (process) => {
      const file = fileOf(process, 'tmpfs', 2, 100);
      const own = placeFile(process, file, 0, 2, { type: MAP.private });
      const shared = placeFile(process, file, 4, 2);
      expectFilled(process, own, 2, 100);
      expectTouch(process, own, 'w', 'ok', 1);
      fill(process, shared, 2, 300);
      expectLoad(process, own, 1);
      expectLoad(process, own + pages(1), 301);
    },
  },
  {
    name: 'file-offsets',
    asserts: 'two mappings of one file show the pages at their own offsets',
    ltp: 'mmap19',
    run: (process) => {
      const file = fileOf(process, 'disk', 16, 100);
      expectFilled(process, placeFile(process, file, 0, 4, { filePage: 12 }), 4, 112);
      expectFilled(process, placeFile(process, file, 4, 4, { filePage: 2 }), 4, 102);
      expectFilled(process, placeFile(process, file, 0, 4, { filePage: 4 }), 4, 104);
    },
  },
  {
    name: 'file-closed',
    asserts: 'a mapping outlives the close of its file',
    run: (process) => {
      const file = fileOf(process, 'tmpfs', 4, 100);
      const at = placeFile(process, file, 0, 4);
      process.close(file);
      expectFilled(process, at, 4, 100);
      fill(process, at, 4, 200);
      expectFilled(process, at, 4, 200);
    },
  },
  {
    name: 'file-truncate',
    asserts: 'behind a new end of file a mapping is SIGBUS, and zero once the file is longer again',
    ltp: 'mmap09',
    run: (process) => {
      for (const kind of ['disk', 'tmpfs'] as const) {
        const file = fileOf(process, kind, 8, 100);
        const at = placeFile(process, file, 0, 8);
        expectFilled(process, at, 8, 100);
        expectResult('truncate to 3 pages', process.truncate(file, pages(3)), 0);
        expectFilled(process, at, 3, 100);
        for (let page = 3; page < 8; page++) expectTouch(process, at + pages(page), 'r', 'bus');
        expectResult('truncate to 8 pages', process.truncate(file, pages(8)), 0);
        expectFilled(process, at, 3, 100);
        expectZeros(process, at + pages(3), 5);
        process.munmap(at, pages(8));
      }
    },
  },
  {
    name: 'file-truncate-private',
    asserts: 'truncating a file takes private copies of its pages, too',
    run: (process) => {
      const file = fileOf(process, 'disk', 4, 100);
      const own = placeFile(process, file, 0, 4, { type: MAP.private });
      fill(process, own, 4, 900);
      expectResult('truncate to 2 pages', process.truncate(file, pages(2)), 0);
      expectFilled(process, own, 2, 900);
      expectTouch(process, own + pages(2), 'r', 'bus');
    },
  },
  {
    name: 'file-punch-hole',
    asserts:
      'pages of a hole punched into a file are zero in every shared mapping, the others stay',
    run: (process) => {
      for (const kind of ['disk', 'tmpfs'] as const) {
        const file = fileOf(process, kind, 8, 100);
        const at = placeFile(process, file, 0, 8);
        expectFilled(process, at, 8, 100);
        expectResult('punch', process.punchHole(file, pages(2), pages(3)), 0);
        expectFilled(process, at, 2, 100);
        expectZeros(process, at + pages(2), 3);
        expectFilled(process, at + pages(5), 3, 105);
        process.munmap(at, pages(8));
      }
    },
  },
  {
    name: 'file-major-fault',
    asserts:
      'the first access to a page that only the disk has is a major fault, the next one minor',
    run: (process) => {
      const file = process.open('disk', pages(4), 'testfile');
      const at = placeFile(process, file, 0, 1, { prot: PROT.read });
      const majorsOf = (address: number): number => {
        const before = process.faults().major;
        expectTouch(process, address, 'r', 'ok');
        return process.faults().major - before;
      };
      expectEqual('major faults of the first load', majorsOf(at), 1);
      const again = placeFile(process, file, 4, 1, { prot: PROT.read });
      expectEqual('major faults through another mapping', majorsOf(again), 0);
    },
  },
  {
    name: 'file-fault-around',
    asserts: 'a load maps the cached pages around it, 16 at a time; a store maps its own',
    run: (process, rules) => {
      const file = fileOf(process, 'tmpfs', 64, 100);
      placeFile(process, file, 0, 64, { prot: PROT.read });
      const loads = faultsOf(process, () => {
        expectFilled(process, ARENA, 64, 100);
      });
      // The arena begins in the middle of a window of 16: one part more at the start, one at the end.
      expectEqual('faults of 64 loads', loads, 64 / rules.faultAroundPages + 1);
      placeFile(process, file, 0, 64);
      const stores = faultsOf(process, () => {
        fill(process, ARENA, 64, 200);
      });
      expectEqual('faults of 64 stores', stores, 64);
    },
  },
  {
    name: 'file-clean-page-traps',
    asserts: 'a clean page of a disk file traps the next store, one of tmpfs does not',
    run: (process) => {
      for (const [kind, faults] of [
        ['disk', 4],
        ['tmpfs', 0],
      ] as const) {
        const file = fileOf(process, kind, 4, 100);
        const at = placeFile(process, file, 0, 4);
        fill(process, at, 4, 200);
        expectResult('msync', process.msync(at, pages(4), MS.sync), 0);
        const again = faultsOf(process, () => {
          fill(process, at, 4, 300);
        });
        expectEqual(`${kind}: faults of four stores after MS_SYNC`, again, faults);
        expectResult('msync', process.msync(at, pages(4), MS.async), 0);
        const later = faultsOf(process, () => {
          fill(process, at, 4, 400);
        });
        expectEqual(`${kind}: faults of four stores after MS_ASYNC`, later, 0);
        process.munmap(at, pages(4));
      }
    },
  },
  {
    name: 'file-dirty-survives',
    asserts:
      'what was stored through a mapping is in the file after munmap and another mapping of it',
    run: (process) => {
      const file = process.open('disk', pages(4), 'testfile');
      fill(process, placeFile(process, file, 0, 4), 4, 600);
      expectResult('munmap', process.munmap(ARENA, pages(4)), 0);
      expectResult('fsync', process.fsync(file), 0);
      const at = placeFile(process, file, 8, 4);
      expectFilled(process, at, 4, 600);
      expectResult('pageout', process.munmap(at, pages(4)), 0);
      expectEqual('what read() returns', words(process, file, 4), '600 601 602 603');
    },
  },
  {
    name: 'file-private-discarded',
    asserts: 'MADV_DONTNEED on a private mapping of a file brings back what the file holds',
    run: (process) => {
      const file = fileOf(process, 'disk', 4, 100);
      const own = placeFile(process, file, 0, 4, { prot: READ_WRITE, type: MAP.private });
      fill(process, own, 4, 700);
      expectResult('madvise', process.madvise(own + pages(1), pages(2), MADV.dontNeed), 0);
      expectLoad(process, own, 700);
      expectFilled(process, own + pages(1), 2, 101);
      expectLoad(process, own + pages(3), 703);
    },
  },
];
