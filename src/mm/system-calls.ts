/**
 * The system calls and memory accesses of one task: what stressors are written with, and simulated
 * processes. Addresses, lengths and offsets are bytes; a call returns what Linux does, errors as
 * negated errno, and is counted whether it succeeds or not.
 *
 * File descriptors are handles of files (`file.ts`) with no position; whoever may not write to a file
 * that is open has to know that itself.
 */
import { STOPPED, accessAtOnce, finishAccess } from './access.js';
import { brk } from './brk.js';
import { EBADF, EFAULT, EINVAL } from './errno.js';
import { ACCESS } from './fault-result.js';
import { createFile, putFile, type FileKind } from './file.js';
import { dropCache, punchHole, readPage, syncFile, truncate, writePage } from './file-io.js';
import { PAGE_SIZE, STAT } from './layout.js';
import { madvise } from './madvise.js';
import { readMaps } from './maps.js';
import { mincore } from './mincore.js';
import { mlock, munlock } from './mlock.js';
import type { Mm } from './mm.js';
import { mmap } from './mmap.js';
import { mprotect } from './mprotect.js';
import { mremap, type MremapRequest } from './mremap.js';
import { msync } from './msync.js';
import { munmap } from './munmap/strategy.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { populate } from './populate.js';
import { readSmaps } from './smaps.js';
import { MAP } from './uapi.js';
import { UserMemory } from './user-memory.js';

export const CALL_NAMES = [
  'mmap',
  'munmap',
  'mprotect',
  'madvise',
  'mremap',
  'mlock',
  'munlock',
  'mincore',
  'msync',
  'brk',
  'open',
  'close',
  'lseek',
  'read',
  'write',
  'fallocate',
  'truncate',
  'fsync',
  'fadvise',
  'maps',
  'smaps',
] as const;
export type CallName = (typeof CALL_NAMES)[number];

/** How an open file is written to and read from: O_DIRECT, O_SYNC. */
export interface IoMode {
  readonly direct?: boolean;
  readonly sync?: boolean;
}

export class SystemCalls extends UserMemory {
  readonly counts: Record<CallName, number>;
  readonly #how: Parameters<typeof munmap>[2];

  /** `how`: the kernel's munmap, and from how many pages on it is large. */
  constructor(cpu: Cpu, mm: Mm, how: Parameters<typeof munmap>[2]) {
    super(cpu, mm);
    this.#how = how;
    this.counts = Object.fromEntries(CALL_NAMES.map((name) => [name, 0])) as Record<
      CallName,
      number
    >;
  }

  /** `file` 0 is no open file; `readOnly`: it was not opened for writing. */
  mmap(
    address: number,
    bytes: number,
    prot: number,
    flags: number,
    file = 0,
    offset = 0,
    readOnly = false,
  ): Op<number> {
    this.#enter('mmap');
    if (offset % PAGE_SIZE !== 0) return this.#refuse(EINVAL);
    if ((flags & MAP.anonymous) === 0 && file === 0) return this.#refuse(EBADF);
    return mmap(this.cpu, this.mm, { address, bytes, prot, flags, file, offset, readOnly });
  }

  munmap(address: number, bytes: number): Op<number> {
    this.#enter('munmap');
    return munmap(this.cpu, this.mm, this.#how, address, bytes);
  }

  mprotect(address: number, bytes: number, prot: number): Op<number> {
    this.#enter('mprotect');
    return mprotect(this.cpu, this.mm, address, bytes, prot);
  }

  madvise(address: number, bytes: number, advice: number): Op<number> {
    this.#enter('madvise');
    return madvise(this.cpu, this.mm, address, bytes, advice);
  }

  mremap(request: MremapRequest): Op<number> {
    this.#enter('mremap');
    return mremap(this.cpu, this.mm, request);
  }

  /** `flags` of mlock2. */
  mlock(address: number, bytes: number, flags = 0): Op<number> {
    this.#enter('mlock');
    return mlock(this.cpu, this.mm, address, bytes, flags);
  }

  munlock(address: number, bytes: number): Op<number> {
    this.#enter('munlock');
    return munlock(this.cpu, this.mm, address, bytes);
  }

  /** Bit 0 of a byte of `vec` says whether the page is resident. */
  mincore(address: number, bytes: number, vec: Uint8Array): Op<number> {
    this.#enter('mincore');
    return mincore(this.cpu, this.mm, address, bytes, vec);
  }

  msync(address: number, bytes: number, flags: number): Op<number> {
    this.#enter('msync');
    return msync(this.cpu, this.mm, address, bytes, flags);
  }

  /** The end of the heap, moved if it could be. */
  brk(address: number): Op<number> {
    this.#enter('brk');
    return brk(this.cpu, this.mm, address);
  }

  /** Reads its own maps, or smaps, to the end: how many VMAs it saw. */
  readMaps(): Op<number> {
    this.#enter('maps');
    return readMaps(this.cpu, this.mm);
  }

  readSmaps(): Op<number> {
    this.#enter('smaps');
    return readSmaps(this.cpu, this.mm);
  }

  /** A new file of so many bytes, all of it a hole: its handle, or 0 when there are too many. */
  *open(kind: FileKind, bytes: number): Op<number> {
    this.#enter('open');
    this.cpu.charge(COST.syscall, 1);
    return yield* createFile(this.cpu, kind, bytes);
  }

  *close(file: number): Op<void> {
    this.#enter('close');
    this.cpu.charge(COST.syscall, 1);
    yield* putFile(this.cpu, file);
  }

  /** There is no position to move; what is left is the call. */
  lseek(): void {
    this.#enter('lseek');
    this.cpu.charge(COST.syscall, 1);
  }

  /**
   * Writes whole pages of memory to pages of a file from `firstPage` on: how many, or a negated errno.
   * The kernel's copy traps on memory as the task itself would; O_DIRECT gets hold of it without.
   */
  *write(
    file: number,
    firstPage: number,
    address: number,
    pages: number,
    { direct = false, sync = false }: IoMode = {},
  ): Op<number> {
    const { cpu, mm } = this;
    this.#enter('write');
    cpu.charge(COST.syscall, 1);
    for (let i = 0; i < pages; i++) {
      const page = address / PAGE_SIZE + i;
      if (direct) yield* populate(cpu, mm, page, 1);
      let denied = accessAtOnce(cpu, mm, page, 1, ACCESS.load);
      if (denied === STOPPED) denied = yield* finishAccess(cpu, mm);
      const failed =
        denied > 0
          ? -EFAULT
          : yield* writePage(cpu, file, firstPage + i, cpu.loaded, sync || direct);
      if (failed < 0) return i > 0 ? i : failed;
    }
    return pages;
  }

  /** Reads pages of a file into memory, fewer where it ends: how many, or a negated errno. */
  *read(
    file: number,
    firstPage: number,
    address: number,
    pages: number,
    { direct = false }: IoMode = {},
  ): Op<number> {
    const { cpu, mm } = this;
    this.#enter('read');
    cpu.charge(COST.syscall, 1);
    for (let i = 0; i < pages; i++) {
      const read = yield* readPage(cpu, file, firstPage + i);
      if (read === 0) return i;
      const page = address / PAGE_SIZE + i;
      if (direct) yield* populate(cpu, mm, page, 1);
      if (read < 0) return i > 0 ? i : read;
      let denied = accessAtOnce(cpu, mm, page, 1, ACCESS.store, cpu.loaded);
      if (denied === STOPPED) denied = yield* finishAccess(cpu, mm);
      if (denied > 0) return i > 0 ? i : -EFAULT;
    }
    return pages;
  }

  /** fallocate(PUNCH_HOLE | KEEP_SIZE) of the whole pages in a range. */
  *punchHole(file: number, offset: number, bytes: number): Op<number> {
    this.#enter('fallocate');
    this.cpu.charge(COST.syscall, 1);
    if (bytes <= 0) return -EINVAL;
    const first = Math.ceil(offset / PAGE_SIZE);
    const end = Math.floor((offset + bytes) / PAGE_SIZE);
    if (end > first) yield* punchHole(this.cpu, file, first, end);
    return 0;
  }

  *truncate(file: number, bytes: number): Op<number> {
    this.#enter('truncate');
    this.cpu.charge(COST.syscall, 1);
    yield* truncate(this.cpu, file, bytes);
    return 0;
  }

  *fsync(file: number): Op<number> {
    this.#enter('fsync');
    this.cpu.charge(COST.syscall, 1);
    return Math.min(0, yield* syncFile(this.cpu, file));
  }

  /** posix_fadvise(POSIX_FADV_DONTNEED) of pages of a file. */
  *dropCache(file: number, first: number, end: number): Op<number> {
    this.#enter('fadvise');
    this.cpu.charge(COST.syscall, 1);
    yield* dropCache(this.cpu, file, first, end);
    return 0;
  }

  #enter(call: CallName): void {
    this.counts[call] += 1;
    this.cpu.km.stats[this.cpu.stat + STAT.calls]! += 1;
  }

  *#refuse(errno: number): Op<number> {
    this.cpu.charge(COST.syscall, 1);
    if (this.cpu.mustYield()) yield STOP.step;
    return -errno;
  }
}
