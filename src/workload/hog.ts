/**
 * Stressors of stress-ng's kind ("hogs", as it says when it dispatches them), one file each in
 * `stressors/`. Where others have tasks that all do the same in one address space, a hog has instances:
 * each one or more processes of one or more threads, with settings, operations and metrics of its own.
 */
import type { Cpu, Op } from '../mm/op.js';
import type { SystemCalls } from '../mm/system-calls.js';
import type { HogOptions, StressSetting } from '../plan/stress.js';
import type { HogMetric } from '../samples/stress-samples.js';
import type { Prng } from '../util/prng.js';
import type { Meeting } from './meeting.js';

/** stress-ng's classes; a hog of ours that stress-ng has not is in `own`. */
export const HOG_CLASSES = [
  'vm',
  'os',
  'memory',
  'will-it-scale',
  'vm-scalability',
  'own',
] as const;
export type HogClass = (typeof HOG_CLASSES)[number];

/** What one of a hog's options takes; `preset` is its value when it is not given. */
export type HogOption = HogOptionText & (SwitchOption | SizeOption | CountOption | NameOption);

interface HogOptionText {
  /** One line for --help. */
  readonly help: string;
}

/** `--mmap-file`: false until it is given. `means`: other switches that it turns on, too. */
interface SwitchOption {
  readonly takes: 'nothing';
  readonly means?: readonly string[];
}

/** Bytes, with suffixes or `%` of the machine's memory. */
interface SizeOption {
  readonly takes: 'size';
  readonly preset: number;
  readonly min: number;
  readonly max: number;
}

/** A whole number; seconds count as one. */
interface CountOption {
  readonly takes: 'count';
  readonly preset: number;
  readonly min: number;
  readonly max: number;
}

interface NameOption {
  readonly takes: 'name';
  readonly preset: string;
  readonly names: readonly string[];
}

/** All that an instance goes by: the same for all of its tasks. */
export interface HogSetting extends StressSetting {
  readonly options: HogOptions;
  /** How many instances the entry has: totals are divided by it. */
  readonly instances: number;
  readonly opsPerInstance: number | null;
}

/** What the tasks of one instance are: every process has its own address space. */
export interface HogShape {
  readonly processes: number;
  readonly threadsPerProcess: number;
}

/** The most that one instance ever has at a time, all its processes together. */
export interface HogNeeds {
  /** Page frames, in memory and in page caches. */
  readonly pages: number;
  /** Page tables beyond those that `pages` fill, for pages that lie far apart. */
  readonly scatteredTables?: number;
  readonly files?: number;
  /** Pages of disk files, each of which takes a little more to keep what is on the disk. */
  readonly filePages?: number;
}

export interface Hog {
  /** As on the command line: `page-fault1-threads`. */
  readonly name: string;
  /** One line, for --help. */
  readonly description: string;
  readonly classes: readonly HogClass[];
  /** By their names behind the hog's own: `bytes` for `--mmap-bytes`. */
  readonly options: Readonly<Record<string, HogOption>>;
  /** All instances of an entry are threads of one process (will-it-scale's `_threads`). */
  readonly sharesMm?: true;
  /** Its processes end and begin again while it runs, so that it cannot share its mm with others. */
  readonly forks?: true;
  /**
   * It maps where it has found room a moment before, or unmaps what it has unmapped already, whoever may
   * have a mapping there by then: it cannot share its mm either.
   */
  readonly ownMm?: true;
  shape(setting: HogSetting): HogShape;
  needs(setting: HogSetting): HogNeeds;
  start(task: HogTask): HogRun;
}

/** Whether instances of a hog may be threads of one process (`--mms 1`). */
export function mayShareMm({ forks, ownMm }: Hog): boolean {
  return forks !== true && ownMm !== true;
}

/** What one task of an instance gets to work with. */
export interface HogTask {
  readonly cpu: Cpu;
  readonly calls: SystemCalls;
  readonly setting: HogSetting;
  /** Counted from 0: the instance in its entry, the process in its instance, the thread in its process. */
  readonly instance: number;
  readonly process: number;
  readonly thread: number;
  /** The task's own: the same for every kernel of a round. */
  readonly prng: Prng;
  /** Words that all tasks of the instance have in common, 0 at first, and where they wait for each other. */
  readonly meeting: Meeting;
  /** Counts bogo-ops; those of an instance that has a limit of them in one place, one task at a time. */
  bogo(ops?: number): Op<void>;
  /**
   * Time is up, or the instance has done all its operations: leave off, clean up, return. What other
   * tasks count at this moment may go unseen.
   */
  stopping(): boolean;
  /** A check has found something wrong; the instance has failed. */
  fail(what: string): void;
  /** The instance cannot go on for want of memory or the like. */
  runOut(what: string): void;
  /** exit(2) of a process whose other threads have ended: the next life of its mm begins empty. */
  exitProcess(): Op<void>;
}

/** One task's work. */
export interface HogRun {
  /** From the run's start to its end, with all that is mapped unmapped again, or left to exit. */
  program(): Op<void>;
  /** The instance's own numbers, asked of its first task at its end. */
  metrics?(): readonly HogMetric[];
}
