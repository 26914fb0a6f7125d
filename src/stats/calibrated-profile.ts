/** From what a calibration measured to the machine profile that explains it, in whole nanoseconds. */
import { THIS_HOST, type CostEntry, type Profile } from '../plan/machine-model.js';
import type { CalibrationSamples, PairRound } from '../samples/calibration.js';
import { assert } from '../util/assert.js';
import { LONE_SOURCES, loneCosts, type LoneCosts } from './lone-costs.js';
import { median, quantile } from './median.js';

/** The quantiles of all repeats that make a range. */
const LOW = 0.1;
const HIGH = 0.9;
/** Whatever disturbs a stretch makes it longer: this quantile is one that nothing disturbed. */
const CALM = 0.25;
/** One that took so many times as long as a calm one was disturbed. */
const DISTURBED = 1.5;
/** Fewer stretches in which two tasks met say nothing. */
const MEETINGS_MIN = 20;

type PairCost = 'lineTransferNs' | 'wakeUpNs' | 'wakeLatencyNs';

/** For a machine on which two tasks do not run at a time. */
const PAIR_BELIEVED: Readonly<Record<PairCost, CostEntry>> = {
  lineTransferNs: believed(60, 20, 200, 'from another core, a guess: two tasks never met'),
  wakeUpNs: believed(5000, 500, 50_000, 'waking a thread, a guess'),
  wakeLatencyNs: believed(20_000, 1000, 200_000, 'until a thread runs, a guess'),
};

/** What a program cannot measure of the machine under it. */
const BELIEVED = {
  ipiNs: believed(100, 20, 1000, 'on threads an IPI is a word that its receiver looks at'),
  userPageNs: believed(0, 0, 1000, 'on threads a store stands for all bytes of its page'),
  copyPageNs: believed(30, 10, 200, 'on threads a word is copied for a page, found in the cache'),
  filePageNs: believed(100, 30, 1000, 'an entry of the page cache, a guess'),
  diskLatencyNs: believed(0, 0, 0, 'on threads files have no disk under them'),
  diskPageNs: believed(0, 0, 0, 'on threads files have no disk under them'),
  contextSwitchNs: believed(3000, 1000, 20_000, 'no trustworthy way to measure it from here'),
  sliceNs: believed(3_000_000, 750_000, 24_000_000, 'what Linux gives a task when others wait'),
  smtPercent: believed(150, 110, 200, 'work of a thread while its sibling is busy'),
  workSpreadPercent: believed(0, 0, 50, 'compiled code that nothing disturbs repeats itself'),
} as const;

/**
 * The profile of the machine that was calibrated. At least one round was measured.
 */
export function calibratedProfile(samples: CalibrationSamples): Profile {
  const { host, startedAt } = samples;
  const { cpus, threadsPerCore, cpuModel, memoryBytes } = host;
  assert(samples.lone.length > 0, 'a profile needs a round of measurements');
  const lone = loneEntries(samples);
  const pair = pairEntries(samples, lone.atomicNs.value);
  const day = startedAt.slice(0, 10);
  const { linkVmaNs } = lone;
  return {
    name: THIS_HOST,
    title: `${cpuModel}, ${cpus} CPUs: what the threads engine takes on it, ${day}`,
    topology: { sockets: 1, coresPerSocket: cpus / threadsPerCore, threadsPerCore },
    memoryBytes,
    costs: {
      ...lone,
      ...pair,
      ...BELIEVED,
      splitVmaNs: {
        ...linkVmaNs,
        source: 'taken for as much as linkVmaNs',
        sure: 'derived',
      },
      lineTransferRemoteNs: {
        ...pair.lineTransferNs,
        source: 'as lineTransferNs: all CPUs are taken for one socket',
        sure: 'general knowledge',
      },
    },
  };
}

/** Whether two tasks met often enough to say what a contended line costs. */
export function sawContention({ pairs }: CalibrationSamples): boolean {
  return allOf(pairs, 'contended').length >= MEETINGS_MIN;
}

function loneEntries({ lone, portions }: CalibrationSamples): Record<keyof LoneCosts, CostEntry> {
  const costs = loneCosts(typical(lone), portions, Math.round);
  // Every round by itself shows how far each can be trusted.
  const rounds = lone.map((round) => loneCosts(typical([round]), portions, (ns) => ns));
  const names = Object.keys(LONE_SOURCES) as (keyof LoneCosts)[];
  const entries = names.map((name) => {
    const values = rounds.map((round) => round[name]);
    return [name, measured(costs[name], values, LONE_SOURCES[name])] as const;
  });
  return Object.fromEntries(entries) as Record<keyof LoneCosts, CostEntry>;
}

function pairEntries(samples: CalibrationSamples, atomicNs: number): Record<PairCost, CostEntry> {
  const { pairs } = samples;
  if (pairs.length === 0) return PAIR_BELIEVED;
  const { lineTransferNs } = PAIR_BELIEVED;
  return {
    lineTransferNs: sawContention(samples) ? transferEntry(pairs, atomicNs) : lineTransferNs,
    wakeUpNs: wakeEntry(pairs, 'notify', 'Atomics.notify of a sleeper'),
    wakeLatencyNs: wakeEntry(pairs, 'wake', 'from the return of Atomics.notify until it runs'),
  };
}

function wakeEntry(
  pairs: readonly PairRound[],
  name: 'notify' | 'wake',
  source: string,
): CostEntry {
  const values = allOf(pairs, name);
  return measured(Math.round(quantile(values, CALM)), values, source);
}

function transferEntry(pairs: readonly PairRound[], atomicNs: number): CostEntry {
  const paced = undisturbedMean(allOf(pairs, 'paced'));
  const workNs = Math.max(0, paced / 2 - atomicNs);
  const values = allOf(pairs, 'contended').map((pairNs) =>
    Math.max(atomicNs, transferNs(pairNs / 2, workNs)),
  );
  const source = 'two tasks that take and leave a rwsem for read at the pace of faults, no more';
  return measured(Math.round(median(values)), values, source);
}

/**
 * What a transfer takes when two CPUs that work `workNs` between their accesses to a line manage one
 * every `accessNs` each: they take turns, and either the line is always under way, or a CPU comes for
 * it when the other is still at its work.
 */
function transferNs(accessNs: number, workNs: number): number {
  return accessNs >= 2 * workNs ? accessNs / 2 : accessNs - workNs;
}

/** What every measure is like, over all stretches of all rounds. */
function typical<Name extends string>(
  rounds: readonly Readonly<Record<Name, readonly number[]>>[],
): Record<Name, number> {
  const names = Object.keys(rounds[0]!) as Name[];
  const values = names.map((name) => [name, undisturbedMean(allOf(rounds, name))] as const);
  return Object.fromEntries(values) as Record<Name, number>;
}

/** The mean, because a whole is made of its slower and its faster stretches. */
function undisturbedMean(values: readonly number[]): number {
  const limit = DISTURBED * quantile(values, CALM);
  const calm = values.filter((value) => value <= limit);
  return calm.reduce((sum, value) => sum + value, 0) / calm.length;
}

function allOf<Name extends string>(
  rounds: readonly Readonly<Record<Name, readonly number[]>>[],
  name: Name,
): number[] {
  return rounds.flatMap((round) => round[name]);
}

function measured(value: number, repeats: readonly number[], source: string): CostEntry {
  const low = Math.min(value, Math.floor(quantile(repeats, LOW)));
  const high = Math.max(value, Math.ceil(quantile(repeats, HIGH)));
  return { value, low, high, source, sure: 'measured' };
}

function believed(value: number, low: number, high: number, source: string): CostEntry {
  return { value, low, high, source, sure: 'general knowledge' };
}
