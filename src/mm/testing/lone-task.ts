/**
 * One task that has the machine to itself: its system calls and memory accesses, each run to its
 * end. Everything is counted in pages; `machine.cpus[task]` is the CPU.
 */
import { accessPages } from '../access.js';
import { ACCESS } from '../fault-result.js';
import { PAGE_SIZE, STAT } from '../layout.js';
import type { Mm } from '../mm.js';
import { mmap, type MmapRequest } from '../mmap.js';
import { ANONYMOUS } from '../uapi.js';
import { munmap } from '../munmap/strategy.js';
import { pristine } from '../munmap/pristine.js';
import { VM_READ, VM_WRITE } from '../vma.js';
import { runAlone, type TestCpu, type TestMachine } from './test-machine.js';

/** What a load of a page that cannot be accessed gives. */
export const DENIED = 'denied';

export const READ_WRITE = VM_READ | VM_WRITE;

/** How a kernel unmaps: the strategy and from which size on a mapping is large. */
export type How = Parameters<typeof munmap>[2];

export class LoneTask {
  readonly cpu: TestCpu;
  readonly mm: Mm;
  readonly how: How;

  constructor(
    machine: TestMachine,
    how: How = { strategy: pristine, thresholdPages: Infinity },
    task = 0,
  ) {
    this.cpu = machine.cpus[task]!;
    this.mm = machine.mm;
    this.how = how;
  }

  /** First page of the new mapping, or a negated errno. */
  map(pages: number, request: Partial<MmapRequest> = {}): number {
    const flags = (request.flags ?? 0) | ANONYMOUS;
    const whole = { bytes: pages * PAGE_SIZE, prot: READ_WRITE, ...request, flags };
    const address = runAlone(mmap(this.cpu, this.mm, whole));
    return address < 0 ? address : address / PAGE_SIZE;
  }

  /** The same at a chosen page; `flags` is MAP_FIXED or MAP.fixedNoReplace. */
  mapAt(page: number, pages: number, flags: number, prot = READ_WRITE): number {
    return this.map(pages, { address: page * PAGE_SIZE, flags, prot });
  }

  unmap(page: number, pages: number): number {
    return runAlone(munmap(this.cpu, this.mm, this.how, page * PAGE_SIZE, pages * PAGE_SIZE));
  }

  /** Stores `word + i` in page `page + i`; returns how many pages were denied. */
  fill(page: number, pages: number, word: number): number {
    return runAlone(accessPages(this.cpu, this.mm, page, pages, ACCESS.store, word));
  }

  store(page: number, word: number): boolean {
    return this.fill(page, 1, word) === 0;
  }

  load(page: number): number | typeof DENIED {
    const denied = runAlone(accessPages(this.cpu, this.mm, page, 1, ACCESS.load));
    return denied === 0 ? this.cpu.loaded : DENIED;
  }

  stat(name: keyof typeof STAT): number {
    return this.cpu.km.stats[this.cpu.stat + STAT[name]]!;
  }
}
