/**
 * One simulated process with one task that has its machine to itself: system calls as plain functions
 * on numbers, each run to its end. What `calls` replays into, what the real Linux is compared with.
 *
 * Addresses, lengths and offsets are bytes; a length may be up to 2^64. A call returns what Linux
 * does, errors as negated errno. Protections, flags and advices are the numbers of `mm/uapi.ts`.
 */
import type { Kernel } from '../mm/kernels.js';
import type { KernelRules } from '../mm/kernel-rules.js';
import type { Mapping } from '../mm/maps.js';

export interface ProcessOptions {
  readonly kernel: Kernel;
  /** From which size on a munmap is large, pages. */
  readonly thresholdPages: number;
  readonly rules: KernelRules;
  readonly maxMapCount: number;
  /** Memory of the simulated machine, pages of 4 KiB. */
  readonly frames: number;
}

/** How an access ended: SIGSEGV without a mapping or against its permissions, SIGBUS behind a file's end. */
export type Touched = 'ok' | 'maperr' | 'accerr' | 'bus' | 'oom';

export interface FaultCounts {
  /** As perf counts: traps of user-mode accesses. */
  readonly total: number;
  readonly minor: number;
  readonly major: number;
  /** Made by the kernel for itself: populate, mlock. getrusage adds them to `minor` and `major`. */
  readonly kernelMinor: number;
  readonly kernelMajor: number;
}

export interface SimulatedProcess {
  mmap(
    address: number,
    bytes: number,
    prot: number,
    flags: number,
    file: number,
    offset: number,
  ): number;
  munmap(address: number, bytes: number): number;
  mprotect(address: number, bytes: number, prot: number): number;
  mremap(
    address: number,
    oldBytes: number,
    newBytes: number,
    flags: number,
    newAddress: number,
  ): number;
  madvise(address: number, bytes: number, advice: number): number;
  /** `flags` of mlock2. */
  mlock(address: number, bytes: number, flags?: number): number;
  munlock(address: number, bytes: number): number;
  /** `vec`: one byte per page, bit 0 set when it is resident; as many as were written. */
  mincore(address: number, bytes: number): { readonly result: number; readonly vec: Uint8Array };
  msync(address: number, bytes: number, flags: number): number;
  /** Where execve has put the start of the heap; before the first brk. */
  startHeap(address: number): void;
  /** As the system call: the end of the heap, moved if it could be. */
  brk(address: number): number;

  /** One load or store of a word in the page of `address`, as user mode does it. */
  touch(address: number, access: 'r' | 'w', word?: number): Touched;
  /** What the last touch that loaded has seen. */
  readonly loaded: number;

  /** A file handle for mmap, or 0 when there are too many files. Disk files begin uncached. */
  open(kind: 'disk' | 'tmpfs', bytes: number, name: string, writable?: boolean): number;
  close(file: number): void;
  /** One word per page, at most as many as the file has: the number of pages, or a negated errno. */
  writeFile(file: number, firstPage: number, words: readonly number[]): number;
  readFile(file: number, firstPage: number, pages: number): readonly number[];
  /**
   * write(2) and read(2) of whole pages between a file and memory: how many were copied, or a negated
   * errno. The kernel's copy traps on the memory's pages as the task itself would. `sync`: O_SYNC.
   */
  writeFrom(
    file: number,
    firstPage: number,
    address: number,
    pages: number,
    sync?: boolean,
  ): number;
  readInto(file: number, firstPage: number, address: number, pages: number): number;
  punchHole(file: number, offset: number, bytes: number): number;
  truncate(file: number, bytes: number): number;
  fsync(file: number): number;

  /** The address space, lowest mapping first; `mapsText` as in /proc/PID/maps. */
  mappings(): readonly Mapping[];
  mapsText(): string;
  faults(): FaultCounts;
  readonly mapCount: number;
  readonly mapCountMax: number;
  readonly residentPages: number;
  /** Sentences about invariants that do not hold (`mm/check.ts`); empty when all do. */
  check(): readonly string[];
}
