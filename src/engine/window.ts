/** Reading a trial's counters out of shared memory, live and at its end. */
import type { KernelMemory } from '../mm/kernel-memory.js';
import { MM, PAGE_SIZE, STAT } from '../mm/layout.js';
import type { Counters, Peaks } from '../samples/samples.js';

/** Of the tasks from `first` on, up to `end`. */
function total(
  km: KernelMemory,
  counter: number,
  first = 0,
  end: number = km.geometry.tasks,
): number {
  let sum = 0;
  for (let task = first; task < end; task++) {
    sum += km.stats[km.statIndex(task) + counter]!;
  }
  return sum;
}

/**
 * Sums over all tasks, at this moment; calls that succeeded, without those of writers, which are the
 * tasks from `tasks` on. Tasks zero their counters before the window opens.
 */
export function readCounters(km: KernelMemory, tasks: number): Counters {
  return {
    faultsTotal: total(km, STAT.faultsTotal),
    faultsMinor: total(km, STAT.faultsMinor),
    faultsMajor: total(km, STAT.faultsMajor),
    sigsegv: total(km, STAT.sigsegv),
    outOfMemory: total(km, STAT.outOfMemory),
    mmapCalls: total(km, STAT.mmapCalls, 0, tasks),
    munmapCalls: total(km, STAT.munmapCalls, 0, tasks),
    munmapBytes: total(km, STAT.munmapPages, 0, tasks) * PAGE_SIZE,
    munmapNs: total(km, STAT.munmapNs, 0, tasks),
    writerCalls: total(km, STAT.munmapCalls, tasks),
    failedCalls: total(km, STAT.failedCalls),
    writerSteals: total(km, STAT.writerSteals),
    ...(km.geometry.files === 0 ? {} : { dirtyFlushes: total(km, STAT.dirtyFlushes) }),
  };
}

/** Acquisitions of mmap_sem that found it free: waits of 0 ns, which no task recorded singly. */
export interface Uncontended {
  readonly faults: number;
  /** Readers that are not faults. */
  readonly reads: number;
  readonly writes: number;
}

export function readUncontended(km: KernelMemory): Uncontended {
  return {
    faults: total(km, STAT.faultsTotal) - total(km, STAT.trylockFailed),
    reads: total(km, STAT.readFast),
    writes: total(km, STAT.writeFast),
  };
}

export function readPeaks(km: KernelMemory): Peaks {
  let rssPagesMax = 0;
  let mapCountMax = 0;
  for (let mm = 0; mm < km.geometry.mms; mm++) {
    const at = km.mmAt(mm);
    rssPagesMax = Math.max(rssPagesMax, km.words[at + MM.rssMax]!);
    mapCountMax = Math.max(mapCountMax, km.words[at + MM.mapCountMax]!);
  }
  return { rssPagesMax, mapCountMax };
}
