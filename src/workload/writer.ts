/**
 * What a small program does all the time, as a load on mmap_sem: a writer beside the tasks of a
 * stressor sleeps, maps one page and unmaps it again by the kernel's own strategy, for ever. It takes
 * mmap_sem for write twice, each time for as long as the least of all changes takes, and faults never.
 */
import type { Kernel } from '../mm/kernels.js';
import { PAGE_SIZE } from '../mm/layout.js';
import type { Mm } from '../mm/mm.js';
import { mmap } from '../mm/mmap.js';
import { munmap } from '../mm/munmap/strategy.js';
import { STOP, type Cpu, type Op } from '../mm/op.js';
import { VM_READ, VM_WRITE } from '../mm/vma.js';
import type { Prng } from '../util/prng.js';
import type { StressorRun } from './stressor.js';

/** A writer looks this often whether the window is still open, ns. */
const NAP_NS_MAX = 10_000_000;

export interface WriterTask {
  readonly cpu: Cpu;
  readonly mm: Mm;
  readonly kernel: Kernel;
  readonly thresholdPages: number;
  /** Mean time between two operations, ns; each is drawn evenly from half of it to one and a half. */
  readonly gapNs: number;
  readonly prng: Prng;
  stopping(): boolean;
}

export class Writer implements StressorRun {
  readonly #task: WriterTask;
  readonly #how: Parameters<typeof munmap>[2];

  constructor(task: WriterTask) {
    this.#task = task;
    this.#how = { strategy: task.kernel.munmap, thresholdPages: task.thresholdPages };
  }

  /** A writer brings nothing along. */
  *setup(): Op<void> {
    // Nothing to do.
  }

  *program(): Op<void> {
    const { cpu, mm } = this.#task;
    while (!this.#task.stopping()) {
      yield* this.#pause();
      if (this.#task.stopping()) return;
      const address = yield* mmap(cpu, mm, { bytes: PAGE_SIZE, prot: VM_READ | VM_WRITE });
      if (address >= 0) yield* munmap(cpu, mm, this.#how, address, PAGE_SIZE);
    }
  }

  /** Off the CPU until the next operation is due, or the window has closed. */
  *#pause(): Op<void> {
    const { cpu, gapNs, prng } = this.#task;
    let now = cpu.now();
    const due = now + Math.floor(gapNs / 2) + prng.below(gapNs + 1);
    while (now < due && !this.#task.stopping()) {
      cpu.pauseUntilNs = Math.min(due, now + NAP_NS_MAX);
      yield STOP.pause;
      now = cpu.now();
    }
  }
}
