import type { Counters, Peaks, TrialSamples } from '../samples/samples.js';
import { medianInterval } from './bootstrap.js';
import { median } from './median.js';
import {
  summarizeMmapSem,
  summarizeRound,
  type MmapSemSummary,
  type RoundSummary,
} from './round.js';

/** Median over rounds with its 95 % interval; all null when no round has a value. */
export interface Estimate {
  readonly median: number | null;
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
}

/** Everything about one kernel of a run, over its usable rounds unless said otherwise. */
export interface KernelSummary {
  /** Unique within the run: `pristine`, `pristine#2`. */
  readonly label: string;
  readonly kernel: string;
  readonly faultsPerSecond: Estimate;
  readonly munmapBytesPerSecond: Estimate;
  readonly munmapCallsPerSecond: Estimate;
  readonly writerCallsPerSecond: Estimate;
  readonly perf: PerfTotals;
  readonly mmapSem: MmapSemSummary;
  readonly writerSteals: number;
  readonly peaks: Peaks;
  readonly failedCalls: number;
  readonly munmap: MunmapTotals;
  /** What simulated CPUs spent their time on, by category, ns summed over CPUs and rounds. */
  readonly cpuNs?: Readonly<Record<string, number>>;
  /** Every round that was begun, usable or not. */
  readonly rounds: readonly RoundSummary[];
}

/** Page faults under the names that perf gives them. */
export interface PerfTotals {
  readonly pageFaultsTotal: number;
  readonly pageFaultsMinor: number;
  readonly pageFaultsMajor: number;
  readonly sigsegv: number;
}

export interface MunmapTotals {
  readonly calls: number;
  readonly bytes: number;
  readonly ns: number;
}

/**
 * The rounds that numbers are made of: the complete ones, or, if a signal came before there was
 * one, whatever there is.
 */
export function usable<T extends { readonly complete: boolean }>(
  rounds: readonly T[],
): readonly T[] {
  const complete = rounds.filter((round) => round.complete);
  return complete.length > 0 ? complete : rounds;
}

/** `trials` are all of one kernel's, in the order measured; none gives null estimates and zeros. */
export function summarizeKernel(
  label: string,
  kernel: string,
  trials: readonly TrialSamples[],
  seed: number,
): KernelSummary {
  const rounds = trials.map(summarizeRound);
  const used = usable(rounds);
  const sum = (field: keyof Counters): number =>
    used.reduce((total, round) => total + (round.counters[field] ?? 0), 0);
  const peak = (field: keyof Peaks): number =>
    used.reduce((highest, round) => Math.max(highest, round.peaks[field]), 0);
  const rate = (valueOf: (round: RoundSummary) => number | null): Estimate =>
    estimate(used.map(valueOf), seed);
  return {
    label,
    kernel,
    faultsPerSecond: rate((round) => round.faultsPerSecond),
    munmapBytesPerSecond: rate((round) => round.munmapBytesPerSecond),
    munmapCallsPerSecond: rate((round) => round.munmapCallsPerSecond),
    writerCallsPerSecond: rate((round) => round.writerCallsPerSecond),
    perf: {
      pageFaultsTotal: sum('faultsTotal'),
      pageFaultsMinor: sum('faultsMinor'),
      pageFaultsMajor: sum('faultsMajor'),
      sigsegv: sum('sigsegv'),
    },
    mmapSem: summarizeMmapSem(usable(trials)),
    writerSteals: sum('writerSteals'),
    peaks: { rssPagesMax: peak('rssPagesMax'), mapCountMax: peak('mapCountMax') },
    failedCalls: sum('failedCalls'),
    munmap: { calls: sum('munmapCalls'), bytes: sum('munmapBytes'), ns: sum('munmapNs') },
    ...cpuTime(used),
    rounds,
  };
}

/** Nothing where CPUs are real ones. */
function cpuTime(rounds: readonly RoundSummary[]): Pick<KernelSummary, 'cpuNs'> {
  const all = rounds.flatMap(({ simulated }) => (simulated === undefined ? [] : [simulated.cpuNs]));
  const [first] = all;
  if (first === undefined) return {};
  const sumOf = (category: string): number => all.reduce((sum, cpuNs) => sum + cpuNs[category]!, 0);
  return { cpuNs: Object.fromEntries(Object.keys(first).map((name) => [name, sumOf(name)])) };
}

function estimate(values: readonly (number | null)[], seed: number): Estimate {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { median: null, ciLow: null, ciHigh: null };
  const interval = medianInterval(known, seed);
  return { median: median(known), ciLow: interval.low, ciHigh: interval.high };
}
