/** Linux 4.17 and before (mm/mmap.c, vm_munmap): mmap_sem for write from start to end. */
import { downWrite, upWrite } from '../rwsem.js';
import { doMunmap } from './phases.js';
import type { MunmapStrategy } from './strategy.js';

export const pristine: MunmapStrategy = {
  name: 'pristine',
  title: 'Linux 4.17: write-locked from start to end',
  hasThreshold: false,

  *munmap(cpu, mm, range) {
    yield* downWrite(cpu, mm.sem);
    const result = yield* doMunmap(cpu, mm, range);
    yield* upWrite(cpu, mm.sem);
    return result;
  },
};
