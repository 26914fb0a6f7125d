/**
 * Linux 4.20 (commit dd2283f2605e, "mm: mmap: zap pages with read mmap_sem in munmap"): write to
 * find, split and detach; then a downgrade, and all that takes time under read. The lock is never
 * let go in between, so that no writer sees the range before it is gone. All sizes alike.
 */
import { downWrite, downgradeWrite, upRead, upWrite } from '../rwsem.js';
import { FOUND, detach, freePageTables, freeVmas, lookupAndSplit, zapDetached } from './phases.js';
import type { MunmapStrategy } from './strategy.js';

export const mainline: MunmapStrategy = {
  name: 'mainline',
  title: 'Linux 4.20: detach under write, downgrade, the rest under read',
  hasThreshold: false,

  *munmap(cpu, mm, range) {
    yield* downWrite(cpu, mm.sem);
    const found = yield* lookupAndSplit(cpu, mm, range);
    if (found !== FOUND) {
      yield* upWrite(cpu, mm.sem);
      return found;
    }

    yield* detach(cpu, mm, range);
    yield* downgradeWrite(cpu, mm.sem);
    yield* zapDetached(cpu, mm, range);
    yield* freePageTables(cpu, mm, range);
    yield* freeVmas(cpu, range);
    yield* upRead(cpu, mm.sem);
    return 0;
  },
};
