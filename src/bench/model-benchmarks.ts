/**
 * One row for each thing the simulated kernel does all day, and for what the harness and the
 * generators themselves cost.
 */
import { drive } from '../engine/threads/cpu.js';
import { accessPages } from '../mm/access.js';
import { ACCESS } from '../mm/fault-result.js';
import { kernelByName, kernelNames, type Kernel } from '../mm/kernels.js';
import { PAGE_SIZE } from '../mm/layout.js';
import { mmap } from '../mm/mmap.js';
import { munmap } from '../mm/munmap/strategy.js';
import { STOP, type Op } from '../mm/op.js';
import { downWrite, downReadTrylock, tryUpRead, upWrite } from '../mm/rwsem.js';
import { VM_READ, VM_WRITE } from '../mm/vma.js';
import { assert } from '../util/assert.js';
import { loneCpu, type LoneCpu } from './lone-cpu.js';
import {
  batchBenchmark,
  elapsedNsSince,
  loopBenchmark,
  type Benchmark,
  type Sample,
} from './measure.js';

/** 1 GiB: larger than the caches of the simulated tables and frames, small enough to repeat. */
const RANGE_PAGES = 262_144;
/** Pages of one op, as in the workload: between two, a task looks whether it should stop. */
const RUN_PAGES = 512;
/** Every mapping is large: the kernels' large-munmap paths are what is measured. */
const THRESHOLD_PAGES = 1;

function* stepForEver(): Op<void> {
  for (;;) yield STOP.step;
}

function* addWithoutStop(a: number, b: number): Op<number> {
  return (a + b) | 0;
}

function* sumOfAdds(count: number): Op<number> {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = yield* addWithoutStop(sum, i);
  return sum;
}

const harness: readonly Benchmark[] = [
  loopBenchmark('floor of the harness (empty loop)', () => (ops) => {
    let sum = 0;
    for (let i = 0; i < ops; i++) sum = (sum + i) | 0;
    return sum;
  }),
  loopBenchmark('generator step (yield and resume)', () => {
    const op = stepForEver();
    return (ops) => {
      let stops = 0;
      for (let i = 0; i < ops; i++) if (op.next().value === STOP.step) stops++;
      return stops;
    };
  }),
  loopBenchmark('generator call (yield* that does not stop)', () => (ops) => {
    return sumOfAdds(ops).next().value;
  }),
];

function lockPairs({ cpu, mm }: LoneCpu): Benchmark[] {
  return [
    loopBenchmark('read lock pair (downReadTrylock, tryUpRead)', () => (ops) => {
      let taken = 0;
      for (let i = 0; i < ops; i++) {
        if (downReadTrylock(cpu, mm.sem)) taken++;
        tryUpRead(cpu, mm.sem);
      }
      return taken;
    }),
    loopBenchmark('write lock pair (downWrite, upWrite)', () => (ops) => {
      for (let i = 0; i < ops; i++) {
        drive(cpu, downWrite(cpu, mm.sem));
        drive(cpu, upWrite(cpu, mm.sem));
      }
      return ops;
    }),
  ];
}

/** The main job, one pass at a time: which half of it is timed is the caller's choice. */
class Pass {
  readonly #lone: LoneCpu;
  readonly #how: { strategy: Kernel['munmap']; thresholdPages: number };
  #address = 0;

  constructor(lone: LoneCpu, kernel: string) {
    this.#lone = lone;
    this.#how = { strategy: kernelByName(kernel).munmap, thresholdPages: THRESHOLD_PAGES };
  }

  mapAndTouch(): Sample {
    const { cpu, mm } = this.#lone;
    const startMs = performance.now();
    const request = { bytes: RANGE_PAGES * PAGE_SIZE, prot: VM_READ | VM_WRITE };
    this.#address = drive(cpu, mmap(cpu, mm, request));
    const first = this.#address / PAGE_SIZE;
    let denied = 0;
    for (let page = first; page < first + RANGE_PAGES; page += RUN_PAGES) {
      denied += drive(cpu, accessPages(cpu, mm, page, RUN_PAGES, ACCESS.store, 1));
    }
    const ns = elapsedNsSince(startMs);
    assert(denied === 0, `${denied} pages of a new mapping could not be written`);
    return { ops: RANGE_PAGES, ns };
  }

  unmap(): Sample {
    const { cpu, mm } = this.#lone;
    const startMs = performance.now();
    const bytes = RANGE_PAGES * PAGE_SIZE;
    const result = drive(cpu, munmap(cpu, mm, this.#how, this.#address, bytes));
    const ns = elapsedNsSince(startMs);
    assert(result === 0, `munmap failed with ${result}`);
    return { ops: RANGE_PAGES, ns };
  }
}

function pageFault(lone: LoneCpu): Benchmark {
  return batchBenchmark('page fault (mmap of 1 GiB, one write a page)', () => {
    const pass = new Pass(lone, 'pristine');
    return () => {
      const touched = pass.mapAndTouch();
      pass.unmap();
      return touched;
    };
  });
}

function zappedPage(lone: LoneCpu, kernel: string): Benchmark {
  return batchBenchmark(`zapped page (munmap of 1 GiB, ${kernel})`, () => {
    const pass = new Pass(lone, kernel);
    return () => {
      pass.mapAndTouch();
      return pass.unmap();
    };
  });
}

/**
 * All rows share one CPU, because a task of the threads engine has a whole isolate to itself, and
 * the compiler makes the most of that: beside a second CPU, a fault takes half as long again.
 */
export function modelBenchmarks(): Benchmark[] {
  const lone = loneCpu(RANGE_PAGES);
  const kernels = kernelNames().map((kernel) => zappedPage(lone, kernel));
  return [...harness, ...lockPairs(lone), pageFault(lone), ...kernels];
}
