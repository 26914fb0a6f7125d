/** Kernels whose munmap leaves one step out, to show that the cases bite. */
import type { Kernel } from '../../mm/kernels.js';
import type { MunmapStrategy } from '../../mm/munmap/strategy.js';
import {
  FOUND,
  MunmapRange,
  detach,
  detachDead,
  doMunmap,
  freePageTables,
  freeVmas,
  lookupAndSplit,
  markDead,
  zapDead,
  zapDetached,
} from '../../mm/munmap/phases.js';
import { flushAndFree } from '../../mm/tlb.js';
import { findVma, endOf, startOf } from '../../mm/vma.js';
import { zapRange } from '../../mm/page-table.js';
import { downRead, downWrite, upRead, upWrite } from '../../mm/rwsem.js';

export interface BrokenKernel {
  readonly title: string;
  readonly kernel: Kernel;
  /** Whether one task alone can tell. */
  readonly isSeenAlone: boolean;
}

type Unmap = MunmapStrategy['munmap'];

const broken = (title: string, munmap: Unmap, isSeenAlone = true): BrokenKernel => ({
  title,
  isSeenAlone,
  kernel: {
    name: 'broken',
    munmap: { name: 'broken', title, hasThreshold: false, munmap },
    plantedPercent: 0,
  },
});

export const BROKEN_KERNELS: readonly BrokenKernel[] = [
  broken('takes whole VMAs instead of splitting them', function* (cpu, mm, range) {
    yield* downWrite(cpu, mm.sem);
    const first = findVma(cpu.km, mm, range.start);
    const isPart = first !== 0 && startOf(cpu.km, first) < range.start;
    const start = isPart ? startOf(cpu.km, first) : range.start;
    const last = findVma(cpu.km, mm, range.end - 1);
    const end = last === 0 ? range.end : Math.max(range.end, endOf(cpu.km, last));
    const result = yield* doMunmap(cpu, mm, new MunmapRange(start, end));
    yield* upWrite(cpu, mm.sem);
    return result;
  }),
  broken('forgets to zap what it detaches', function* (cpu, mm, range) {
    yield* downWrite(cpu, mm.sem);
    if ((yield* lookupAndSplit(cpu, mm, range)) === FOUND) {
      detach(cpu, mm, range);
      yield* freeVmas(cpu, range);
    }
    yield* upWrite(cpu, mm.sem);
    return 0;
  }),
  broken(
    'zaps under read what is not marked as dead',
    function* (cpu, mm, range) {
      yield* downWrite(cpu, mm.sem);
      const found = yield* lookupAndSplit(cpu, mm, range);
      yield* upWrite(cpu, mm.sem);
      if (found !== FOUND) return found;
      yield* downRead(cpu, mm.sem);
      yield* zapRange(cpu, mm, range.start, range.end);
      yield* flushAndFree(cpu, mm);
      yield* upRead(cpu, mm.sem);
      yield* downWrite(cpu, mm.sem);
      detach(cpu, mm, range);
      yield* zapDetached(cpu, mm, range);
      yield* freePageTables(cpu, mm, range);
      yield* freeVmas(cpu, range);
      yield* upWrite(cpu, mm.sem);
      return 0;
    },
    false,
  ),
  broken('leaves the page tables of what it unmaps behind', function* (cpu, mm, range) {
    yield* downWrite(cpu, mm.sem);
    const found = yield* lookupAndSplit(cpu, mm, range);
    if (found === FOUND) markDead(cpu, mm, range);
    yield* upWrite(cpu, mm.sem);
    if (found !== FOUND) return found;
    yield* downRead(cpu, mm.sem);
    yield* zapDead(cpu, mm, range);
    yield* upRead(cpu, mm.sem);
    yield* downWrite(cpu, mm.sem);
    detachDead(cpu, mm, range);
    yield* freeVmas(cpu, range);
    yield* upWrite(cpu, mm.sem);
    return 0;
  }),
];
