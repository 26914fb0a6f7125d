import type { Plan } from '../../plan/plan.js';
import type { Counters, RunSamples, TrialSamples } from '../../samples/samples.js';
import { WaitHistogram } from '../../samples/wait-histogram.js';

const GIB = 2 ** 30;

export function syntheticPlan(overrides: Partial<Plan> = {}): Plan {
  return {
    engine: 'threads',
    stressor: 'fault-munmap',
    kernels: ['pristine', 'patched'],
    tasks: 2,
    writers: 0,
    writerGapNs: 1_000_000,
    mms: 1,
    mmapBytes: 80 * GIB,
    bytesPerTask: 40 * GIB,
    thresholdBytes: GIB,
    maxMapCount: 65_530,
    rwsem: 'fifo-4.17',
    rwsemSpin: true,
    rounds: 10,
    timeoutSeconds: 20,
    seed: 42,
    ...overrides,
  };
}

/** One trial in the units that a reader thinks in; the rest follows from them. */
export interface TrialShape {
  readonly round: number;
  readonly kernelIndex: number;
  readonly sequence?: number;
  readonly complete?: boolean;
  readonly seconds?: number;
  readonly faults?: number;
  /** Holds for write, ns, one per munmap. */
  readonly writeHoldsNs?: readonly number[];
  /** Contended waits for read, ns, one per blocked fault. */
  readonly readWaitsNs?: readonly number[];
  readonly counters?: Partial<Counters>;
}

export function syntheticTrial(shape: TrialShape): TrialSamples {
  const { faults = 20_000_000, writeHoldsNs = [], readWaitsNs = [] } = shape;
  const writeHold = new WaitHistogram();
  for (const ns of writeHoldsNs) writeHold.record(ns);
  const readWait = new WaitHistogram();
  readWait.recordMany(0, faults - readWaitsNs.length);
  for (const ns of readWaitsNs) readWait.record(ns);
  const writeWait = new WaitHistogram();
  writeWait.recordMany(0, writeHoldsNs.length);
  return {
    sequence: shape.sequence ?? 0,
    round: shape.round,
    kernelIndex: shape.kernelIndex,
    complete: shape.complete ?? true,
    seconds: shape.seconds ?? 2,
    counters: {
      faultsTotal: faults,
      faultsMinor: faults,
      faultsMajor: 0,
      sigsegv: 0,
      outOfMemory: 0,
      mmapCalls: writeHoldsNs.length,
      munmapCalls: writeHoldsNs.length,
      munmapBytes: faults * 4096,
      munmapNs: writeHoldsNs.reduce((sum, ns) => sum + ns, 0),
      writerCalls: 0,
      failedCalls: 0,
      writerSteals: 0,
      ...shape.counters,
    },
    peaks: { rssPagesMax: 15_000_000, mapCountMax: 3 },
    // Nobody but faults waits for read here.
    mmapSem: { writeHold, readWait, faultWait: readWait, writeWait },
  };
}

export function syntheticRun(
  trials: readonly TrialShape[],
  overrides: Partial<RunSamples> = {},
): RunSamples {
  return {
    trials: trials.map((shape, sequence) => syntheticTrial({ sequence, ...shape })),
    partial: false,
    startedAt: '2025-11-22T18:43:00.000Z',
    notes: [],
    elapsedSeconds: 43.5,
    ...overrides,
  };
}

/** What a kernel does in one round of `syntheticRounds`. */
export interface KernelShape {
  readonly faults: number;
  readonly writeHoldNs: number;
  readonly readWaitNs: number;
}

/**
 * Rounds in the order A B B A, each kernel within a per cent of its shape, by a fixed amount per
 * round that differs from kernel to kernel.
 */
export function syntheticRounds(kernels: readonly KernelShape[], rounds: number): TrialShape[] {
  return Array.from({ length: rounds }, (_, round) => {
    const order = kernels.map((_, kernelIndex) => kernelIndex);
    if (round % 2 === 1) order.reverse();
    return order.map((kernelIndex): TrialShape => {
      const kernel = kernels[kernelIndex]!;
      const noise = 1 + (((round * (kernelIndex + 2)) % 11) - 5) / 500;
      return {
        round,
        kernelIndex,
        faults: Math.round(kernel.faults * noise),
        writeHoldsNs: [2_000, Math.round(kernel.writeHoldNs * noise)],
        readWaitsNs: [Math.round(kernel.readWaitNs * noise), 400],
      };
    });
  }).flat();
}
