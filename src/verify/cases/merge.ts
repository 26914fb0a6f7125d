/** Which neighbours become one mapping (history 7.4), and what the limit on mappings counts. */
import { ENOMEM } from '../../mm/errno.js';
import { ANONYMOUS, MADV, MAP, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { LoneCase } from '../case.js';
import {
  expectAddress,
  expectEqual,
  expectError,
  expectFilled,
  expectLayout,
  expectResult,
  fill,
  pages,
} from '../expect.js';
import { ARENA, fileOf, place, placeFile } from './places.js';

export const MERGE: readonly LoneCase[] = [
  {
    name: 'merge-three-to-one',
    asserts: 'a mapping that fills the hole between two of its kind merges with both',
    ltp: 'vma01',
    run: (process) => {
      fill(process, place(process, 0, 9), 9, 10);
      expectResult('munmap', process.munmap(ARENA + pages(3), pages(3)), 0);
      expectLayout(process, ARENA, 9, ['0+3 rw-p', '6+3 rw-p']);
      place(process, 3, 3);
      expectLayout(process, ARENA, 9, ['0+9 rw-p']);
      expectFilled(process, ARENA, 3, 10);
      expectFilled(process, ARENA + pages(6), 3, 16);
    },
  },
  {
    name: 'merge-needs-equal-flags',
    asserts: 'neighbours with other permissions, or another lock, stay apart',
    run: (process) => {
      place(process, 0, 2);
      place(process, 2, 2, PROT.read);
      place(process, 4, 2, READ_WRITE, MAP.locked);
      place(process, 6, 2);
      expectLayout(process, ARENA, 8, ['0+2 rw-p', '2+2 r--p', '4+2 rw-p', '6+2 rw-p']);
    },
  },
  {
    name: 'merge-file-offsets',
    asserts: 'mappings of a file merge where their offsets go on, and nowhere else',
    run: (process) => {
      const file = fileOf(process, 'tmpfs', 16, 100);
      placeFile(process, file, 0, 4, { filePage: 0 });
      placeFile(process, file, 4, 4, { filePage: 4 });
      expectLayout(process, ARENA, 8, ['0+8 rw-s']);
      placeFile(process, file, 8, 4, { filePage: 12 });
      expectLayout(process, ARENA, 12, ['0+8 rw-s', '8+4 rw-s']);
      const other = fileOf(process, 'tmpfs', 20, 200);
      placeFile(process, other, 12, 4, { filePage: 16 });
      expectLayout(process, ARENA, 16, ['0+8 rw-s', '8+4 rw-s', '12+4 rw-s']);
      expectFilled(process, ARENA, 8, 100);
      expectFilled(process, ARENA + pages(8), 4, 112);
      expectFilled(process, ARENA + pages(12), 4, 216);
    },
  },
  {
    name: 'merge-shared-anonymous-never',
    asserts: 'shared anonymous mappings are files of their own and never merge with each other',
    run: (process) => {
      for (const first of [0, 2, 4]) {
        const flags = MAP.shared | MAP.anonymous | MAP.fixed;
        const at = process.mmap(ARENA + pages(first), pages(2), READ_WRITE, flags, -1, 0);
        expectAddress('mmap', at);
      }
      expectLayout(process, ARENA, 6, ['0+2 rw-s', '2+2 rw-s', '4+2 rw-s']);
    },
  },
  {
    name: 'merge-after-advice',
    asserts: 'advice that differs splits a mapping, and the same advice for all makes it one again',
    run: (process) => {
      place(process, 0, 9);
      const advise = (advice: number): number => {
        return process.madvise(ARENA + pages(3), pages(3), advice);
      };
      expectResult('madvise RANDOM', advise(MADV.random), 0);
      expectLayout(process, ARENA, 9, ['0+3 rw-p', '3+3 rw-p', '6+3 rw-p']);
      expectResult('madvise NORMAL', advise(MADV.normal), 0);
      expectLayout(process, ARENA, 9, ['0+9 rw-p']);
    },
  },
  {
    name: 'merge-no-munmap',
    asserts: 'munmap between two mappings makes none of them larger, whatever is there',
    run: (process) => {
      place(process, 0, 3);
      place(process, 3, 3, PROT.read);
      place(process, 6, 3);
      expectResult('munmap', process.munmap(ARENA + pages(3), pages(3)), 0);
      expectLayout(process, ARENA, 9, ['0+3 rw-p', '6+3 rw-p']);
    },
  },
  {
    name: 'map-limit',
    asserts:
      'one mapping more than max_map_count can exist; the next is ENOMEM, even if it would merge',
    options: { maxMapCount: 24 },
    run: (process) => {
      for (let i = 0; process.mapCount <= 24; i++) place(process, 2 * i, 1);
      expectEqual('mappings', process.mapCount, 25);
      const flags = ANONYMOUS | MAP.fixed;
      const merging = process.mmap(ARENA + pages(1), pages(1), READ_WRITE, flags, -1, 0);
      expectError('mmap between two neighbours', merging, ENOMEM);
      expectResult('munmap of one', process.munmap(ARENA, pages(1)), 0);
      const again = process.mmap(ARENA, pages(2), READ_WRITE, flags, -1, 0);
      expectResult('mmap again', again, ARENA);
      expectEqual('mappings', process.mapCount, 24);
    },
  },
];
