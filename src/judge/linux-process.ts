/**
 * This process' own address space as a JudgedProcess: the calls go to the Linux that it runs on, kept
 * inside an arena. Loads and stores are made by pread and pwrite, which fail with EFAULT where the
 * access would have raised a signal.
 */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { PAGE_SIZE } from '../mm/layout.js';
import type { Touched } from '../process/process.js';
import { ArenaGuard } from './arena-guard.js';
import type { JudgedProcess, MapsLine } from './judged-process.js';
import type { Arena } from './perform.js';
import { ProcMaps } from './proc-maps.js';
import { must, sharedMemory, SYS, syscall } from './syscalls.js';

/** Places in the scratch memory, bytes. */
const AT = { maps: 0, usage: 8192, word: 12_288, vec: 16_384 };
const SCRATCH_BYTES = 65_536;
/** One for all: making memory costs more than a program. */
const SCRATCH = sharedMemory(SCRATCH_BYTES);
const MAPS = new ProcMaps(SCRATCH);
const VEC_PAGES_MAX = 4096;
const NOT_WRITTEN = 0xff;

const RUSAGE_THREAD = 1;
/** 32-bit words of `struct rusage`. */
const RU = { minflt: 16, majflt: 18 };

/** What /proc/self/maps says behind the name of a file that is gone. */
export const DELETED = ' (deleted)';

const FALLOC_PUNCH_HOLE = 3;
const FADV_RANDOM = 1;

interface OpenFile {
  readonly fd: number;
  /** For set-up: writable, and reads ahead nothing. */
  readonly innerFd: number;
  /** Length as far as the program changed it itself. */
  bytes: number;
}

export class LinuxProcess implements JudgedProcess {
  readonly #arena: Arena;
  readonly #guard: ArenaGuard;
  readonly #scratch = SCRATCH;
  readonly #words = new Int32Array(SCRATCH.bytes.buffer, SCRATCH.bytes.byteOffset);
  readonly #maps = MAPS;
  readonly #files: OpenFile[] = [];
  #minor = 0;
  #major = 0;
  loaded = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#guard = new ArenaGuard(arena);
    const found = this.#maps.between(arena.start, arena.end);
    if (found.length > 0) throw new Error('the arena is taken');
  }

  /** Clears the arena. */
  clear(): void {
    const { start, end } = this.#arena;
    must('munmap', syscall(SYS.munmap, start, end - start));
  }

  /** Files are closed; the arena must be clear. */
  close(): void {
    for (const { fd, innerFd } of this.#files) {
      closeSync(fd);
      closeSync(innerFd);
    }
    this.#files.length = 0;
  }

  /** A system call of the program: its page faults are the program's. */
  #counted(number: number, a: number, b: number, c = 0, d = 0, e = 0, f = 0): number {
    const usage = this.#scratch.address + AT.usage;
    const at = AT.usage / 4;
    syscall(SYS.getrusage, RUSAGE_THREAD, usage);
    const minor = this.#words[at + RU.minflt]!;
    const major = this.#words[at + RU.majflt]!;
    const result = syscall(number, a, b, c, d, e, f);
    syscall(SYS.getrusage, RUSAGE_THREAD, usage);
    this.#minor += this.#words[at + RU.minflt]! - minor;
    this.#major += this.#words[at + RU.majflt]! - major;
    return result;
  }

  mmap(
    address: number,
    bytes: number,
    prot: number,
    flags: number,
    file: number,
    offset: number,
  ): number {
    this.#guard.mmap(address, bytes, flags);
    const fd = this.#files[file - 1]?.fd ?? -1;
    const result = this.#counted(SYS.mmap, address, bytes, prot, flags, fd, offset);
    if (result >= 0) this.#guard.placed(result, Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE);
    return result;
  }

  munmap(address: number, bytes: number): number {
    this.#guard.munmap(address, bytes);
    return this.#counted(SYS.munmap, address, bytes);
  }

  mprotect(address: number, bytes: number, prot: number): number {
    this.#guard.range('mprotect', address, bytes);
    return this.#counted(SYS.mprotect, address, bytes, prot);
  }

  mremap(address: number, oldBytes: number, newBytes: number, flags: number, to: number): number {
    this.#guard.mremap(address, oldBytes, newBytes, flags, to);
    const result = this.#counted(SYS.mremap, address, oldBytes, newBytes, flags, to);
    if (result >= 0) this.#guard.placed(result, Math.ceil(newBytes / PAGE_SIZE) * PAGE_SIZE);
    return result;
  }

  madvise(address: number, bytes: number, advice: number): number {
    this.#guard.range('madvise', address, bytes);
    this.#guard.advice(advice);
    return this.#counted(SYS.madvise, address, bytes, advice);
  }

  mlock(address: number, bytes: number, flags?: number): number {
    this.#guard.range('mlock', address, bytes);
    if (flags === undefined) return this.#counted(SYS.mlock, address, bytes);
    return this.#counted(SYS.mlock2, address, bytes, flags);
  }

  munlock(address: number, bytes: number): number {
    this.#guard.range('munlock', address, bytes);
    return this.#counted(SYS.munlock, address, bytes);
  }

  mincore(address: number, bytes: number): { result: number; vec: Uint8Array } {
    this.#guard.range('mincore', address, bytes);
    const pages = Math.min(Math.ceil(bytes / PAGE_SIZE), VEC_PAGES_MAX);
    const vec = this.#scratch.bytes.subarray(AT.vec, AT.vec + pages).fill(NOT_WRITTEN);
    // It makes no page faults.
    const result = syscall(SYS.mincore, address, bytes, this.#scratch.address + AT.vec);
    const written = vec.indexOf(NOT_WRITTEN);
    return { result, vec: written < 0 ? vec : vec.subarray(0, written) };
  }

  msync(address: number, bytes: number, flags: number): number {
    this.#guard.range('msync', address, bytes);
    return this.#counted(SYS.msync, address, bytes, flags);
  }

  touch(address: number, access: 'r' | 'w', word = 0): Touched {
    this.#guard.range('touch', address, 4);
    const at = AT.word / 4;
    if (access === 'w') this.#words[at] = word;
    const number = access === 'w' ? SYS.pread : SYS.pwrite;
    const moved = this.#counted(number, this.#scratch.fd, address, 4, AT.word);
    if (moved === 4 && access === 'r') this.loaded = this.#words[at]!;
    return moved === 4 ? 'ok' : 'maperr';
  }

  /** `name` is the path, in whose folder the kind is at home, and ` (deleted)`: it is unlinked at once. */
  open(_kind: 'disk' | 'tmpfs', bytes: number, name: string, writable = true): number {
    const file = name.slice(0, -DELETED.length);
    const innerFd = openSync(file, 'wx+', 0o600);
    const fd = openSync(file, writable ? 'r+' : 'r');
    unlinkSync(file);
    must('ftruncate', syscall(SYS.ftruncate, innerFd, bytes));
    syscall(SYS.fadvise, innerFd, 0, 0, FADV_RANDOM);
    return this.#files.push({ fd, innerFd, bytes });
  }

  writeFile(file: number, firstPage: number, words: readonly number[]): number {
    const { fd, bytes } = this.#files[file - 1]!;
    const at = AT.word / 4;
    const address = this.#scratch.address + AT.word;
    let pages = 0;
    for (const word of words) {
      const offset = (firstPage + pages) * PAGE_SIZE;
      if (offset >= bytes) break;
      this.#words[at] = word;
      const written = syscall(SYS.pwrite, fd, address, 4, offset);
      if (written < 0) return written;
      pages++;
    }
    return pages;
  }

  readFile(file: number, firstPage: number, pages: number): number[] {
    const { innerFd } = this.#files[file - 1]!;
    const at = AT.word / 4;
    const words: number[] = [];
    for (let page = firstPage; page < firstPage + pages; page++) {
      const address = this.#scratch.address + AT.word;
      const got = must('pread', syscall(SYS.pread, innerFd, address, 4, page * PAGE_SIZE));
      if (got < 4) break;
      words.push(this.#words[at]!);
    }
    return words;
  }

  punchHole(file: number, offset: number, bytes: number): number {
    return syscall(SYS.fallocate, this.#files[file - 1]!.fd, FALLOC_PUNCH_HOLE, offset, bytes);
  }

  truncate(file: number, bytes: number): number {
    const opened = this.#files[file - 1]!;
    const result = syscall(SYS.ftruncate, opened.fd, bytes);
    if (result === 0) opened.bytes = bytes;
    return result;
  }

  fsync(file: number): number {
    return syscall(SYS.fsync, this.#files[file - 1]!.fd);
  }

  mappingsIn(start: number, end: number): readonly MapsLine[] {
    return this.#maps.between(start, end);
  }

  minorFaults(): number {
    return this.#minor;
  }

  majorFaults(): number {
    return this.#major;
  }

  /** The real one is right by definition. */
  check(): readonly string[] {
    return [];
  }
}
