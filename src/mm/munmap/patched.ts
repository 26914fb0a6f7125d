/**
 * RFC v3 of "zap pages with read mmap_sem in munmap for large mapping" (Yang Shi, 30 June 2018), as
 * its cover letter describes it: write to find, split and mark VM_DEAD; read to zap; write to clean
 * up. Small mappings, and special ones that it finds on the way, go the old way.
 */
import { downRead, downWrite, upRead, upWrite } from '../rwsem.js';
import {
  FOUND,
  detachDead,
  doMunmap,
  freePageTables,
  freeVmas,
  hasSpecial,
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
    let early = range.pages >= thresholdPages;
    if (early) {
      yield* downWrite(cpu, mm.sem);
      const found = yield* lookupAndSplit(cpu, mm, range);
      early = found === FOUND && !hasSpecial(cpu, mm, range);
      if (early) markDead(cpu, mm, range);
      yield* upWrite(cpu, mm.sem);
      if (found !== FOUND) return found;
    }

    if (early) {
      yield* downRead(cpu, mm.sem);
      yield* zapDead(cpu, mm, range);
      yield* upRead(cpu, mm.sem);
    }

    let result = 0;
    yield* downWrite(cpu, mm.sem);
    if (early) {
      yield* zapDead(cpu, mm, range); // only what a later munmap has marked since
      yield* detachDead(cpu, mm, range);
      yield* freePageTables(cpu, mm, range);
      yield* freeVmas(cpu, range);
    } else {
      result = yield* doMunmap(cpu, mm, range);
    }
    yield* upWrite(cpu, mm.sem);
    return result;
  },
};
