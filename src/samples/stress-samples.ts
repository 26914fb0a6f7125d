/** What one instance of a stressor did in a run, from its start to its end. */
export interface InstanceSamples {
  /** Index into the plan's entries, and into the entry's instances. */
  readonly entry: number;
  readonly instance: number;
  readonly bogoOps: number;
  /** From its first task's start to its last task's end, ns. */
  readonly realNs: number;
  /** On a CPU, all its tasks: their own work, and the kernel's for them, ns. */
  readonly userNs: number;
  readonly systemNs: number;
  /** Largest resident set of any of its processes, pages. */
  readonly rssPagesMax: number;
  readonly faults: InstanceFaults;
  /** Times that a task slept for a lock, or for the disk. */
  readonly contextSwitches: number;
  /** System calls made, by name. */
  readonly calls: Readonly<Record<string, number>>;
  readonly metrics: readonly HogMetric[];
  /** What `--verify` and a stressor's own checks have found wrong; a sentence each. */
  readonly failures: readonly string[];
  /** What it could not get, for want of memory, VMAs or files; it ended early for that. */
  readonly shortages: readonly string[];
}

/** As perf counts them, and those that the kernel took for itself, which getrusage adds. */
export interface InstanceFaults {
  readonly total: number;
  readonly minor: number;
  readonly major: number;
  readonly kernelMinor: number;
  readonly kernelMajor: number;
}

/** A number that a stressor has beside its bogo-ops: `nanosecs per page unmap`. */
export interface HogMetric {
  /** As stress-ng prints it. */
  readonly description: string;
  readonly value: number;
  /** How those of several instances become one. */
  readonly mean: 'geometric' | 'harmonic' | 'total' | 'maximum';
}
