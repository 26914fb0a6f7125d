/** brk(2) (4.17 SYSCALL_DEFINE1(brk), do_brk_flags). */
import { MM_PAGES, PAGE_SIZE } from './layout.js';
import { mapCount, type Mm } from './mm.js';
import { MunmapRange, doMunmap } from './munmap/phases.js';
import { COST, type Cpu, type Op } from './op.js';
import { downWrite, upWrite } from './rwsem.js';
import { placeExtent } from './vma-edit.js';
import { holeEnd } from './vma-index.js';
import {
  VM_ACCOUNT,
  VM_MAYEXEC,
  VM_MAYREAD,
  VM_MAYWRITE,
  VM_READ,
  VM_WRITE,
  findVma,
} from './vma.js';

/** VM_DATA_DEFAULT_FLAGS | VM_ACCOUNT of a program whose data are not to be executed. */
const HEAP_FLAGS = VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_ACCOUNT;

/** Where the heap begins, bytes, as execve sets it: before the first call of brk. */
export function startHeap(cpu: Cpu, mm: Mm, address: number): void {
  cpu.km.stats[mm.at / 2 + MM_PAGES.brkStart] = address;
  cpu.km.stats[mm.at / 2 + MM_PAGES.brk] = address;
}

/** The same by whichever task of the mm is the first to say so, while others may use it. */
export function* startHeapOnce(cpu: Cpu, mm: Mm, address: number): Op<void> {
  yield* downWrite(cpu, mm.sem);
  if (heapOf(cpu, mm).start === 0) startHeap(cpu, mm, address);
  yield* upWrite(cpu, mm.sem);
}

/** Ends of the heap, bytes; two zeros when it was never started. */
export function heapOf(cpu: Cpu, mm: Mm): { readonly start: number; readonly end: number } {
  const { stats } = cpu.km;
  return {
    start: stats[mm.at / 2 + MM_PAGES.brkStart]!,
    end: stats[mm.at / 2 + MM_PAGES.brk]!,
  };
}

/** Moves the end of the heap to `address`, if it can; where it is then, bytes. */
export function* brk(cpu: Cpu, mm: Mm, address: number): Op<number> {
  cpu.charge(COST.syscall, 1);
  yield* downWrite(cpu, mm.sem);
  const heap = heapOf(cpu, mm);
  const moved = address >= heap.start && (yield* moveBreak(cpu, mm, heap.end, address));
  if (moved) cpu.km.stats[mm.at / 2 + MM_PAGES.brk] = address;
  yield* upWrite(cpu, mm.sem);
  return moved ? address : heap.end;
}

function* moveBreak(cpu: Cpu, mm: Mm, from: number, to: number): Op<boolean> {
  const { km, rules } = cpu;
  const oldEnd = Math.ceil(from / PAGE_SIZE);
  const newEnd = Math.ceil(to / PAGE_SIZE);
  if (newEnd === oldEnd) return true;
  if (newEnd < oldEnd) {
    return (yield* doMunmap(cpu, mm, new MunmapRange(newEnd, oldEnd))) === 0;
  }
  // One page is kept free in front of the next mapping.
  const above = findVma(km, mm, oldEnd);
  if (above !== 0 && newEnd + 1 > holeEnd(km, above)) return false;
  const total = km.stats[mm.at / 2 + MM_PAGES.total]! + newEnd - oldEnd;
  if (total * PAGE_SIZE > rules.addressSpaceBytes) return false;
  if (mapCount(km, mm) > km.geometry.maxMapCount) return false;
  const wanted = { start: oldEnd, end: newEnd, flags: HEAP_FLAGS, file: 0, pgoff: oldEnd };
  const { vma } = yield* placeExtent(cpu, mm, { ...wanted, anonVma: 0 });
  return vma !== 0;
}
