/** What a torture run is asked to do, and what it measures: plain data for every stage after it. */
import type { WaitHistogram } from './wait-histogram.js';

export const TORTURE_ROLES = ['reader', 'writer', 'downgrader'] as const;

/** What a task does with the lock, over and over: the whole run in one role. */
export type TortureRole = (typeof TORTURE_ROLES)[number];

export interface TorturePlan {
  readonly readers: number;
  readonly writers: number;
  /** Tasks that take the lock for write, downgrade it, and give it up as readers. */
  readonly downgraders: number;
  /** Policies of the rwsem, run one after the other. */
  readonly policies: readonly string[];
  /** Whether writers may spin, where the policy has them spin. */
  readonly spin: boolean;
  /** Time per policy, seconds. */
  readonly seconds: number;
  /** Who waits longer starves; if nobody gets on for as long, the run has failed. */
  readonly stallSeconds: number;
  readonly seed: number;
}

/** One task's acquisitions that began in the window, to their ends. */
export interface TortureTaskSamples {
  readonly task: number;
  readonly role: TortureRole;
  /** Sections that the task was in; a downgrader's write and read halves are one. */
  readonly acquisitions: number;
  /** Those of them that took the slow path. */
  readonly contended: number;
  /** Attempts that ended without the lock: trylocks, and killable waits that a signal ended. */
  readonly trylocksFailed: number;
  readonly waitsKilled: number;
  /** Acquisitions ahead of those who were queued, while spinning, and by being handed the lock. */
  readonly writerSteals: number;
  readonly readerSteals: number;
  readonly spinAcquired: number;
  readonly handoffs: number;
  /** One value per acquisition; uncontended is a wait of 0 ns. */
  readonly wait: WaitHistogram;
  /** From acquisition to release. */
  readonly hold: WaitHistogram;
}

/** One policy's run. */
export interface TortureTrialSamples {
  readonly policy: string;
  /** Length of the window, seconds. */
  readonly seconds: number;
  /** False when the window was cut short by a signal. */
  readonly complete: boolean;
  readonly tasks: readonly TortureTaskSamples[];
}

export interface TortureSamples {
  readonly trials: readonly TortureTrialSamples[];
  /** True when a signal ended the run early. */
  readonly partial: boolean;
  /** Wall-clock start of the run, ISO 8601. */
  readonly startedAt: string;
  readonly elapsedSeconds: number;
}

export function tortureTasks(plan: TorturePlan): number {
  return plan.readers + plan.writers + plan.downgraders;
}

/** Readers have the lowest task numbers, downgraders the highest. */
export function roleOfTask(plan: TorturePlan, task: number): TortureRole {
  if (task < plan.readers) return 'reader';
  return task < plan.readers + plan.writers ? 'writer' : 'downgrader';
}
