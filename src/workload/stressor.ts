/** What a workload is: named stressors, one file each in `stressors/`. */
import type { Kernel } from '../mm/kernels.js';
import type { Mm } from '../mm/mm.js';
import type { HogReport } from './hog-run.js';
import type { Cpu, Op } from '../mm/op.js';
import type { Backing } from '../plan/memory.js';
import type { Prng } from '../util/prng.js';

/** What one simulated task of a stressor gets to work with. */
export interface StressorTask {
  readonly cpu: Cpu;
  readonly mm: Mm;
  readonly kernel: Kernel;
  /** Task number, from 0, and how many there are. */
  readonly task: number;
  readonly tasks: number;
  /** This task's share of the memory, bytes, whole pages. */
  readonly bytes: number;
  /** What the share is mapped from (`share.ts`); anonymous memory without it. */
  readonly backing?: Backing;
  readonly thresholdPages: number;
  /** Where in its cycle the task is when the measured window opens, 0 <= phase < 1. */
  readonly phase: number;
  readonly prng: Prng;
  /** True once the window has closed: finish what holds a lock, then return. */
  stopping(): boolean;
}

/** One task's work; `program` begins where `setup` has left the address space. */
export interface StressorRun {
  /** Before the window: brings the task to its phase. Not measured. */
  setup(): Op<void>;
  /** In the window: goes on until `stopping()`. */
  program(): Op<void>;
  /** After the window, with the address space still there: lets go of what no address space holds. */
  finish?(): Op<void>;
  /** After the program, what a task with an instance of its own has to say. */
  report?(): HogReport;
}

export interface Stressor {
  readonly name: string;
  readonly description: string;
  /** Whether its tasks map their shares, which may come from files then. */
  readonly mapsShare?: true;
  start(task: StressorTask): StressorRun;
}
