/** What permissions let through, and how mprotect changes them. */
import { EACCES, EINVAL, ENOMEM } from '../../mm/errno.js';
import { MAP, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { LoneCase } from '../case.js';
import {
  expectEqual,
  expectError,
  expectFilled,
  expectLayout,
  expectLoad,
  expectResident,
  expectResult,
  expectTouch,
  expectZeros,
  faultsOf,
  fill,
  pages,
} from '../expect.js';
import { ARENA, fileOf, place, placeFile } from './places.js';

export const PROTECTION: readonly LoneCase[] = [
  {
    name: 'prot-none',
    asserts: 'memory without permissions answers loads and stores with SIGSEGV (access error)',
    ltp: 'mmap05',
    run: (process) => {
      const at = place(process, 0, 2, PROT.none);
      expectTouch(process, at, 'r', 'accerr');
      expectTouch(process, at + pages(1), 'w', 'accerr');
      expectTouch(process, at + pages(2), 'r', 'maperr');
    },
  },
  {
    name: 'prot-read',
    asserts:
      'read-only memory can be loaded from and not stored to, before and after the first load',
    ltp: 'mmap02',
    run: (process) => {
      const at = place(process, 0, 1, PROT.read);
      expectTouch(process, at, 'w', 'accerr');
      expectZeros(process, at, 1);
      expectTouch(process, at, 'w', 'accerr');
    },
  },
  {
    name: 'prot-write-reads',
    asserts: 'on x86, memory that can be written or executed can be read',
    ltp: 'mmap03',
    run: (process) => {
      expectZeros(process, place(process, 0, 1, PROT.write), 1);
      expectTouch(process, ARENA, 'w', 'ok', 5);
      expectLoad(process, ARENA, 5);
      expectZeros(process, place(process, 2, 1, PROT.exec), 1);
      expectTouch(process, ARENA + pages(2), 'w', 'accerr');
    },
  },
  {
    name: 'prot-in-maps',
    asserts: 'maps shows the permissions and the type of every kind of mapping',
    ltp: 'mmap04',
    run: (process) => {
      const file = fileOf(process, 'tmpfs', 1, 1);
      for (let prot = 0; prot < 8; prot++) {
        for (const type of [MAP.private, MAP.shared]) {
          const letter = (bit: number, text: string): string => ((prot & bit) === 0 ? '-' : text);
          const permissions = `${letter(PROT.read, 'r')}${letter(PROT.write, 'w')}${letter(PROT.exec, 'x')}`;
          const expected = [`0+1 ${permissions}${type === MAP.private ? 'p' : 's'}`];
          placeFile(process, file, 0, 1, { prot, type });
          expectLayout(process, ARENA, 1, expected);
        }
      }
    },
  },
  {
    name: 'mprotect-splits',
    asserts: 'mprotect of the middle makes three mappings of one, and back again one of three',
    run: (process) => {
      place(process, 0, 9);
      const protect = (prot: number): number => process.mprotect(ARENA + pages(3), pages(3), prot);
      expectResult('mprotect to read-only', protect(PROT.read), 0);
      expectLayout(process, ARENA, 9, ['0+3 rw-p', '3+3 r--p', '6+3 rw-p']);
      expectResult('mprotect back', protect(READ_WRITE), 0);
      expectLayout(process, ARENA, 9, ['0+9 rw-p']);
    },
  },
  {
    name: 'mprotect-enforced',
    asserts: 'mprotect holds at once for pages that are present, and keeps what is in them',
    run: (process) => {
      const at = place(process, 0, 4);
      fill(process, at, 4, 40);
      expectResult('mprotect to read-only', process.mprotect(at, pages(4), PROT.read), 0);
      expectTouch(process, at, 'w', 'accerr');
      expectFilled(process, at, 4, 40);
      expectResult('mprotect to none', process.mprotect(at, pages(4), PROT.none), 0);
      expectTouch(process, at, 'r', 'accerr');
      expectResident(process, at, '1111');
      expectResult('mprotect to all', process.mprotect(at, pages(4), READ_WRITE), 0);
      expectFilled(process, at, 4, 40);
      fill(process, at, 4, 60);
      expectFilled(process, at, 4, 60);
    },
  },
  {
    name: 'mprotect-cycle-faults',
    asserts:
      'after read-only and back a store traps once on Linux 4.17, and not at all from 5.19 on',
    run: (process, rules) => {
      const at = place(process, 0, 4);
      fill(process, at, 4, 1);
      expectResult('mprotect to read-only', process.mprotect(at, pages(4), PROT.read), 0);
      expectResult('mprotect back', process.mprotect(at, pages(4), READ_WRITE), 0);
      const faults = faultsOf(process, () => {
        fill(process, at, 4, 10);
      });
      expectEqual('faults of four stores', faults, rules.mprotectRestoresWrite ? 0 : 4);
      expectFilled(process, at, 4, 10);
    },
  },
  {
    name: 'mprotect-hole',
    asserts: 'mprotect across a hole is ENOMEM, after it has changed what lies below the hole',
    run: (process) => {
      place(process, 0, 2);
      place(process, 4, 2);
      expectError('mprotect', process.mprotect(ARENA, pages(6), PROT.read), ENOMEM);
      expectLayout(process, ARENA, 6, ['0+2 r--p', '4+2 rw-p']);
      const above = process.mprotect(ARENA + pages(2), pages(4), PROT.read);
      expectError('mprotect from the hole on', above, ENOMEM);
      expectLayout(process, ARENA, 6, ['0+2 r--p', '4+2 rw-p']);
    },
  },
  {
    name: 'mprotect-errors',
    asserts: 'an odd address is EINVAL, growing both ways is EINVAL, and 0 bytes are done at once',
    run: (process) => {
      const at = place(process, 0, 2);
      expectError('at an odd address', process.mprotect(at + 7, pages(1), PROT.read), EINVAL);
      const both = PROT.read | PROT.growsDown | PROT.growsUp;
      expectError('growing both ways', process.mprotect(at, pages(1), both), EINVAL);
      expectResult('of 0 bytes', process.mprotect(at, 0, PROT.none), 0);
      expectLayout(process, ARENA, 2, ['0+2 rw-p']);
    },
  },
  {
    name: 'mprotect-read-only-file',
    asserts: 'mprotect cannot make a shared mapping writable whose file is open for reading only',
    run: (process) => {
      const file = process.open('disk', pages(2), 'testfile', false);
      const at = placeFile(process, file, 0, 2, { prot: PROT.read });
      expectError('of a shared mapping', process.mprotect(at, pages(2), READ_WRITE), EACCES);
      expectLayout(process, ARENA, 2, ['0+2 r--s']);
      const own = placeFile(process, file, 4, 2, { prot: PROT.read, type: MAP.private });
      expectResult('of a private mapping', process.mprotect(own, pages(2), READ_WRITE), 0);
    },
  },
  {
    name: 'mprotect-map-limit',
    asserts: 'mprotect that would split beyond max_map_count is ENOMEM and changes nothing',
    options: { maxMapCount: 16 },
    run: (process) => {
      place(process, 0, 8);
      for (let i = 0; process.mapCount < 16; i++) place(process, 10 + 2 * i, 1);
      const middle = process.mprotect(ARENA + pages(3), pages(2), PROT.read);
      expectError('of the middle at the limit', middle, ENOMEM);
      const whole = process.mprotect(ARENA, pages(8), PROT.read);
      expectResult('of a whole mapping at the limit', whole, 0);
      expectEqual('mappings', process.mapCount, 16);
    },
  },
];
