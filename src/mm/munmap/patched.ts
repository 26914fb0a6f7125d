/**
 * RFC v3 of "zap pages with read mmap_sem in munmap for large mapping" (Yang Shi, 30 June 2018), as
 * its cover letter describes it: write to find, split and mark VM_DEAD; read to zap; write to clean
 * up. Small mappings go the old way.
 */
import { downRead, downWrite, upRead, upWrite } from '../rwsem.js';
import {
  FOUND,
  detachDead,
  doMunmap,
  freePageTables,
  freeVmas,
  lookupAndSplit,
  markDead,
  zapDead,
} from './phases.js';
import type { MunmapStrategy } from './strategy.js';

export const patched: MunmapStrategy = {
  name: 'patched',
  title: 'RFC v3 (June 2018): zap under read, the rest under write',
  hasThreshold: true,

  *munmap(cpu, mm, range, thresholdPages) {
    if (range.pages < thresholdPages) {
      yield* downWrite(cpu, mm.sem);
      const result = yield* doMunmap(cpu, mm, range);
      yield* upWrite(cpu, mm.sem);
      return result;
    }

    yield* downWrite(cpu, mm.sem);
    const found = yield* lookupAndSplit(cpu, mm, range);
    if (found === FOUND) markDead(cpu, mm, range);
    yield* upWrite(cpu, mm.sem);
    if (found !== FOUND) return found;

    yield* downRead(cpu, mm.sem);
    yield* zapDead(cpu, mm, range);
    yield* upRead(cpu, mm.sem);

    yield* downWrite(cpu, mm.sem);
    yield* zapDead(cpu, mm, range); // only what a later munmap has marked since
    detachDead(cpu, mm, range);
    yield* freePageTables(cpu, mm, range);
    yield* freeVmas(cpu, range);
    yield* upWrite(cpu, mm.sem);
    return 0;
  },
};
