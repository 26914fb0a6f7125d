import type { HostConditions } from './host-conditions.js';
import type { InstanceSamples } from './stress-samples.js';
import type { WaitHistogram } from './wait-histogram.js';

/**
 * What one trial measured, summed over its tasks. Counters cover exactly the measured window of
 * `seconds`; histograms cover every hold and wait that began in the window, to its end.
 */
export interface TrialSamples {
  readonly sequence: number;
  readonly round: number;
  /** Index into `plan.kernels`. */
  readonly kernelIndex: number;
  /** False when the window was cut short by a signal. */
  readonly complete: boolean;
  /** Length of the measured window, seconds. */
  readonly seconds: number;
  readonly counters: Counters;
  readonly peaks: Peaks;
  readonly mmapSem: MmapSemSamples;
  /** Of stressors with instances: each of them, from its start to its end. */
  readonly instances?: readonly InstanceSamples[];
  /** What only an engine with a clock of its own can know. */
  readonly simulated?: SimulatedFacts;
}

export interface SimulatedFacts {
  /** When the last task came to its end, in virtual time from the window's opening, ns. */
  readonly endNs: number;
  /** What the CPUs spent the window on, by category, ns summed over all CPUs. */
  readonly cpuNs: Readonly<Record<string, number>>;
  /** Hash of all that happened, in order: equal hashes, equal simulations. */
  readonly traceHash: string;
}

export interface Counters {
  /** Page faults as perf counts them: populate is not counted, a SIGSEGV counts here only. */
  readonly faultsTotal: number;
  readonly faultsMinor: number;
  readonly faultsMajor: number;
  readonly sigsegv: number;
  /** Faults that found no page frame or no page-table page. */
  readonly outOfMemory: number;
  /** This and all about munmap without the calls of writers. */
  readonly mmapCalls: number;
  readonly munmapCalls: number;
  /** Address range that munmap has walked, counted as it goes, bytes. */
  readonly munmapBytes: number;
  /** Time spent inside munmap calls that returned in the window, ns. */
  readonly munmapNs: number;
  /** Pages that writers have mapped and unmapped again. */
  readonly writerCalls: number;
  /** munmap and mmap calls that failed, those of writers included. */
  readonly failedCalls: number;
  /** Writers that took mmap_sem ahead of queued waiters. */
  readonly writerSteals: number;
  /** TLB flushes that dirty pages of shared files forced on whoever unmapped them; of runs with files. */
  readonly dirtyFlushes?: number;
  /** Operations of stressors that have instances. */
  readonly bogoOps?: number;
}

export interface Peaks {
  /** Largest resident set of any one address space, pages. */
  readonly rssPagesMax: number;
  /** Largest number of VMAs of any one address space. */
  readonly mapCountMax: number;
}

export interface MmapSemSamples {
  /** From acquisition for write to release or downgrade, all of them. */
  readonly writeHold: WaitHistogram;
  /** Waits for read, of page faults and all others; uncontended is a wait of 0 ns. */
  readonly readWait: WaitHistogram;
  /** Waits of page faults alone, from the failed trylock on. */
  readonly faultWait: WaitHistogram;
  /** Waits for write; an uncontended acquisition is a wait of 0 ns. */
  readonly writeWait: WaitHistogram;
}

/** All trials of a run in the order they were measured, warm-up left out. */
export interface RunSamples {
  readonly trials: readonly TrialSamples[];
  /** True when a signal ended the run early. */
  readonly partial: boolean;
  /** What the engine knows that a reader of the numbers should; a sentence each. */
  readonly notes: readonly string[];
  /** What the machine did meanwhile; none where it is simulated. */
  readonly conditions?: HostConditions;
  /** Wall-clock start of the run, ISO 8601. */
  readonly startedAt: string;
  /** Whole run including warm-up and teardown, seconds. */
  readonly elapsedSeconds: number;
}
