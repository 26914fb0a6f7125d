/** What was asked of a fuzzing run, and what came of it. */
export interface FuzzPlan {
  readonly engine: 'threads' | 'explore';
  /** One after the other. */
  readonly kernels: readonly string[];
  /** Munmaps of at least this size take the large path. */
  readonly thresholdBytes: number;
  /** Version of Linux whose rules hold. */
  readonly linux: string;
  readonly tasks: number;
  /** Address spaces; task t is in number t % mms. */
  readonly mms: number;
  /** For every kernel. */
  readonly seconds: number;
  /** When no task gets on for so long, that is a finding. */
  readonly stallSeconds: number;
  readonly seed: number;
}

/** One task's calls, in the order in which it made them: `unmapTracked 12+3 = 0`. */
export interface FuzzProgram {
  readonly task: number;
  readonly calls: readonly string[];
}

export interface FuzzFinding {
  /** What was broken, on the first line; more may follow. */
  readonly message: string;
  /** Who saw it, null when it was found at rest. */
  readonly task: number | null;
  /** Calls that this task, or all of them at rest, had made. */
  readonly step: number;
  /** True when leaving out any one call more makes the finding go away. */
  readonly isShrunk: boolean;
  /** Shrunk, or the last calls of every task. */
  readonly programs: readonly FuzzProgram[];
  /** The command that does it again; on threads, that tries to. */
  readonly replay: string;
  /** What the explore engine found of the same kernel in a few seconds, where this cannot be shrunk. */
  readonly shorter: FuzzFinding | null;
}

export interface FuzzTrialSamples {
  readonly kernel: string;
  readonly seconds: number;
  readonly calls: number;
  /** How often all invariants were looked at. */
  readonly checks: number;
  /** False when a signal or a finding ended it early. */
  readonly complete: boolean;
  readonly finding: FuzzFinding | null;
}

export interface FuzzSamples {
  readonly trials: readonly FuzzTrialSamples[];
  /** True when a signal ended the run early. */
  readonly partial: boolean;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedSeconds: number;
}
