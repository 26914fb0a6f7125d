/** What a conformance case is: a name, what it asserts, and the run that finds out. */
import type { Kernel } from '../mm/kernels.js';
import type { KernelRules } from '../mm/kernel-rules.js';
import type { ProcessOptions, SimulatedProcess } from '../process/process.js';

interface Described {
  /** Kebab case, unique. */
  readonly name: string;
  /** One sentence. */
  readonly asserts: string;
  /** The test of the Linux Test Project that it follows. */
  readonly ltp?: string;
}

/** One task by hand. Its invariants (`process.check()`) are looked at after the run. */
export interface LoneCase extends Described {
  /** What differs from an ordinary process. */
  readonly options?: Partial<Pick<ProcessOptions, 'maxMapCount' | 'frames'>>;
  /** Limits that differ from those of the version. */
  readonly limits?: Partial<KernelRules>;
  /** Throws Unmet. */
  readonly run: (process: SimulatedProcess, rules: KernelRules) => void;
}

/** What a case of several tasks is run on. */
export interface Setting {
  readonly kernel: Kernel;
  readonly thresholdPages: number;
  readonly rules: KernelRules;
}

/** Several tasks at once, under many schedules. */
export interface ConcurrentCase extends Described {
  /** Throws Unmet, with the seed of the schedule that showed it. */
  readonly race: (setting: Setting) => void;
}

export type VerifyCase = LoneCase | ConcurrentCase;
