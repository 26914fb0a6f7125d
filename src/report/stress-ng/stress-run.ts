/** What one kernel made of a list of stressors, and the sums that stress-ng tells of it. */
import type { Compat } from '../../plan/stress.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { entryOpsPerSecond } from '../../stats/bogo-rate.js';

/** Numbers of one kernel in one round; of another round or kernel is another run. */
export interface StressRun {
  /** Label, unique among the kernels of a plan: `patched`, `pristine#2`. */
  readonly kernel: string;
  readonly compat: Compat;
  /** All instances were threads of one address space (`--mms 1`). */
  readonly sharedMm: boolean;
  /** False when a signal cut it short. */
  readonly isComplete: boolean;
  /** In the order of the plan, or of the plans where they ran one after the other. */
  readonly entries: readonly EntryRun[];
  /** From the start of the first entry to the end of the last, seconds. */
  readonly durationSeconds: number;
  readonly machine: StressMachine;
  readonly teller: Teller;
}

/** What is not as in stress-ng about all numbers of a run with `--mms 1`. */
export const SHARED_MM = 'all instances are threads of one address space';

/** `--mmap 4`, as it went. */
export interface EntryRun {
  /** As on the command line: `mmap`. */
  readonly stressor: string;
  /** One at least, in their order. */
  readonly instances: readonly InstanceSamples[];
  /** How long the stressors that ran side by side with it took together, seconds. */
  readonly durationSeconds: number;
  /** What an instance was to do. */
  readonly goal: EntryGoal;
}

/** An instance is done when its time is up, or its operations are done. */
export interface EntryGoal {
  readonly seconds: number;
  readonly opsPerInstance: number | null;
}

/** The machine that was simulated. */
export interface StressMachine {
  readonly name: string;
  readonly cpusConfigured: number;
  readonly cpusOnline: number;
  readonly memoryBytes: number;
}

/** Who tells of the run, and when. */
export interface Teller {
  readonly program: string;
  readonly version: string;
  readonly pid: number;
  readonly user: string;
  readonly hostname: string;
  /** Wall-clock start of the run, ISO 8601. */
  readonly startedAt: string;
}

/** The columns of stress-ng's metrics. Rates and shares of no time are 0, as there. */
export interface EntryTotals {
  readonly bogoOps: number;
  /** Mean over the instances. */
  readonly realSeconds: number;
  /** Sums over the instances. */
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly opsPerRealSecond: number;
  readonly opsPerCpuSecond: number;
  /** Of one CPU, per instance. */
  readonly cpuPercent: number;
  /** Largest of any instance. */
  readonly rssKb: number;
}

const PAGE_KB = 4;

/** Of all of an entry's instances, or of some. */
export function totalsOf(instances: readonly InstanceSamples[]): EntryTotals {
  const bogoOps = sumOf(instances, ({ bogoOps: ops }) => ops);
  const realSeconds = sumOf(instances, ({ realNs }) => realNs) / 1e9 / instances.length;
  const userSeconds = sumOf(instances, ({ userNs }) => userNs) / 1e9;
  const systemSeconds = sumOf(instances, ({ systemNs }) => systemNs) / 1e9;
  const cpuSeconds = userSeconds + systemSeconds;
  return {
    bogoOps,
    realSeconds,
    userSeconds,
    systemSeconds,
    opsPerRealSecond: entryOpsPerSecond(instances),
    opsPerCpuSecond: ratio(bogoOps, cpuSeconds),
    cpuPercent: ratio(100 * cpuSeconds, realSeconds) / instances.length,
    rssKb: PAGE_KB * Math.max(...instances.map(({ rssPagesMax }) => rssPagesMax)),
  };
}

export type Outcome = 'passed' | 'failed' | 'skipped';

/** What has run out of memory or the like counts as skipped, unless it has failed besides. */
export function outcomeOf({ failures, shortages }: InstanceSamples): Outcome {
  if (failures.length > 0) return 'failed';
  return shortages.length > 0 ? 'skipped' : 'passed';
}

/** Stressors have no underscores when stress-ng prints them. */
export function printedName(stressor: string): string {
  return stressor.replaceAll('_', '-');
}

export function sumOf<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + valueOf(item), 0);
}

/** 0 where there is nothing to divide by. */
export function ratio(value: number, by: number): number {
  return by > 0 ? value / by : 0;
}
