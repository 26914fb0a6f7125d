/** munmap: what it takes away, what it leaves, and when it fails (history 7.2, 7.3). */
import { EINVAL, ENOMEM } from '../../mm/errno.js';
import { MAP, PROT } from '../../mm/uapi.js';
import type { LoneCase } from '../case.js';
import {
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

export const MUNMAP: readonly LoneCase[] = [
  {
    name: 'munmap-whole-file',
    asserts: 'after munmap of a whole file mapping every access to it is SIGSEGV',
    ltp: 'munmap01',
    run: (process) => {
      const at = placeFile(process, fileOf(process, 'disk', 4, 100), 0, 4);
      expectFilled(process, at, 4, 100);
      expectResult('munmap', process.munmap(at, pages(4)), 0);
      expectDenied(process, at, 4);
      expectTouch(process, at, 'w', 'maperr');
      expectLayout(process, ARENA, 4, []);
    },
  },
  {
    name: 'munmap-from-second-page',
    asserts: 'after munmap from the second page on, only the first page of the mapping is there',
    ltp: 'munmap02',
    run: (process) => {
      const at = placeFile(process, fileOf(process, 'disk', 4, 100), 0, 4);
      expectFilled(process, at, 4, 100);
      expectResult('munmap', process.munmap(at + pages(1), pages(3)), 0);
      expectFilled(process, at, 1, 100);
      expectDenied(process, at + pages(1), 3);
      expectLayout(process, ARENA, 4, ['0+1 rw-s']);
    },
  },
  {
    name: 'munmap-errors',
    asserts: 'an odd address, 0 bytes, and a range that leaves user space are EINVAL',
    ltp: 'munmap03',
    run: (process) => {
      const at = place(process, 0, 2);
      fill(process, at, 2, 5);
      expectError('munmap at an odd address', process.munmap(at + 1, pages(1)), EINVAL);
      expectError('munmap of 0 bytes', process.munmap(at, 0), EINVAL);
      expectError('munmap of 2^64 - 2048 bytes', process.munmap(at, 2 ** 64 - 2048), EINVAL);
      expectError('munmap beyond user space', process.munmap(2 ** 47, pages(1)), EINVAL);
      expectError('munmap across its end', process.munmap(2 ** 47 - pages(2), pages(2)), EINVAL);
      expectFilled(process, at, 2, 5);
    },
  },
  {
    name: 'munmap-map-limit',
    asserts: 'at 65530 mappings, munmap of the middle of one is ENOMEM; trimming it is not',
    ltp: 'munmap04',
    run: (process) => {
      const limit = 65530;
      // Mappings of three pages that cannot merge, because there is a page between them.
      for (let i = 0; process.mapCount < limit; i++) {
        const at = ARENA + pages(4 * i);
        const flags = MAP.private | MAP.anonymous | MAP.fixed;
        expectResult('mmap', process.mmap(at, pages(3), PROT.none, flags, -1, 0), at);
      }
      const middle = process.munmap(ARENA + pages(1), pages(1));
      expectError('munmap of a middle page at the limit', middle, ENOMEM);
      expectLayout(process, ARENA, 3, ['0+3 ---p']);
      expectResult('munmap of a first page', process.munmap(ARENA, pages(1)), 0);
      expectResult('munmap of a last page', process.munmap(ARENA + pages(2), pages(1)), 0);
      expectLayout(process, ARENA, 3, ['1+1 ---p']);
      expectEqual('mappings', process.mapCount, limit);
      expectResult('munmap of all', process.munmap(ARENA, pages(4 * limit)), 0);
      expectThat(process.mapCount < 16, `${process.mapCount} mappings are left`);
    },
  },
  {
    name: 'munmap-hole',
    asserts: 'munmap of pages that nobody has mapped succeeds and does nothing',
    run: (process) => {
      const at = place(process, 4, 2);
      fill(process, at, 2, 5);
      expectResult('munmap below', process.munmap(ARENA, pages(4)), 0);
      expectResult('munmap above', process.munmap(ARENA + pages(6), pages(100)), 0);
      expectFilled(process, at, 2, 5);
    },
  },
  {
    name: 'munmap-partly-mapped',
    asserts:
      'munmap across mappings and holes takes what is in the range and leaves what is beside it',
    run: (process) => {
      for (const first of [0, 6, 12]) fill(process, place(process, first, 4), 4, 100 + first);
      expectResult('munmap', process.munmap(ARENA + pages(2), pages(11)), 0);
      expectLayout(process, ARENA, 16, ['0+2 rw-p', '13+3 rw-p']);
      expectFilled(process, ARENA, 2, 100);
      expectDenied(process, ARENA + pages(2), 11);
      expectFilled(process, ARENA + pages(13), 3, 113);
      expectEqual('resident pages', process.residentPages, 5);
    },
  },
  {
    name: 'munmap-rounds-up',
    asserts: 'a length that is no multiple of the page size takes the page it ends in',
    run: (process) => {
      fill(process, place(process, 0, 4), 4, 1);
      expectResult('munmap of a page and a byte', process.munmap(ARENA, pages(1) + 1), 0);
      expectLayout(process, ARENA, 4, ['2+2 rw-p']);
    },
  },
  {
    name: 'munmap-middle',
    asserts: 'munmap of the middle makes two mappings of one; what is in them stays',
    run: (process) => {
      fill(process, place(process, 0, 24), 24, 200);
      const before = process.mapCount;
      expectResult('munmap', process.munmap(ARENA + pages(6), pages(10)), 0);
      expectEqual('mappings', process.mapCount, before + 1);
      expectLayout(process, ARENA, 24, ['0+6 rw-p', '16+8 rw-p']);
      expectFilled(process, ARENA, 6, 200);
      expectDenied(process, ARENA + pages(6), 10);
      expectFilled(process, ARENA + pages(16), 8, 216);
      expectEqual('resident pages', process.residentPages, 14);
    },
  },
  {
    name: 'munmap-frees-pages',
    asserts: 'what munmap frees can be used again, as zero pages, for as long as the machine runs',
    options: { frames: 512 },
    run: (process) => {
      for (let round = 0; round < 40; round++) {
        const at = place(process, 0, 100);
        expectZeros(process, at + pages(50), 1);
        fill(process, at, 100, 1000 * (round + 1));
        expectResult('munmap', process.munmap(at, pages(100)), 0);
        expectEqual('resident pages', process.residentPages, 0);
      }
    },
  },
  {
    name: 'munmap-every-other-page',
    asserts:
      'munmap of every other page leaves as many mappings as pages, and each its own content',
    run: (process) => {
      fill(process, place(process, 0, 64), 64, 300);
      const before = process.mapCount;
      for (let page = 1; page < 64; page += 2) {
        expectResult('munmap', process.munmap(ARENA + pages(page), pages(1)), 0);
      }
      expectEqual('mappings', process.mapCount, before + 31);
      for (let page = 0; page < 64; page += 2) {
        expectFilled(process, ARENA + pages(page), 1, 300 + page);
        expectDenied(process, ARENA + pages(page + 1), 1);
      }
    },
  },
  {
    name: 'munmap-table-boundary',
    asserts: 'munmap across page-table boundaries takes the pages of every table',
    run: (process) => {
      // The arena begins 8 pages below a boundary.
      fill(process, place(process, 0, 1100), 1100, 1);
      expectResult('munmap', process.munmap(ARENA + pages(4), pages(1092)), 0);
      expectFilled(process, ARENA, 4, 1);
      expectDenied(process, ARENA + pages(4), 8);
      expectDenied(process, ARENA + pages(519), 4);
      expectDenied(process, ARENA + pages(1092), 4);
      expectFilled(process, ARENA + pages(1096), 4, 1097);
      expectEqual('resident pages', process.residentPages, 8);
    },
  },
];
