/** What a file of calls comes to: the memory calls of one process, in the order of their effects. */
import type { CallName } from './call-table.js';

/** What the real call returned: a number, or an error by its name such as `ENOMEM`. */
export type Recorded =
  | { readonly value: number; readonly error?: undefined }
  | { readonly error: string; readonly value?: undefined };

export interface Step {
  /** Counted from 1. */
  readonly line: number;
  /** As the file has it, without the result: `munmap(0x7f1946355000, 34547)`. */
  readonly text: string;
}

export interface CallStep extends Step {
  readonly name: CallName;
  /** One number per parameter that was given; the fd's number, 0 for mincore's vector. */
  readonly args: readonly number[];
  /** Path of the fd where the file tells it (strace -y). */
  readonly path: string | undefined;
  /** Undefined where no result follows: `= ?`, or lines that somebody wrote. */
  readonly recorded: Recorded | undefined;
}

/** `touch ADDR [LEN] r|w`: one access per page of a range; bytes. */
export interface TouchStep extends Step {
  readonly name: 'touch';
  readonly address: number;
  readonly bytes: number;
  readonly access: 'r' | 'w';
}

/** A line of /proc/PID/maps: what was mapped before the first call. */
export interface GivenMapping {
  readonly line: number;
  /** Bytes; `end` is the first that does not belong to it. */
  readonly start: number;
  readonly end: number;
  /** `rw-p` */
  readonly permissions: string;
  readonly offset: number;
  /** A file's name, `[heap]`, or empty. */
  readonly name: string;
}

export interface Program {
  readonly mappings: readonly GivenMapping[];
  readonly steps: readonly (CallStep | TouchStep)[];
  /** Lines of other calls, by the calls' names, in order of appearance. */
  readonly skipped: ReadonlyMap<string, number>;
  /** What was left out, and why; a sentence each. */
  readonly notes: readonly string[];
}
