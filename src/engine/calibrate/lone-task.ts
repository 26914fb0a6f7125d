/**
 * What one task costs, measured on the CPU, the recorder and the workload that the threads engine has.
 * Sizes are real ones: the simulated tables and frames of a GiB do not fit a core's own cache.
 */
import { accessPages } from '../../mm/access.js';
import { populate } from '../../mm/populate.js';
import { ACCESS } from '../../mm/fault-result.js';
import { kernelByName } from '../../mm/kernels.js';
import {
  FRAME,
  FRAME_COUNT_ONE,
  FRAME_WORDS,
  PAGE_SIZE,
  PCP,
  STAT,
  STAT_COUNT,
} from '../../mm/layout.js';
import type { Mm } from '../../mm/mm.js';
import { mmap } from '../../mm/mmap.js';
import { munmap } from '../../mm/munmap/strategy.js';
import type { Cpu } from '../../mm/op.js';
import { PCP_BATCH, PCP_HIGH, freeFrames, refill, tryAllocFrame } from '../../mm/page-alloc.js';
import { downReadTrylock, tryUpRead } from '../../mm/rwsem.js';
import { flushTlb } from '../../mm/tlb.js';
import { VM_READ, VM_WRITE } from '../../mm/vma.js';
import type { LoneRound } from '../../samples/calibration.js';
import { assert } from '../../util/assert.js';
import { Prng, STREAM } from '../../util/prng.js';
import { stressorByName } from '../../workload/stressors/index.js';
import { drive } from '../threads/cpu.js';
import { CALIBRATED } from './plan.js';
import { Stopwatch } from './stopwatch.js';

/** Times the workload maps, touches and unmaps its share in one round. */
const CYCLES = 4;
/** Stretches of everything else, and what one of them repeats. */
const STRETCHES = 24;
const TINY_CYCLES = 40;
const LOCK_PAIRS = 4000;
const FLUSHES = 200;
/** Pages of a stretch of faults, half a millisecond. */
const STRETCH_PAGES = 8192;
const REFILLS = PCP_HIGH / PCP_BATCH;
const REFILL_REPEATS = 12;

type TinyMeasure = 'failedCall' | 'mmap' | 'munmap' | 'firstWrite' | 'lastUnmap';

/** All rounds of one task; whoever makes it sees to it that the isolate has no other CPU. */
export class LoneTask {
  readonly #cpu: Cpu;
  readonly #mm: Mm;
  readonly #watch = new Stopwatch();

  constructor(cpu: Cpu, mm: Mm) {
    this.#cpu = cpu;
    this.#mm = mm;
  }

  /** `kernel`: whose munmap the workload calls. */
  round(kernel: string): LoneRound {
    const tiny = stretches(STRETCHES, () => this.#tinyMappings());
    const frames = this.#frames();
    return {
      ...this.#workload(kernel),
      populatePage: this.#populate(),
      ...columns(tiny),
      lockPair: stretches(STRETCHES, () => this.#lockPairs()),
      ...frames,
      flush: stretches(STRETCHES, () => this.#flushes()),
    };
  }

  /** Whole cycles of the stressor itself; it looks up between runs of faults, munmap times itself. */
  #workload(kernel: string): Pick<LoneRound, 'fault' | 'unmapPage'> {
    const { km, stat } = this.#cpu;
    const { stats } = km;
    const values = { fault: [] as number[], unmapPage: [] as number[] };
    let sinceMs = 0;
    let before = 0;
    const look = (): boolean => {
      const faults = stats[stat + STAT.faultsTotal]!;
      const isStart = faults === 0;
      if (isStart || faults - before >= STRETCH_PAGES) {
        const nowMs = performance.now();
        if (!isStart) values.fault.push(((nowMs - sinceMs) * 1e6) / (faults - before));
        sinceMs = nowMs;
        before = faults;
      }
      return stats[stat + STAT.munmapCalls]! > 0;
    };
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const run = stressorByName(CALIBRATED.stressor).start({
        cpu: this.#cpu,
        mm: this.#mm,
        kernel: kernelByName(kernel),
        task: 0,
        tasks: 1,
        bytes: CALIBRATED.bytesPerTask,
        thresholdPages: CALIBRATED.thresholdBytes / PAGE_SIZE,
        phase: 0,
        prng: new Prng(0, STREAM.task, 0),
        stopping: look,
      });
      drive(this.#cpu, run.setup());
      stats.fill(0, stat, stat + STAT_COUNT);
      drive(this.#cpu, run.program());
      values.unmapPage.push(stats[stat + STAT.munmapNs]! / stats[stat + STAT.munmapPages]!);
    }
    return values;
  }

  #populate(): number[] {
    const pages = CALIBRATED.bytesPerTask / PAGE_SIZE;
    const address = this.#map(pages);
    const values: number[] = [];
    for (let done = 0; done < pages; done += STRETCH_PAGES) {
      const first = address / PAGE_SIZE + done;
      const ns = this.#watch.time(() => {
        drive(this.#cpu, populate(this.#cpu, this.#mm, first, STRETCH_PAGES));
      });
      values.push(ns / STRETCH_PAGES);
    }
    this.#unmap(address, pages);
    return values;
  }

  #tinyMappings(): Readonly<Record<TinyMeasure, number>> {
    const sums = { failedCall: 0, mmap: 0, munmap: 0, firstWrite: 0, lastUnmap: 0 };
    const watch = this.#watch;
    let address = 0;
    const map = (): void => void (address = this.#map(1));
    const callInVain = (): void => {
      this.#callInVain();
    };
    const unmap = (): void => {
      this.#unmap(address, 1);
    };
    for (let i = 0; i < TINY_CYCLES; i++) {
      sums.mmap += watch.time(map);
      sums.munmap += watch.time(unmap);
      map();
      const page = address / PAGE_SIZE;
      sums.firstWrite += watch.time(() => {
        drive(this.#cpu, accessPages(this.#cpu, this.#mm, page, 1, ACCESS.store, 1));
      });
      sums.lastUnmap += watch.time(unmap);
      sums.failedCall += watch.time(callInVain);
    }
    return {
      failedCall: sums.failedCall / TINY_CYCLES,
      mmap: sums.mmap / TINY_CYCLES,
      munmap: sums.munmap / TINY_CYCLES,
      firstWrite: sums.firstWrite / TINY_CYCLES,
      lastUnmap: sums.lastUnmap / TINY_CYCLES,
    };
  }

  #lockPairs(): number {
    const cpu = this.#cpu;
    const { sem } = this.#mm;
    let taken = 0;
    const ns = this.#watch.time(() => {
      for (let i = 0; i < LOCK_PAIRS; i++) {
        if (downReadTrylock(cpu, sem)) taken += 1;
        tryUpRead(cpu, sem);
      }
    });
    assert(taken === LOCK_PAIRS, 'a rwsem that nobody else knows was taken');
    return ns / LOCK_PAIRS;
  }

  /** Refills the CPU's list to its high mark, empties it, over and over; then frees all of it. */
  #frames(): Pick<LoneRound, 'refill' | 'takeFrame' | 'freeFrame'> {
    const cpu = this.#cpu;
    const { words } = cpu.km;
    const early: number[] = [];
    while (words[cpu.pcp + PCP.head] !== words[cpu.pcp + PCP.tail]) early.push(tryAllocFrame(cpu));
    const taken = stretches(STRETCHES, () => this.#takeFrames());
    const freed = taken.map(({ list }) => this.#free(list));
    this.#free(Int32Array.from(early));
    const perPage = REFILL_REPEATS * PCP_HIGH;
    return {
      refill: taken.map(({ refillNs }) => refillNs / (REFILL_REPEATS * REFILLS)),
      takeFrame: taken.map(({ takeNs }) => takeNs / perPage),
      freeFrame: freed.map((ns) => ns / perPage),
    };
  }

  #takeFrames(): { refillNs: number; takeNs: number; list: Int32Array } {
    const cpu = this.#cpu;
    const list = new Int32Array(REFILL_REPEATS * PCP_HIGH);
    let refillNs = 0;
    let takeNs = 0;
    for (let filled = 0; filled < list.length; filled += PCP_HIGH) {
      refillNs += this.#watch.time(() => {
        for (let i = 0; i < REFILLS; i++) drive(cpu, refill(cpu));
      });
      takeNs += this.#watch.time(() => {
        for (let i = 0; i < PCP_HIGH; i++) list[filled + i] = tryAllocFrame(cpu);
      });
    }
    return { refillNs, takeNs, list };
  }

  /** Frees pages as if they had been mapped and zapped; ns. */
  #free(list: Int32Array): number {
    const { frames } = this.#cpu.km;
    for (const frame of list) frames[frame * FRAME_WORDS + FRAME.state] = FRAME_COUNT_ONE;
    return this.#watch.time(() => {
      drive(this.#cpu, freeFrames(this.#cpu, list, list.length));
    });
  }

  #flushes(): number {
    const ns = this.#watch.time(() => {
      for (let i = 0; i < FLUSHES; i++) drive(this.#cpu, flushTlb(this.#cpu, this.#mm));
    });
    return ns / FLUSHES;
  }

  #map(pages: number): number {
    const request = { bytes: pages * PAGE_SIZE, prot: VM_READ | VM_WRITE };
    const address = drive(this.#cpu, mmap(this.#cpu, this.#mm, request));
    assert(address > 0, `mmap failed with ${address}`);
    return address;
  }

  /** No address of a page: the call goes no further than its entry. */
  #callInVain(): void {
    const how = { strategy: kernelByName(CALIBRATED.kernels[0]).munmap, thresholdPages: 1 };
    const failed = drive(this.#cpu, munmap(this.#cpu, this.#mm, how, 1, PAGE_SIZE));
    assert(failed !== 0, 'munmap of half a page went through');
  }

  /** The old way, under one hold of mmap_sem. */
  #unmap(address: number, pages: number): void {
    const how = { strategy: kernelByName(CALIBRATED.kernels[0]).munmap, thresholdPages: 1 };
    const failed = drive(this.#cpu, munmap(this.#cpu, this.#mm, how, address, pages * PAGE_SIZE));
    assert(failed === 0, `munmap failed with ${failed}`);
  }
}

function stretches<T>(count: number, stretch: () => T): T[] {
  return Array.from({ length: count }, stretch);
}

/** From rows of named values to a list of values by name. */
function columns<Name extends string>(
  rows: readonly Readonly<Record<Name, number>>[],
): Record<Name, number[]> {
  const names = Object.keys(rows[0]!) as Name[];
  const lists = names.map((name) => [name, rows.map((row) => row[name])] as const);
  return Object.fromEntries(lists) as Record<Name, number[]>;
}
