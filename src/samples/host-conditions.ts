/**
 * What the machine took from a run while it ran, as its operating system counted it from the start to
 * the end. Null where the system does not say.
 */
export interface HostConditions {
  /** CPUs that the process can run on. */
  readonly cpus: number;
  /** Share of all CPU time in which the hypervisor ran somebody else. */
  readonly stolenShare: number | null;
  /** CPUs that other processes kept busy, on average. */
  readonly othersCpus: number | null;
  /** CPUs that the control group may use at a time; null without a limit. */
  readonly cpuLimit: number | null;
  /** Periods in which the control group had used up its limit and was stopped. */
  readonly throttledPeriods: number | null;
  /** Times that a CPU slowed down because it was too hot. */
  readonly thermalThrottles: number | null;
}
