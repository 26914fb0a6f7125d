/** madvise, mlock, mincore and msync: what is resident, and what may be asked for. */
import { EBUSY, EINVAL, ENOMEM } from '../../mm/errno.js';
import { MADV, MAP, MS, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { LoneCase } from '../case.js';
import {
  expectEqual,
  expectError,
  expectFilled,
  expectLayout,
  expectLoad,
  expectResident,
  expectResult,
  expectThat,
  expectZeros,
  faultsOf,
  fill,
  pages,
} from '../expect.js';
import { ARENA, fileOf, place, placeFile } from './places.js';

export const RESIDENCY: readonly LoneCase[] = [
  {
    name: 'mincore-resident',
    asserts: 'mincore says of each page whether it is there',
    run: (process) => {
      place(process, 0, 6);
      for (const page of [1, 2, 5]) fill(process, ARENA + pages(page), 1, 9);
      expectResident(process, ARENA, '011001');
      expectResult('munmap', process.munmap(ARENA, pages(6)), 0);
      place(process, 0, 6);
      expectResident(process, ARENA, '000000');
    },
  },
  {
    name: 'mincore-errors',
    asserts: 'mincore of pages that are not mapped is ENOMEM, at an odd address EINVAL',
    run: (process) => {
      place(process, 0, 2);
      expectError('across a hole', process.mincore(ARENA, pages(4)).result, ENOMEM);
      expectError('at an odd address', process.mincore(ARENA + 9, pages(1)).result, EINVAL);
    },
  },
  {
    name: 'madvise-dontneed',
    asserts: 'MADV_DONTNEED frees private pages at once, and what is seen next is zero',
    run: (process) => {
      fill(process, place(process, 0, 8), 8, 50);
      expectResult('madvise', process.madvise(ARENA + pages(2), pages(4), MADV.dontNeed), 0);
      expectResident(process, ARENA, '11000011');
      expectEqual('resident pages', process.residentPages, 4);
      expectFilled(process, ARENA, 2, 50);
      expectZeros(process, ARENA + pages(2), 4);
      expectFilled(process, ARENA + pages(6), 2, 56);
      expectLayout(process, ARENA, 8, ['0+8 rw-p']);
    },
  },
  {
    name: 'madvise-dontneed-shared',
    asserts: 'MADV_DONTNEED on shared memory loses nothing',
    run: (process) => {
      const at = placeFile(process, fileOf(process, 'tmpfs', 4, 100), 0, 4);
      fill(process, at, 4, 200);
      expectResult('madvise', process.madvise(at, pages(4), MADV.dontNeed), 0);
      expectFilled(process, at, 4, 200);
    },
  },
  {
    name: 'madvise-dontneed-locked',
    asserts: 'MADV_DONTNEED on locked memory is EINVAL and leaves it alone',
    run: (process) => {
      const at = place(process, 0, 4, READ_WRITE, MAP.locked);
      fill(process, at, 4, 5);
      expectError('madvise', process.madvise(at, pages(4), MADV.dontNeed), EINVAL);
      expectFilled(process, at, 4, 5);
    },
  },
  {
    name: 'madvise-remove',
    asserts: 'MADV_REMOVE frees pages of shared anonymous memory; on private memory it is EINVAL',
    run: (process) => {
      const flags = MAP.shared | MAP.anonymous | MAP.fixed;
      const at = process.mmap(ARENA, pages(4), READ_WRITE, flags, -1, 0);
      expectResult('mmap', at, ARENA);
      fill(process, at, 4, 30);
      expectResult('madvise', process.madvise(at + pages(1), pages(2), MADV.remove), 0);
      expectLoad(process, at, 30);
      expectZeros(process, at + pages(1), 2);
      expectLoad(process, at + pages(3), 33);
      const own = place(process, 8, 2);
      expectError('of private memory', process.madvise(own, pages(2), MADV.remove), EINVAL);
    },
  },
  {
    name: 'madvise-hole',
    asserts: 'advice across a hole is ENOMEM, after it has been taken on both sides of the hole',
    run: (process) => {
      fill(process, place(process, 0, 2), 2, 1);
      fill(process, place(process, 4, 2), 2, 1);
      expectError('madvise', process.madvise(ARENA, pages(6), MADV.dontNeed), ENOMEM);
      expectEqual('resident pages', process.residentPages, 0);
    },
  },
  {
    name: 'madvise-errors',
    asserts: 'advice that does not exist is EINVAL, also of 0 bytes; so is an odd address',
    run: (process) => {
      const at = place(process, 0, 2);
      expectError('advice 7', process.madvise(at, pages(2), 7), EINVAL);
      expectError('advice 7 of 0 bytes', process.madvise(at, 0, 7), EINVAL);
      expectError('at an odd address', process.madvise(at + 1, 4096, MADV.normal), EINVAL);
      expectResult('of 0 bytes', process.madvise(at, 0, MADV.dontNeed), 0);
    },
  },
  {
    name: 'madvise-populate',
    asserts:
      'MADV_POPULATE_WRITE spares the faults of stores from Linux 5.14 on; before, it is EINVAL',
    run: (process, rules) => {
      const at = place(process, 0, 8);
      const answer = process.madvise(at, pages(8), MADV.populateWrite);
      if (rules.adviceMax < MADV.populateWrite) {
        expectError('madvise', answer, EINVAL);
        return;
      }
      expectResult('madvise', answer, 0);
      const faults = faultsOf(process, () => {
        fill(process, at, 8, 1);
      });
      expectEqual('faults of eight stores', faults, 0);
    },
  },
  {
    name: 'mlock-populates',
    asserts: 'mlock makes pages resident and a mapping of their own, munlock makes it one again',
    run: (process) => {
      const at = place(process, 0, 9);
      expectResult('mlock', process.mlock(at + pages(3), pages(3)), 0);
      expectResident(process, at, '000111000');
      expectLayout(process, at, 9, ['0+3 rw-p', '3+3 rw-p', '6+3 rw-p']);
      expectResult('munlock', process.munlock(at + pages(3), pages(3)), 0);
      expectLayout(process, at, 9, ['0+9 rw-p']);
      expectResident(process, at, '000111000');
    },
  },
  {
    name: 'mlock-hole',
    asserts: 'mlock across a hole is ENOMEM',
    run: (process) => {
      place(process, 0, 2);
      place(process, 4, 2);
      expectError('mlock', process.mlock(ARENA, pages(6)), ENOMEM);
      expectError('munlock', process.munlock(ARENA, pages(6)), ENOMEM);
    },
  },
  {
    name: 'mlock-limit',
    asserts: 'mlock beyond RLIMIT_MEMLOCK is ENOMEM; munmap of locked memory makes room again',
    limits: { memlockBytes: pages(8) },
    run: (process) => {
      place(process, 0, 16);
      expectResult('mlock of 6 pages', process.mlock(ARENA, pages(6)), 0);
      expectError('mlock of 3 more', process.mlock(ARENA + pages(8), pages(3)), ENOMEM);
      expectResult('mlock of 2 more', process.mlock(ARENA + pages(8), pages(2)), 0);
      expectResult('munmap of 4 locked pages', process.munmap(ARENA, pages(4)), 0);
      expectResult('mlock of 4 others', process.mlock(ARENA + pages(10), pages(4)), 0);
      expectError('mlock of one more', process.mlock(ARENA + pages(15), pages(1)), ENOMEM);
    },
  },
  {
    name: 'mlock-munmap',
    asserts: 'locked memory is unmapped as any other, in whole and in part',
    run: (process) => {
      fill(process, place(process, 0, 12, READ_WRITE, MAP.locked), 12, 80);
      expectResult('munmap of the middle', process.munmap(ARENA + pages(4), pages(4)), 0);
      expectLayout(process, ARENA, 12, ['0+4 rw-p', '8+4 rw-p']);
      expectFilled(process, ARENA + pages(8), 4, 88);
      expectResult('munmap of all', process.munmap(ARENA, pages(12)), 0);
      expectEqual('resident pages', process.residentPages, 0);
    },
  },
  {
    name: 'msync-errors',
    asserts:
      'msync asked for both ways is EINVAL, across a hole ENOMEM, and EBUSY to invalidate locked memory',
    run: (process) => {
      const at = place(process, 0, 2);
      expectError('both ways', process.msync(at, pages(2), MS.async | MS.sync), EINVAL);
      expectError('at an odd address', process.msync(at + 1, pages(1), MS.sync), EINVAL);
      expectError('with unknown flags', process.msync(at, pages(1), 64), EINVAL);
      expectError('across a hole', process.msync(at, pages(3), MS.async), ENOMEM);
      expectResult('mlock', process.mlock(at, pages(2)), 0);
      expectError('to invalidate', process.msync(at, pages(2), MS.invalidate), EBUSY);
      expectResult('of anonymous memory', process.msync(at, pages(2), MS.sync), 0);
    },
  },
  {
    name: 'zero-page',
    asserts:
      'loads of untouched private memory cost a fault each and no memory; the store after costs one more',
    run: (process) => {
      const at = place(process, 0, 8);
      const loads = faultsOf(process, () => {
        expectZeros(process, at, 8);
      });
      expectEqual('faults of eight loads', loads, 8);
      expectEqual('resident pages', process.residentPages, 0);
      const stores = faultsOf(process, () => {
        fill(process, at, 8, 3);
      });
      expectEqual('faults of eight stores', stores, 8);
      expectEqual('resident pages', process.residentPages, 8);
      const readOnly = place(process, 16, 2, PROT.read);
      expectZeros(process, readOnly, 2);
      expectThat(process.residentPages === 8, 'the zero page is counted as resident');
    },
  },
];
