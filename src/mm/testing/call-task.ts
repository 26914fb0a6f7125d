/** A lone task with the calls that change mappings, each run to its end; everything in pages. */
import { expect } from 'vitest';
import { brk, heapOf, startHeap } from '../brk.js';
import { checkTornDown } from '../check.js';
import type { Geometry } from '../kernel-memory.js';
import { DEFAULT_RULES, type KernelRules } from '../kernel-rules.js';
import { PAGE_SIZE } from '../layout.js';
import { madvise } from '../madvise.js';
import { mappingsOf } from '../maps.js';
import { mincore } from '../mincore.js';
import { mlock, munlock } from '../mlock.js';
import { mmap, type MmapRequest } from '../mmap.js';
import { mprotect } from '../mprotect.js';
import { mremap } from '../mremap.js';
import { msync } from '../msync.js';
import { MREMAP } from '../uapi.js';
import { FileTask } from './file-task.js';
import { leftAfterExit, unsound } from './memory-view.js';
import { runAlone, testMachine, type TestMachine } from './test-machine.js';

export class CallTask extends FileTask {
  /** First page of the mapping, or a negated errno; everything of the request as it is. */
  mmap(request: MmapRequest): number {
    const address = runAlone(mmap(this.cpu, this.mm, request));
    return address < 0 ? address : address / PAGE_SIZE;
  }

  protect(page: number, pages: number, prot: number): number {
    return runAlone(mprotect(this.cpu, this.mm, page * PAGE_SIZE, pages * PAGE_SIZE, prot));
  }

  advise(page: number, pages: number, advice: number): number {
    return runAlone(madvise(this.cpu, this.mm, page * PAGE_SIZE, pages * PAGE_SIZE, advice));
  }

  lock(page: number, pages: number, flags = 0): number {
    return runAlone(mlock(this.cpu, this.mm, page * PAGE_SIZE, pages * PAGE_SIZE, flags));
  }

  unlock(page: number, pages: number): number {
    return runAlone(munlock(this.cpu, this.mm, page * PAGE_SIZE, pages * PAGE_SIZE));
  }

  sync(page: number, pages: number, flags: number): number {
    return runAlone(msync(this.cpu, this.mm, page * PAGE_SIZE, pages * PAGE_SIZE, flags));
  }

  /** First page of where the mapping is now, or a negated errno. `to`: MREMAP_FIXED. */
  remap(page: number, oldPages: number, newPages: number, to?: number, flags = 0): number {
    const fixed = to === undefined ? 0 : MREMAP.fixed | MREMAP.mayMove;
    const request = {
      address: page * PAGE_SIZE,
      oldBytes: oldPages * PAGE_SIZE,
      newBytes: newPages * PAGE_SIZE,
      flags: flags | fixed,
      newAddress: (to ?? 0) * PAGE_SIZE,
    };
    const address = runAlone(mremap(this.cpu, this.mm, request));
    return address < 0 ? address : address / PAGE_SIZE;
  }

  /** A digit per page, or a negated errno. */
  incore(page: number, pages: number): string | number {
    const vec = new Uint8Array(pages);
    const [address, bytes] = [page * PAGE_SIZE, pages * PAGE_SIZE];
    const result = runAlone(mincore(this.cpu, this.mm, address, bytes, vec));
    return result < 0 ? result : vec.join('');
  }

  /** The heap begins at a page. */
  startHeap(page: number): void {
    startHeap(this.cpu, this.mm, page * PAGE_SIZE);
  }

  /** Whether the heap is so many pages long now. */
  setHeap(pages: number): boolean {
    const wanted = heapOf(this.cpu, this.mm).start + pages * PAGE_SIZE;
    return runAlone(brk(this.cpu, this.mm, wanted)) === wanted;
  }
}

/** In the middle of a page table of the lowest level. */
export const HERE = 2 ** 25 + 256;

export interface CallBench {
  readonly machine: TestMachine;
  readonly task: CallTask;
  /** Permissions of the VMAs, pages counted from HERE: `0-4rw-p 4-6r--p`. */
  readonly layout: () => string;
  /** Looks at every invariant, before and after everything is unmapped. */
  readonly end: () => void;
}

/** A task on a small machine of its own, under rules of one's own. */
export function callBench(
  geometry: Partial<Geometry> = {},
  rules: Partial<KernelRules> = {},
): CallBench {
  const machine = testMachine({ files: 8, ...geometry });
  const task = new CallTask(machine);
  task.cpu.rules = { ...DEFAULT_RULES, ...rules };
  const page = (address: number): number => address / PAGE_SIZE - HERE;
  const layout = (): string =>
    mappingsOf(machine.km, machine.mm)
      .map(({ start, end, permissions }) => `${page(start)}-${page(end)}${permissions}`)
      .join(' ');
  const end = (): void => {
    expect(unsound(machine)).toEqual([]);
    task.close();
    expect(leftAfterExit(machine)).toEqual([]);
    expect(checkTornDown(machine.km)).toEqual([]);
  };
  return { machine, task, layout, end };
}
