/** A SimulatedProcess on a machine of its own. */
import { RECORD_NOTHING } from '../engine/record-nothing.js';
import { ThreadCpu, drive } from '../engine/threads/cpu.js';
import { accessPages } from '../mm/access.js';
import { startHeap } from '../mm/brk.js';
import { checkKernel } from '../mm/check.js';
import { SEGV, ACCESS } from '../mm/fault-result.js';
import { filePages } from '../mm/file.js';
import { readPage, writePage } from '../mm/file-io.js';
import { KernelMemory } from '../mm/kernel-memory.js';
import { FILE_KIND, MM, PAGE_SIZE, PTRS_PER_TABLE, STAT, TASK } from '../mm/layout.js';
import { mappingsOf, mapsText, type Mapping } from '../mm/maps.js';
import { Mm, mapCount } from '../mm/mm.js';
import type { Op } from '../mm/op.js';
import { SystemCalls } from '../mm/system-calls.js';
import { EBADF, EINVAL } from '../mm/errno.js';
import type { FaultCounts, ProcessOptions, SimulatedProcess, Touched } from './process.js';

/** No answer of mincore. */
const NOT_WRITTEN = 0xff;

/** Files that may be open or mapped, shared anonymous memory among them. */
const FILES = 4096;

/** More pages than that no caller wants to hear about. */
const VEC_PAGES_MAX = 2 ** 24;

interface OpenFile {
  readonly writable: boolean;
}

export function openProcess(options: ProcessOptions): SimulatedProcess {
  return new LoneProcess(options);
}

class LoneProcess implements SimulatedProcess {
  readonly #km: KernelMemory;
  readonly #mm: Mm;
  readonly #cpu: ThreadCpu;
  readonly #calls: SystemCalls;
  readonly #open = new Map<number, OpenFile>();
  readonly #names = new Map<number, string>();

  constructor(options: ProcessOptions) {
    this.#km = KernelMemory.create({
      tasks: 1,
      mms: 1,
      frames: options.frames,
      // A table for every page, should they lie far apart, and one on every level above.
      tables: Math.min(4 * options.frames, Math.ceil(options.frames / PTRS_PER_TABLE) + 65_536),
      vmas: options.maxMapCount + 8,
      files: FILES,
      maxMapCount: options.maxMapCount,
    });
    this.#mm = Mm.create(this.#km, 0);
    this.#cpu = new ThreadCpu(this.#km, 0, RECORD_NOTHING);
    this.#cpu.rules = options.rules;
    this.#km.words[this.#cpu.self + TASK.mm] = this.#mm.id;
    const how = { strategy: options.kernel.munmap, thresholdPages: options.thresholdPages };
    this.#calls = new SystemCalls(this.#cpu, this.#mm, how);
  }

  mmap(
    address: number,
    bytes: number,
    prot: number,
    flags: number,
    file: number,
    offset: number,
  ): number {
    const opened = this.#open.get(file);
    const readOnly = opened?.writable === false;
    const handle = opened === undefined ? 0 : file;
    return this.#run(this.#calls.mmap(address, bytes, prot, flags, handle, offset, readOnly));
  }

  munmap(address: number, bytes: number): number {
    return this.#run(this.#calls.munmap(address, bytes));
  }

  mprotect(address: number, bytes: number, prot: number): number {
    return this.#run(this.#calls.mprotect(address, bytes, prot));
  }

  mlock(address: number, bytes: number, flags = 0): number {
    return this.#run(this.#calls.mlock(address, bytes, flags));
  }

  munlock(address: number, bytes: number): number {
    return this.#run(this.#calls.munlock(address, bytes));
  }

  brk(address: number): number {
    return this.#run(this.#calls.brk(address));
  }

  startHeap(address: number): void {
    startHeap(this.#cpu, this.#mm, address);
  }

  mremap(
    address: number,
    oldBytes: number,
    newBytes: number,
    flags: number,
    newAddress: number,
  ): number {
    const request = { address, oldBytes, newBytes, flags, newAddress };
    return this.#run(this.#calls.mremap(request));
  }

  madvise(address: number, bytes: number, advice: number): number {
    return this.#run(this.#calls.madvise(address, bytes, advice));
  }

  mincore(address: number, bytes: number): { readonly result: number; readonly vec: Uint8Array } {
    const vec = new Uint8Array(Math.min(VEC_PAGES_MAX, Math.ceil(bytes / PAGE_SIZE)));
    vec.fill(NOT_WRITTEN);
    const result = this.#run(this.#calls.mincore(address, bytes, vec));
    const written = vec.indexOf(NOT_WRITTEN);
    return { result, vec: written < 0 ? vec : vec.subarray(0, written) };
  }

  msync(address: number, bytes: number, flags: number): number {
    return this.#run(this.#calls.msync(address, bytes, flags));
  }

  open(kind: keyof typeof FILE_KIND, bytes: number, name: string, writable = true): number {
    const file = this.#run(this.#calls.open(FILE_KIND[kind], bytes));
    if (file === 0) return 0;
    this.#open.set(file, { writable });
    this.#names.set(file, name);
    return file;
  }

  close(file: number): void {
    if (this.#open.delete(file)) this.#run(this.#calls.close(file));
  }

  writeFile(file: number, firstPage: number, words: readonly number[]): number {
    if (!this.#isWritable(file)) return -EBADF;
    const pages = Math.max(0, filePages(this.#km, file) - firstPage);
    for (const [i, word] of words.slice(0, pages).entries()) {
      const failed = this.#run(writePage(this.#cpu, file, firstPage + i, word));
      if (failed < 0) return i > 0 ? i : failed;
    }
    return Math.min(words.length, pages);
  }

  readFile(file: number, firstPage: number, pages: number): readonly number[] {
    const words: number[] = [];
    for (let i = 0; i < pages; i++) {
      if (this.#run(readPage(this.#cpu, file, firstPage + i)) <= 0) break;
      words.push(this.#cpu.loaded);
    }
    return words;
  }

  writeFrom(file: number, firstPage: number, address: number, pages: number, sync = false): number {
    return this.#run(this.#calls.write(file, firstPage, address, pages, { sync }));
  }

  readInto(file: number, firstPage: number, address: number, pages: number): number {
    return this.#run(this.#calls.read(file, firstPage, address, pages));
  }

  punchHole(file: number, offset: number, bytes: number): number {
    if (bytes > 0 && !this.#isWritable(file)) return -EBADF;
    return this.#run(this.#calls.punchHole(file, offset, bytes));
  }

  truncate(file: number, bytes: number): number {
    if (!this.#isWritable(file)) return -EINVAL;
    return this.#run(this.#calls.truncate(file, bytes));
  }

  fsync(file: number): number {
    return this.#run(this.#calls.fsync(file));
  }

  touch(address: number, access: 'r' | 'w', word = 0): Touched {
    const { stats } = this.#km;
    const at = this.#cpu.stat;
    const before = { bus: stats[at + STAT.sigbus]!, oom: stats[at + STAT.outOfMemory]! };
    const page = Math.floor(address / PAGE_SIZE);
    const how = access === 'w' ? ACCESS.store : ACCESS.load;
    const denied = this.#run(accessPages(this.#cpu, this.#mm, page, 1, how, word));
    if (denied === 0) return 'ok';
    if (stats[at + STAT.sigbus]! > before.bus) return 'bus';
    if (stats[at + STAT.outOfMemory]! > before.oom) return 'oom';
    return this.#cpu.segvCode === SEGV.accessError ? 'accerr' : 'maperr';
  }

  get loaded(): number {
    return this.#cpu.loaded;
  }

  mappings(): readonly Mapping[] {
    return mappingsOf(this.#km, this.#mm, (file) => this.#names.get(file) ?? '/dev/zero (deleted)');
  }

  mapsText(): string {
    return mapsText(this.mappings());
  }

  faults(): FaultCounts {
    const stat = (name: keyof typeof STAT): number => this.#km.stats[this.#cpu.stat + STAT[name]]!;
    return {
      total: stat('faultsTotal'),
      minor: stat('faultsMinor'),
      major: stat('faultsMajor'),
      kernelMinor: stat('kernelMinor'),
      kernelMajor: stat('kernelMajor'),
    };
  }

  get mapCount(): number {
    return mapCount(this.#km, this.#mm);
  }

  get mapCountMax(): number {
    return this.#km.words[this.#mm.at + MM.mapCountMax]!;
  }

  get residentPages(): number {
    return (
      this.#km.words[this.#mm.at + MM.rss]! + this.#km.words[this.#cpu.self + TASK.rssPending]!
    );
  }

  check(): readonly string[] {
    return checkKernel(this.#km).violations;
  }

  #isWritable(file: number): boolean {
    return this.#open.get(file)?.writable === true;
  }

  #run<T>(op: Op<T>): T {
    return drive(this.#cpu, op);
  }
}
