/** Where a mapping goes, and what it is like when it is there. */
import { EEXIST } from '../../mm/errno.js';
import { ANONYMOUS, MAP, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { LoneCase } from '../case.js';
import {
  expectAddress,
  expectEqual,
  expectError,
  expectFilled,
  expectLayout,
  expectLoad,
  expectResult,
  expectThat,
  expectTouch,
  expectZeros,
  fill,
  pages,
} from '../expect.js';
import { ARENA, anonymous, place } from './places.js';

/** Pages that stay free below a stack (stack_guard_gap). */
const STACK_GAP = 256;

export const MMAP_PLACEMENT: readonly LoneCase[] = [
  {
    name: 'mmap-top-down',
    asserts:
      'without an address, mappings are placed from the top down and merge with the one above',
    run: (process) => {
      const first = anonymous(process, 4);
      const second = anonymous(process, 2);
      expectEqual('the end of the second mapping', second + pages(2), first);
      expectLayout(process, second, 6, ['0+6 rw-p']);
    },
  },
  {
    name: 'mmap-freed-range-first',
    asserts: 'a freed range at the top is handed out to the next mapping that fits',
    run: (process) => {
      const top = anonymous(process, 4, PROT.read);
      const below = anonymous(process, 4, PROT.none);
      expectResult('munmap of the upper mapping', process.munmap(top, pages(4)), 0);
      expectEqual('the place of one as large', anonymous(process, 4), top);
      expectResult('munmap of it', process.munmap(top, pages(4)), 0);
      const large = anonymous(process, 5);
      expectEqual('the end of one too large for it', large + pages(5), below);
    },
  },
  {
    name: 'mmap-hint',
    asserts: 'a hint is taken where it is free, rounded down to a page, and is no more than a hint',
    run: (process) => {
      const hinted = process.mmap(ARENA, pages(2), READ_WRITE, ANONYMOUS, -1, 0);
      expectResult('mmap with a free hint', hinted, ARENA);
      const odd = process.mmap(ARENA + pages(3) + 5, pages(1), READ_WRITE, ANONYMOUS, -1, 0);
      expectResult('mmap with an odd hint', odd, ARENA + pages(3));
      const elsewhere = process.mmap(ARENA, pages(1), READ_WRITE, ANONYMOUS, -1, 0);
      expectAddress('mmap with a hint that is taken', elsewhere);
      expectThat(elsewhere > ARENA + pages(8), 'a hint that is taken was not left alone');
    },
  },
  {
    name: 'mmap-fixed-replaces',
    asserts: 'MAP_FIXED takes the place of what is mapped there, and its pages are zero',
    run: (process) => {
      place(process, 0, 8);
      fill(process, ARENA, 8, 100);
      place(process, 2, 3, PROT.read);
      expectLayout(process, ARENA, 8, ['0+2 rw-p', '2+3 r--p', '5+3 rw-p']);
      expectFilled(process, ARENA, 2, 100);
      expectZeros(process, ARENA + pages(2), 3);
      expectFilled(process, ARENA + pages(5), 3, 105);
    },
  },
  {
    name: 'mmap-fresh-zero',
    asserts: 'a page shows zero until it is written, also where another has been before',
    run: (process) => {
      const at = place(process, 0, 16);
      expectZeros(process, at, 16);
      fill(process, at, 16, 500);
      expectFilled(process, at, 16, 500);
      expectResult('munmap', process.munmap(at, pages(16)), 0);
      expectZeros(process, place(process, 0, 16), 16);
    },
  },
  {
    name: 'mmap-32bit',
    asserts: 'MAP_32BIT places a mapping below 2 GiB',
    run: (process) => {
      const low = process.mmap(0, pages(4), READ_WRITE, ANONYMOUS | MAP.bit32, -1, 0);
      expectAddress('mmap', low);
      expectThat(low + pages(4) <= 2 ** 31, `it is at 0x${low.toString(16)}, not below 2 GiB`);
      expectTouch(process, low, 'w', 'ok');
    },
  },
  {
    name: 'mmap-growsdown',
    asserts: 'a MAP_GROWSDOWN mapping grows down to the page that is touched below it',
    ltp: 'mmap18',
    run: (process) => {
      place(process, 512, 2, READ_WRITE, MAP.growsDown);
      fill(process, ARENA + pages(512), 2, 70);
      for (const page of [511, 510, 500]) {
        expectTouch(process, ARENA + pages(page), 'w', 'ok', page);
      }
      expectLayout(process, ARENA, 514, ['500+14 rw-p']);
      expectFilled(process, ARENA + pages(512), 2, 70);
      expectLoad(process, ARENA + pages(500), 500);
      expectZeros(process, ARENA + pages(501), 9);
    },
  },
  {
    name: 'mmap-growsdown-gap',
    asserts:
      'it does not grow to within 256 pages of the mapping below, and no mapping is placed there',
    ltp: 'mmap18',
    run: (process) => {
      const stack = place(process, 512, 2, READ_WRITE, MAP.growsDown);
      place(process, 512 - STACK_GAP - 2, 1);
      expectTouch(process, stack - pages(1), 'w', 'ok');
      expectTouch(process, stack - pages(2), 'w', 'maperr');
      expectLayout(process, stack - pages(2), 4, ['1+3 rw-p']);
    },
  },
  {
    name: 'mmap-growsdown-placement',
    asserts: 'what is placed below a growing mapping keeps 256 pages away from it',
    run: (process) => {
      const flags = ANONYMOUS | MAP.growsDown;
      const stack = process.mmap(0, pages(2), READ_WRITE, flags, -1, 0);
      expectAddress('mmap of a stack', stack);
      const next = anonymous(process, 1);
      const end = next + pages(1);
      const isBelow = end + pages(STACK_GAP) <= stack;
      expectThat(isBelow, `the next mapping ends ${(stack - end) / 4096} pages below it`);
    },
  },
  {
    name: 'mmap-locked',
    asserts: 'MAP_LOCKED makes every page resident at once, without a fault of the program',
    ltp: 'mmap14',
    run: (process) => {
      const at = place(process, 0, 8, READ_WRITE, MAP.locked);
      expectEqual('resident pages', process.residentPages, 8);
      const before = process.faults().total;
      fill(process, at, 8, 1);
      expectEqual('faults of stores', process.faults().total - before, 0);
    },
  },
  {
    name: 'mmap-populate',
    asserts: 'MAP_POPULATE makes every page resident without a fault of the program',
    ltp: 'mmap12',
    run: (process) => {
      const at = place(process, 0, 24, READ_WRITE, MAP.populate);
      expectEqual('resident pages', process.residentPages, 24);
      const before = process.faults().total;
      fill(process, at, 24, 1);
      expectEqual('faults of stores', process.faults().total - before, 0);
    },
  },
  {
    name: 'mmap-populate-nonblock',
    asserts: 'MAP_NONBLOCK takes the effect from MAP_POPULATE: every first store traps',
    run: (process) => {
      const at = place(process, 0, 8, READ_WRITE, MAP.populate | MAP.nonBlock);
      expectEqual('resident pages', process.residentPages, 0);
      const before = process.faults().total;
      fill(process, at, 8, 1);
      expectEqual('faults of stores', process.faults().total - before, 8);
    },
  },
  {
    name: 'mmap-twice-noreplace',
    asserts: 'of two MAP_FIXED_NOREPLACE mappings of the same pages the second fails until munmap',
    ltp: 'mmap17',
    run: (process) => {
      const flags = ANONYMOUS | MAP.fixedNoReplace;
      const again = (): number => process.mmap(ARENA, pages(3), READ_WRITE, flags, -1, 0);
      expectResult('the first', again(), ARENA);
      expectError('the second', again(), EEXIST);
      expectResult('munmap', process.munmap(ARENA, pages(3)), 0);
      expectResult('the third', again(), ARENA);
    },
  },
];
