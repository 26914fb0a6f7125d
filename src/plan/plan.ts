import type { MachineModel } from './machine-model.js';
import type { MemorySettings } from './memory.js';
import type { StressPlan } from './stress.js';

/** The rwsem policy of the kernel that all others are compared with (`src/mm/rwsem-policy.ts`). */
export const DEFAULT_RWSEM = 'fifo-4.17';

/**
 * A Plan is everything a run depends on, decided once and frozen: options are parsed, defaulted and
 * range-checked in `src/cli`, and nothing below it looks at an option again.
 *
 * Settings of memory are in it where they are not the defaults (`memory.ts`).
 */
export interface Plan extends Partial<MemorySettings> {
  readonly engine: 'threads' | 'virtual';
  /** The machine that is simulated; none on threads, which run on the one there is. */
  readonly machine?: MachineModel;
  /** Name of the stressor (a file in `src/workload/stressors`). */
  readonly stressor: string;
  /** Kernels in the order given; the first is the base of every comparison. Repeats are allowed (A/A). */
  readonly kernels: readonly string[];
  /** Simulated tasks that do the stressor's work, on threads one worker each. */
  readonly tasks: number;
  /** Further tasks, numbered behind those: each maps and unmaps a page now and then, no more. */
  readonly writers: number;
  /** Mean time that a writer sleeps between two such operations, whole ns. */
  readonly writerGapNs: number;
  /** Address spaces; task t lives in address space t % mms. */
  readonly mms: number;
  /** Total simulated memory that the tasks map, bytes. */
  readonly mmapBytes: number;
  /** Each task's share of `mmapBytes`, whole pages, at least one, bytes. */
  readonly bytesPerTask: number;
  /** Mappings of at least this many bytes take a kernel's large-munmap path. */
  readonly thresholdBytes: number;
  /** `vm.max_map_count` of every address space. */
  readonly maxMapCount: number;
  /** Name of the policy by which every rwsem of every kernel decides. */
  readonly rwsem: string;
  /** Whether writers may spin on an owner that runs; false makes all of them sleep at once. */
  readonly rwsemSpin: boolean;
  readonly rounds: number;
  /** Measure these rounds over and over until then; without it they are measured once. */
  readonly until?: Until;
  /** Measured time of one kernel over `rounds` rounds, seconds, on the engine's clock. */
  readonly timeoutSeconds: number;
  readonly seed: number;
  /** What stress-ng would run, instead of tasks that all do the same; `stressor` names it then. */
  readonly stress?: StressPlan;
}

/** When a run whose number of rounds is not fixed ends. */
export interface Until {
  /** Half the width of the 95 % interval of every change in page faults/sec, a fraction. */
  readonly halfWidth: number;
  /** No batch of rounds begins that would end later than so long after the start; null: no matter. */
  readonly secondsMax: number | null;
}

/** A millisecond: often enough to meet every long munmap, and to leave the lock alone in between. */
export const DEFAULT_WRITER_GAP_NS = 1_000_000;

/** All tasks of a plan, writers included. */
export function taskCount({ tasks, writers }: Pick<Plan, 'tasks' | 'writers'>): number {
  return tasks + writers;
}

/** What a round is to the user: on a simulated machine, a simulation with a seed of its own. */
export function roundWord({ machine }: Pick<Plan, 'machine'>): 'round' | 'seed' {
  return machine === undefined ? 'round' : 'seed';
}

/** `2 tasks`, `2 tasks and 1 writer`. */
export function tasksInWords({ tasks, writers }: Pick<Plan, 'tasks' | 'writers'>): string {
  const words = tasks === 1 ? '1 task' : `${tasks} tasks`;
  if (writers === 0) return words;
  return `${words} and ${writers === 1 ? '1 writer' : `${writers} writers`}`;
}

/** One kernel on one workload for one round. */
export interface Trial {
  /** Position in the run, counted from 0 over all rounds. */
  readonly sequence: number;
  /** Round, counted from 0; warm-up trials are round -1. */
  readonly round: number;
  /** Index into `plan.kernels`. */
  readonly kernelIndex: number;
  readonly kernel: string;
  /** Measured time, seconds. */
  readonly seconds: number;
  /**
   * Where in its cycle each task that is no writer starts, as a fraction of its share that is already mapped and
   * present. The same for every kernel of a round.
   */
  readonly phases: readonly number[];
  /** Seed of the trial's random streams; the same for every kernel of a round. */
  readonly seed: number;
}

/**
 * Names that tell repeated kernels apart: `pristine,pristine` becomes `pristine`, `pristine#2`.
 */
export function kernelLabels(kernels: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return kernels.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}
