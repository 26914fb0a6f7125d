/** mmap calls that must fail, each with the error of its first failing check (history 7.1). */
import { EACCES, EBADF, EEXIST, EINVAL, ENOMEM, EOPNOTSUPP, EOVERFLOW } from '../../mm/errno.js';
import { ANONYMOUS, MAP, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { LoneCase } from '../case.js';
import { expectAddress, expectError, expectFilled, expectLayout, fill, pages } from '../expect.js';
import { ARENA, place } from './places.js';

const TASK_SIZE = 2 ** 47 - 4096;

export const MMAP_ERRORS: readonly LoneCase[] = [
  {
    name: 'mmap-zero-length',
    asserts: 'a mapping of 0 bytes is EINVAL',
    ltp: 'mmap06',
    run: (process) => {
      const zero = process.mmap(0, 0, READ_WRITE, ANONYMOUS, -1, 0);
      expectError('mmap of 0 bytes', zero, EINVAL);
    },
  },
  {
    name: 'mmap-too-long',
    asserts:
      'a mapping that is longer than user space, or whose pages cannot be counted, is ENOMEM',
    ltp: 'mmap15',
    run: (process) => {
      for (const bytes of [2 ** 47, 2 ** 63, 2 ** 64 - 2048]) {
        const mapped = process.mmap(0, bytes, READ_WRITE, ANONYMOUS, -1, 0);
        expectError(`mmap of ${bytes} bytes`, mapped, ENOMEM);
      }
    },
  },
  {
    name: 'mmap-neither-shared-nor-private',
    asserts: 'flags without a type of mapping are EINVAL',
    ltp: 'mmap06',
    run: (process) => {
      const anonymous = process.mmap(0, pages(1), READ_WRITE, MAP.anonymous, -1, 0);
      expectError('mmap of anonymous memory without a type', anonymous, EINVAL);
      const file = process.open('tmpfs', pages(1), 'testfile');
      const ofFile = process.mmap(0, pages(1), READ_WRITE, 0, file, 0);
      expectError('mmap of a file without a type', ofFile, EINVAL);
    },
  },
  {
    name: 'mmap-offset-unaligned',
    asserts: 'an offset that is not a multiple of the page size is EINVAL',
    run: (process) => {
      const file = process.open('tmpfs', pages(2), 'testfile');
      const mapped = process.mmap(0, pages(1), PROT.read, MAP.shared, file, 100);
      expectError('mmap at offset 100', mapped, EINVAL);
    },
  },
  {
    name: 'mmap-offset-overflow',
    asserts: 'an offset whose last page lies behind the largest file there can be is EOVERFLOW',
    run: (process) => {
      const file = process.open('tmpfs', pages(2), 'testfile');
      const mapped = process.mmap(0, pages(2), PROT.read, MAP.shared, file, 2 ** 64 - 4096);
      expectError('mmap at offset 2^64 - 4096', mapped, EOVERFLOW);
    },
  },
  {
    name: 'mmap-bad-file',
    asserts: 'a file that is not open is EBADF',
    ltp: 'mmap08',
    run: (process) => {
      expectError('mmap of file -1', process.mmap(0, 4096, PROT.read, MAP.shared, -1, 0), EBADF);
      const file = process.open('tmpfs', pages(1), 'testfile');
      process.close(file);
      const closed = process.mmap(0, pages(1), PROT.read, MAP.shared, file, 0);
      expectError('mmap of a closed file', closed, EBADF);
    },
  },
  {
    name: 'mmap-read-only-file',
    asserts:
      'a shared writable mapping of a file opened for reading is EACCES, a private one is not',
    ltp: 'mmap06',
    run: (process) => {
      const file = process.open('disk', pages(1), 'testfile', false);
      const shared = process.mmap(0, pages(1), READ_WRITE, MAP.shared, file, 0);
      expectError('a shared writable mapping', shared, EACCES);
      const own = process.mmap(0, pages(1), READ_WRITE, MAP.private, file, 0);
      expectAddress('a private writable mapping', own);
      const readable = process.mmap(0, pages(1), PROT.read, MAP.shared, file, 0);
      expectAddress('a shared readable mapping', readable);
    },
  },
  {
    name: 'mmap-shared-validate',
    asserts: 'MAP_SHARED_VALIDATE with a flag that nobody knows is EOPNOTSUPP',
    ltp: 'mmap20',
    run: (process) => {
      const file = process.open('tmpfs', pages(1), 'testfile');
      const unknown = MAP.sharedValidate | 0x280;
      const mapped = process.mmap(0, pages(1), READ_WRITE, unknown, file, 0);
      expectError('mmap with flags 0x280', mapped, EOPNOTSUPP);
      const known = process.mmap(0, pages(1), READ_WRITE, MAP.sharedValidate, file, 0);
      expectAddress('mmap with known flags', known);
    },
  },
  {
    name: 'mmap-growsdown-shared',
    asserts: 'MAP_GROWSDOWN on a file or on shared anonymous memory is EINVAL',
    run: (process) => {
      const file = process.open('tmpfs', pages(1), 'testfile');
      const ofFile = process.mmap(0, pages(1), READ_WRITE, MAP.shared | MAP.growsDown, file, 0);
      expectError('of a shared file', ofFile, EINVAL);
      const flags = MAP.shared | MAP.anonymous | MAP.growsDown;
      const shared = process.mmap(0, pages(1), READ_WRITE, flags, -1, 0);
      expectError('of shared anonymous memory', shared, EINVAL);
    },
  },
  {
    name: 'mmap-hugetlb',
    asserts: 'MAP_HUGETLB without reserved huge pages is ENOMEM, and EINVAL on an ordinary file',
    run: (process) => {
      const anonymous = process.mmap(0, 2 ** 21, READ_WRITE, ANONYMOUS | MAP.hugetlb, -1, 0);
      expectError('of anonymous memory', anonymous, ENOMEM);
      const file = process.open('tmpfs', 2 ** 21, 'testfile');
      const ofFile = process.mmap(0, 2 ** 21, READ_WRITE, MAP.shared | MAP.hugetlb, file, 0);
      expectError('of a file', ofFile, EINVAL);
    },
  },
  {
    name: 'mmap-fixed-address',
    asserts: 'a fixed address that is not aligned is EINVAL, one outside user space ENOMEM',
    ltp: 'mmap15',
    run: (process) => {
      const flags = ANONYMOUS | MAP.fixed;
      const odd = process.mmap(ARENA + 1, pages(1), READ_WRITE, flags, -1, 0);
      expectError('at an odd address', odd, EINVAL);
      const outside = process.mmap(TASK_SIZE, pages(1), READ_WRITE, flags, -1, 0);
      expectError('at the end of user space', outside, ENOMEM);
      const across = process.mmap(TASK_SIZE - 4096, pages(2), READ_WRITE, flags, -1, 0);
      expectError('across the end of user space', across, ENOMEM);
    },
  },
  {
    name: 'mmap-fixed-noreplace',
    asserts:
      'MAP_FIXED_NOREPLACE over any mapped page is EEXIST and leaves it alone, else it maps there',
    ltp: 'mmap17',
    run: (process) => {
      const at = place(process, 2, 2);
      fill(process, at, 2, 100);
      const flags = ANONYMOUS | MAP.fixedNoReplace;
      for (const [first, count] of [
        [2, 2],
        [1, 2],
        [3, 4],
        [0, 8],
      ] as const) {
        const over = process.mmap(ARENA + pages(first), pages(count), PROT.read, flags, -1, 0);
        expectError(`over pages ${first} to ${first + count - 1}`, over, EEXIST);
      }
      expectFilled(process, at, 2, 100);
      expectLayout(process, ARENA, 8, ['2+2 rw-p']);
      const free = process.mmap(ARENA, pages(2), PROT.read, flags, -1, 0);
      expectAddress('on free pages beside it', free);
      expectLayout(process, ARENA, 8, ['0+2 r--p', '2+2 rw-p']);
    },
  },
];
