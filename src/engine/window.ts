/** Reading a trial's counters out of shared memory, live and at its end. */
import type { KernelMemory } from '../mm/kernel-memory.js';
import { MM, PAGE_SIZE, STAT, STAT_COUNT } from '../mm/layout.js';
import type { Counters, Peaks } from '../samples/samples.js';

/**
 * The counters of one task, which goes on meanwhile: copied in one go, and the page faults that have
 * begun once more behind those that have ended, so that there are never fewer.
 */
function countersOf(km: KernelMemory, task: number): Float64Array {
  const at = km.statIndex(task);
  const copy = km.stats.slice(at, at + STAT_COUNT);
  copy[STAT.faultsTotal] = km.stats[at + STAT.faultsTotal]!;
  return copy;
}

/** The sums over the tasks from `first` on, up to `end`. */
function totals(km: KernelMemory, first: number, end: number): Float64Array {
  const sums = new Float64Array(STAT_COUNT);
  for (let task = first; task < end; task++) {
    for (const [counter, value] of countersOf(km, task).entries()) sums[counter]! += value;
  }
  return sums;
}

/**
 * Sums over all tasks, at this moment; calls that succeeded, without those of writers, which are the
 * tasks from `tasks` on. Tasks zero their counters before the window opens.
 */
export function readCounters(km: KernelMemory, tasks: number): Counters {
  const stressors = totals(km, 0, tasks);
  const writers = totals(km, tasks, km.geometry.tasks);
  const own = (counter: keyof typeof STAT): number => stressors[STAT[counter]]!;
  const all = (counter: keyof typeof STAT): number => own(counter) + writers[STAT[counter]]!;
  return {
    faultsTotal: all('faultsTotal'),
    faultsMinor: all('faultsMinor'),
    faultsMajor: all('faultsMajor'),
    sigsegv: all('sigsegv'),
    outOfMemory: all('outOfMemory'),
    mmapCalls: own('mmapCalls'),
    munmapCalls: own('munmapCalls'),
    munmapBytes: own('munmapPages') * PAGE_SIZE,
    munmapNs: own('munmapNs'),
    writerCalls: writers[STAT.munmapCalls]!,
    failedCalls: all('failedCalls'),
    writerSteals: all('writerSteals'),
    ...(km.geometry.files === 0 ? {} : { dirtyFlushes: all('dirtyFlushes') }),
    ...((km.geometry.sharedWords ?? 0) === 0 ? {} : { bogoOps: all('bogoOps') }),
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
  const sums = totals(km, 0, km.geometry.tasks);
  return {
    faults: sums[STAT.faultsTotal]! - sums[STAT.trylockFailed]!,
    reads: sums[STAT.readFast]!,
    writes: sums[STAT.writeFast]!,
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
