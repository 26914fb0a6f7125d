import type { Counters, Peaks, SimulatedFacts, TrialSamples } from '../samples/samples.js';
import type { InstanceSamples } from '../samples/stress-samples.js';
import { WaitHistogram, type WaitSummary } from '../samples/wait-histogram.js';

/** Times of mmap_sem, ns. */
export interface MmapSemSummary {
  readonly writeHoldNs: WaitSummary;
  readonly readWaitNs: WaitSummary;
  readonly faultWaitNs: WaitSummary;
  readonly writeWaitNs: WaitSummary;
}

/** One kernel in one round: what was counted, and the rates and times that follow from it. */
export interface RoundSummary {
  /** Counted from 0. */
  readonly round: number;
  readonly sequence: number;
  /** False when a signal cut the window short. */
  readonly complete: boolean;
  /** Length of the measured window, seconds. */
  readonly seconds: number;
  readonly counters: Counters;
  readonly peaks: Peaks;
  /** The rates are null in a window of no length. */
  readonly faultsPerSecond: number | null;
  readonly munmapBytesPerSecond: number | null;
  readonly munmapCallsPerSecond: number | null;
  readonly writerCallsPerSecond: number | null;
  readonly mmapSem: MmapSemSummary;
  /** Of stressors with instances. */
  readonly instances?: readonly InstanceSamples[];
  readonly simulated?: SimulatedFacts;
}

export function summarizeRound(trial: TrialSamples): RoundSummary {
  return {
    round: trial.round,
    sequence: trial.sequence,
    complete: trial.complete,
    seconds: trial.seconds,
    counters: trial.counters,
    peaks: trial.peaks,
    ...ratesOf(trial),
    mmapSem: summarizeMmapSem([trial]),
    ...(trial.instances === undefined ? {} : { instances: trial.instances }),
    ...(trial.simulated === undefined ? {} : { simulated: trial.simulated }),
  };
}

/** The rates that follow from what was counted in a window, also of one that was read back. */
export function ratesOf({
  counters,
  seconds,
}: Pick<RoundSummary, 'counters' | 'seconds'>): Pick<
  RoundSummary,
  'faultsPerSecond' | 'munmapBytesPerSecond' | 'munmapCallsPerSecond' | 'writerCallsPerSecond'
> {
  const perSecond = (count: number): number | null => (seconds > 0 ? count / seconds : null);
  return {
    faultsPerSecond: perSecond(counters.faultsTotal),
    munmapBytesPerSecond: perSecond(counters.munmapBytes),
    munmapCallsPerSecond: perSecond(counters.munmapCalls),
    writerCallsPerSecond: perSecond(counters.writerCalls),
  };
}

/** Percentiles over several trials: of the merged histograms, never of the trials' percentiles. */
export function summarizeMmapSem(trials: readonly TrialSamples[]): MmapSemSummary {
  const merged = (field: keyof TrialSamples['mmapSem']): WaitSummary =>
    WaitHistogram.merge(trials.map((trial) => trial.mmapSem[field])).summary();
  return {
    writeHoldNs: merged('writeHold'),
    readWaitNs: merged('readWait'),
    faultWaitNs: merged('faultWait'),
    writeWaitNs: merged('writeWait'),
  };
}
