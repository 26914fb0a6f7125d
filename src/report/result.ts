import { unusualMemory } from '../plan/memory.js';
import type { Plan } from '../plan/plan.js';
import type { RunSamples } from '../samples/samples.js';
import type { MetricComparison } from '../stats/compare-kernels.js';
import type { KernelSummary } from '../stats/kernel-summary.js';
import type { RoundSummary } from '../stats/round.js';
import type { RunSummary } from '../stats/summarize.js';
import { configurationHash, hostFingerprint } from './configuration.js';

export const RESULT_SCHEMA = 'mmsem-bench/result';
export const RESULT_VERSION = 1;

export interface ToolFacts {
  readonly name: string;
  readonly version: string;
  /** Changes whenever the simulated kernel does, and with it the meaning of every number. */
  readonly modelVersion: number;
}

/** The machine as the caller found it. */
export interface HostFacts {
  readonly cpuModel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly platform: string;
  readonly arch: string;
  /** Version of Node, such as v20.20.2. */
  readonly node: string;
}

/** All that differs between two runs of the same plan on the same code, kept in one object. */
export interface ResultHost extends HostFacts {
  /** Wall-clock start, ISO 8601. */
  readonly startedAt: string;
  readonly elapsedSeconds: number;
}

export interface ComparedHost extends ResultHost {
  /** Equal on machines that measure alike (`configuration.ts`). */
  readonly fingerprint: string;
}

export interface ResultKernel extends Omit<KernelSummary, 'label' | 'rounds'> {
  /** Label, unique within the document. */
  readonly name: string;
  readonly rounds: readonly ResultRound[];
}

export type ResultRound = Omit<
  RoundSummary,
  'munmapBytesPerSecond' | 'munmapCallsPerSecond' | 'writerCallsPerSecond'
>;

/**
 * The one document of a run: what `--json` prints, what `--save` writes, and what the table is made
 * of, so that they cannot disagree. Described by `results/result.schema.json`.
 */
export interface ResultDocument {
  readonly schema: typeof RESULT_SCHEMA;
  readonly version: typeof RESULT_VERSION;
  readonly tool: ToolFacts;
  readonly host: ComparedHost;
  readonly plan: Plan;
  /** Equal for plans whose numbers compare (`configuration.ts`). */
  readonly configurationHash: string;
  readonly partial: boolean;
  readonly kernels: readonly ResultKernel[];
  readonly comparisons: readonly MetricComparison[];
  readonly warnings: readonly string[];
}

export interface ResultParts {
  readonly tool: ToolFacts;
  readonly host: HostFacts;
  readonly plan: Plan;
  readonly samples: RunSamples;
  /** `summarizeRun(plan, samples)`. */
  readonly summary: RunSummary;
}

/** Built key by key: the order of keys in the file is the order here, and in `facts.ts`. */
export function buildResult({ tool, host, plan, samples, summary }: ResultParts): ResultDocument {
  return {
    schema: RESULT_SCHEMA,
    version: RESULT_VERSION,
    tool,
    host: {
      ...host,
      fingerprint: hostFingerprint(host),
      startedAt: samples.startedAt,
      elapsedSeconds: samples.elapsedSeconds,
    },
    plan: resultPlan(plan),
    configurationHash: configurationHash(plan),
    partial: summary.partial,
    kernels: summary.kernels.map(resultKernel),
    comparisons: summary.comparisons.map(resultComparison),
    warnings: [...summary.warnings],
  };
}

/** JSON with full precision and a final newline; numbers that are none become null. */
export function formatResult(document: ResultDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function resultPlan(plan: Plan): Plan {
  return {
    engine: plan.engine,
    ...(plan.machine === undefined ? {} : { machine: plan.machine }),
    stressor: plan.stressor,
    kernels: plan.kernels,
    tasks: plan.tasks,
    writers: plan.writers,
    writerGapNs: plan.writerGapNs,
    mms: plan.mms,
    mmapBytes: plan.mmapBytes,
    bytesPerTask: plan.bytesPerTask,
    thresholdBytes: plan.thresholdBytes,
    maxMapCount: plan.maxMapCount,
    rwsem: plan.rwsem,
    rwsemSpin: plan.rwsemSpin,
    ...unusualMemory(plan),
    rounds: plan.rounds,
    ...(plan.until === undefined ? {} : { until: plan.until }),
    timeoutSeconds: plan.timeoutSeconds,
    seed: plan.seed,
    ...(plan.stress === undefined ? {} : { stress: plan.stress }),
  };
}

function resultKernel(kernel: KernelSummary): ResultKernel {
  return {
    name: kernel.label,
    kernel: kernel.kernel,
    faultsPerSecond: kernel.faultsPerSecond,
    munmapBytesPerSecond: kernel.munmapBytesPerSecond,
    munmapCallsPerSecond: kernel.munmapCallsPerSecond,
    writerCallsPerSecond: kernel.writerCallsPerSecond,
    perf: kernel.perf,
    mmapSem: kernel.mmapSem,
    writerSteals: kernel.writerSteals,
    peaks: kernel.peaks,
    failedCalls: kernel.failedCalls,
    munmap: kernel.munmap,
    ...(kernel.cpuNs === undefined ? {} : { cpuNs: kernel.cpuNs }),
    rounds: kernel.rounds.map(resultRound),
  };
}

/** Counters and peaks come from the engine in whatever order it filled them. */
function resultRound(round: RoundSummary): ResultRound {
  const { counters, peaks } = round;
  return {
    round: round.round,
    sequence: round.sequence,
    complete: round.complete,
    seconds: round.seconds,
    faultsPerSecond: round.faultsPerSecond,
    counters: {
      faultsTotal: counters.faultsTotal,
      faultsMinor: counters.faultsMinor,
      faultsMajor: counters.faultsMajor,
      sigsegv: counters.sigsegv,
      outOfMemory: counters.outOfMemory,
      mmapCalls: counters.mmapCalls,
      munmapCalls: counters.munmapCalls,
      munmapBytes: counters.munmapBytes,
      munmapNs: counters.munmapNs,
      writerCalls: counters.writerCalls,
      failedCalls: counters.failedCalls,
      writerSteals: counters.writerSteals,
      ...(counters.dirtyFlushes === undefined ? {} : { dirtyFlushes: counters.dirtyFlushes }),
      ...(counters.bogoOps === undefined ? {} : { bogoOps: counters.bogoOps }),
    },
    peaks: { rssPagesMax: peaks.rssPagesMax, mapCountMax: peaks.mapCountMax },
    mmapSem: round.mmapSem,
    ...(round.instances === undefined ? {} : { instances: round.instances }),
    ...(round.simulated === undefined ? {} : { simulated: round.simulated }),
  };
}

function resultComparison(comparison: MetricComparison): MetricComparison {
  return {
    base: comparison.base,
    candidate: comparison.candidate,
    metric: comparison.metric,
    change: comparison.change,
    ciLow: comparison.ciLow,
    ciHigh: comparison.ciHigh,
    p: comparison.p,
    pAdjusted: comparison.pAdjusted,
    pairs: comparison.pairs,
    higher: comparison.higher,
    lower: comparison.lower,
    detectable: comparison.detectable,
    verdict: comparison.verdict,
    ...(comparison.overSeeds === undefined ? {} : { overSeeds: comparison.overSeeds }),
  };
}
