/** What stress-ng's stressors came to, on a real kernel and on simulated ones. */
import { entryLabels } from './entry-labels.js';
import type { InstanceSamples } from './stress-samples.js';

/**
 * Who counted page faults. perf counts those that a program takes; getrusage those, too, that the
 * kernel takes for it when it populates, locks or copies.
 */
export type FaultsBy = 'perf' | 'getrusage';

export interface FaultCounts {
  readonly total: number;
  readonly minor: number;
  readonly major: number;
}

/** One stressor in one run, all its instances together. */
export interface StressorCounts {
  /** Unique in its run: the second entry of the same stressor is `mmap#2`. */
  readonly stressor: string;
  readonly bogoOps: number;
  /** Mean of its instances. */
  readonly seconds: number;
  /** Null where nothing could count them. */
  readonly faults: FaultCounts | null;
}

/** One kernel and all its runs, each with the stressors in the order of the command line. */
export interface HostColumn {
  /** `pristine`; of the real one `Linux 6.18.44`. */
  readonly kernel: string;
  readonly runs: readonly (readonly StressorCounts[])[];
}

/** The first is the real one. */
export interface HostSamples {
  readonly faultsBy: FaultsBy;
  readonly columns: readonly [HostColumn, ...HostColumn[]];
}

/** What a simulated kernel did in one run. */
export interface SimulatedRun {
  readonly kernel: string;
  /** In the order of the command line. */
  readonly entries: readonly SimulatedEntry[];
}

export interface SimulatedEntry {
  readonly stressor: string;
  readonly instances: readonly InstanceSamples[];
}

/** A simulated run in the shape of a real one, its faults counted as there. */
export function countsOfRun({ entries }: SimulatedRun, faultsBy: FaultsBy): StressorCounts[] {
  const labels = entryLabels(entries.map(({ stressor }) => stressor));
  return entries.map(({ instances }, entry) => {
    const sum = (value: (instance: InstanceSamples) => number): number =>
      instances.reduce((total, instance) => total + value(instance), 0);
    const byKernel = faultsBy === 'getrusage' ? 1 : 0;
    const minor = sum(({ faults }) => faults.minor + byKernel * faults.kernelMinor);
    const major = sum(({ faults }) => faults.major + byKernel * faults.kernelMajor);
    const total = faultsBy === 'perf' ? sum(({ faults }) => faults.total) : minor + major;
    return {
      stressor: labels[entry]!,
      bogoOps: sum(({ bogoOps }) => bogoOps),
      seconds: sum(({ realNs }) => realNs) / 1e9 / Math.max(1, instances.length),
      faults: { total, minor, major },
    };
  });
}
