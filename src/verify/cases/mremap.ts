/** mremap and brk: mappings that change their size or their place. */
import { EFAULT, EINVAL, ENOMEM } from '../../mm/errno.js';
import { MAP, MREMAP, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { LoneCase } from '../case.js';
import {
  expectAddress,
  expectDenied,
  expectEqual,
  expectError,
  expectFilled,
  expectLayout,
  expectResult,
  expectThat,
  expectTouch,
  expectZeros,
  fill,
  pages,
} from '../expect.js';
import { ARENA, fileOf, place, placeFile } from './places.js';

export const MREMAP_AND_BRK: readonly LoneCase[] = [
  {
    name: 'mremap-shrink',
    asserts: 'a mapping that shrinks stays where it is and loses its end',
    run: (process) => {
      fill(process, place(process, 0, 8), 8, 10);
      expectResult('mremap', process.mremap(ARENA, pages(8), pages(3), 0, 0), ARENA);
      expectFilled(process, ARENA, 3, 10);
      expectDenied(process, ARENA + pages(3), 5);
      expectLayout(process, ARENA, 8, ['0+3 rw-p']);
    },
  },
  {
    name: 'mremap-grow',
    asserts: 'a mapping grows in place where there is room, with zero pages',
    run: (process) => {
      fill(process, place(process, 0, 2), 2, 10);
      expectResult('mremap', process.mremap(ARENA, pages(2), pages(6), 0, 0), ARENA);
      expectFilled(process, ARENA, 2, 10);
      expectZeros(process, ARENA + pages(2), 4);
      expectLayout(process, ARENA, 8, ['0+6 rw-p']);
    },
  },
  {
    name: 'mremap-grow-blocked',
    asserts: 'without room and MREMAP_MAYMOVE it is ENOMEM; with it, content moves along',
    run: (process) => {
      fill(process, place(process, 0, 2), 2, 10);
      place(process, 2, 1, PROT.read);
      expectError('in place', process.mremap(ARENA, pages(2), pages(4), 0, 0), ENOMEM);
      expectFilled(process, ARENA, 2, 10);
      const moved = process.mremap(ARENA, pages(2), pages(4), MREMAP.mayMove, 0);
      expectAddress('elsewhere', moved);
      expectFilled(process, moved, 2, 10);
      expectZeros(process, moved + pages(2), 2);
      expectDenied(process, ARENA, 2);
    },
  },
  {
    name: 'mremap-fixed',
    asserts: 'MREMAP_FIXED takes the place of what is mapped at the new address, page by page',
    run: (process) => {
      fill(process, place(process, 0, 4), 4, 10);
      fill(process, place(process, 16, 8), 8, 50);
      const flags = MREMAP.mayMove | MREMAP.fixed;
      const target = ARENA + pages(18);
      expectResult('mremap', process.mremap(ARENA, pages(4), pages(4), flags, target), target);
      expectDenied(process, ARENA, 4);
      expectFilled(process, ARENA + pages(16), 2, 50);
      expectFilled(process, target, 4, 10);
      expectFilled(process, ARENA + pages(22), 2, 56);
      expectEqual('resident pages', process.residentPages, 8);
    },
  },
  {
    name: 'mremap-part',
    asserts: 'a part of a mapping moves, the rest stays in two pieces',
    run: (process) => {
      fill(process, place(process, 0, 9), 9, 10);
      const flags = MREMAP.mayMove | MREMAP.fixed;
      const target = ARENA + pages(32);
      const from = ARENA + pages(3);
      expectResult('mremap', process.mremap(from, pages(3), pages(3), flags, target), target);
      expectLayout(process, ARENA, 40, ['0+3 rw-p', '6+3 rw-p', '32+3 rw-p']);
      expectFilled(process, ARENA, 3, 10);
      expectFilled(process, target, 3, 13);
      expectFilled(process, ARENA + pages(6), 3, 16);
    },
  },
  {
    name: 'mremap-dontunmap',
    asserts:
      'MREMAP_DONTUNMAP moves pages and leaves an empty mapping; Linux 4.17 does not know it',
    run: (process, rules) => {
      fill(process, place(process, 0, 4), 4, 10);
      const flags = MREMAP.mayMove | MREMAP.dontUnmap;
      const moved = process.mremap(ARENA, pages(4), pages(4), flags, 0);
      if (rules.linux === '4.17') {
        expectError('mremap', moved, EINVAL);
        return;
      }
      expectAddress('mremap', moved);
      expectFilled(process, moved, 4, 10);
      expectZeros(process, ARENA, 4);
    },
  },
  {
    name: 'mremap-errors',
    asserts:
      'odd or overlapping places are EINVAL, FIXED without MAYMOVE too, and a hole is EFAULT',
    run: (process) => {
      fill(process, place(process, 0, 4), 4, 10);
      const flags = MREMAP.mayMove | MREMAP.fixed;
      const to = (target: number, how = flags): number => {
        return process.mremap(ARENA, pages(4), pages(4), how, target);
      };
      expectError('to an odd address', to(ARENA + pages(16) + 1), EINVAL);
      expectError('over itself', to(ARENA + pages(2)), EINVAL);
      expectError('FIXED without MAYMOVE', to(ARENA + pages(16), MREMAP.fixed), EINVAL);
      expectError('to 0 bytes', process.mremap(ARENA, pages(4), 0, MREMAP.mayMove, 0), EINVAL);
      const hole = process.mremap(ARENA + pages(8), pages(1), pages(2), MREMAP.mayMove, 0);
      expectError('of a hole', hole, EFAULT);
      const odd = process.mremap(ARENA + 1, pages(1), pages(2), MREMAP.mayMove, 0);
      expectError('from an odd address', odd, EINVAL);
      expectFilled(process, ARENA, 4, 10);
    },
  },
  {
    name: 'mremap-file',
    asserts: 'a mapping of a file that moved and grew shows the pages of the file that follow',
    run: (process) => {
      const file = fileOf(process, 'tmpfs', 8, 100);
      placeFile(process, file, 0, 2, { filePage: 2 });
      place(process, 2, 1, PROT.none);
      const moved = process.mremap(ARENA, pages(2), pages(5), MREMAP.mayMove, 0);
      expectAddress('mremap', moved);
      expectFilled(process, moved, 5, 102);
    },
  },
  {
    name: 'mremap-locked-limit',
    asserts: 'locked memory grows up to RLIMIT_MEMLOCK and no further',
    limits: { memlockBytes: pages(8) },
    run: (process) => {
      place(process, 0, 4, READ_WRITE, MAP.locked);
      const over = process.mremap(ARENA, pages(4), pages(9), 0, 0);
      expectThat(over < 0, `mremap to 9 pages returns 0x${over.toString(16)}, not an error`);
      expectResult('to 8 pages', process.mremap(ARENA, pages(4), pages(8), 0, 0), ARENA);
      expectEqual('resident pages', process.residentPages, 8);
    },
  },
  {
    name: 'brk-grow-shrink',
    asserts: 'the heap grows with zero pages and gives them back; what comes again is zero',
    run: (process) => {
      const start = process.brk(0);
      const end = start + pages(6);
      expectEqual('brk', process.brk(end), end);
      expectZeros(process, start, 6);
      fill(process, start, 6, 20);
      expectEqual('brk to 2 pages', process.brk(start + pages(2)), start + pages(2));
      expectTouch(process, start + pages(2), 'r', 'maperr');
      expectFilled(process, start, 2, 20);
      expectEqual('brk to 6 pages', process.brk(end), end);
      expectZeros(process, start + pages(2), 4);
    },
  },
  {
    name: 'brk-blocked',
    asserts: 'the heap does not grow into a mapping, and stays as it was',
    run: (process) => {
      const start = process.brk(0);
      const flags = MAP.private | MAP.anonymous | MAP.fixed;
      const wall = start + pages(8);
      expectResult('mmap', process.mmap(wall, pages(1), READ_WRITE, flags, -1, 0), wall);
      expectEqual('brk to 4 pages', process.brk(start + pages(4)), start + pages(4));
      expectEqual('brk into the mapping', process.brk(start + pages(9)), start + pages(4));
      expectEqual('brk below the heap', process.brk(start - pages(1)), start + pages(4));
    },
  },
];
