/**
 * Measures what the threads engine's own work costs on this machine. Machines change their mind by the
 * second (clock rates, neighbours, where a hypervisor puts its CPUs), so everything is measured a
 * little in every round, the order reversed every other round; and what a check compares with, the
 * engine itself, in between.
 */
import { GATHER_MAX } from '../../mm/gather.js';
import { PTRS_PER_TABLE } from '../../mm/layout.js';
import { PCP_BATCH } from '../../mm/page-alloc.js';
import type {
  CalibrationSamples,
  CheckWindow,
  LoneRound,
  PairRound,
} from '../../samples/calibration.js';
import { EngineCrew, LoneCrew, PairCrew } from './crew.js';
import { hostTopology } from './host-topology.js';
import { CALIBRATED, checkedTasks, WINDOW_SECONDS } from './plan.js';

export interface CalibrationRequest {
  /** About how long to measure, seconds. */
  readonly seconds: number;
  /** Whether to run the threads engine between the rounds. */
  readonly check: boolean;
  /** When it is aborted, the round under way is the last. */
  readonly signal: AbortSignal;
  onRound(roundsDone: number, roundsTotal: number): void;
}

export type RunCalibration = (request: CalibrationRequest) => Promise<CalibrationSamples>;

const ROUNDS_MIN = 3;
/** About what a round takes, and what a window takes besides the time it is open. */
const ROUND_SECONDS = 0.4;
const AROUND_WINDOW_SECONDS = 0.08;
/** Before anything counts, for the JIT. */
const WARM_UP_ROUNDS = 3;

/** Throws RunFailed, and whatever a worker died of. */
export async function runCalibration(request: CalibrationRequest): Promise<CalibrationSamples> {
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const host = hostTopology();
  const tasks = request.check ? checkedTasks(host.cpus) : [];
  const rounds = roundsFor(request.seconds, tasks.length);
  const lone = new LoneCrew();
  const pair = host.cpus > 1 ? new PairCrew() : undefined;
  const engines = tasks.map((count) => new EngineCrew(count, rounds, request.signal));
  try {
    const measured = await measure({ lone, pair, engines }, rounds, request);
    return {
      host,
      portions: { batch: PCP_BATCH, table: PTRS_PER_TABLE, gather: GATHER_MAX },
      ...measured,
      startedAt,
      elapsedSeconds: (performance.now() - started) / 1000,
      partial: request.signal.aborted,
    };
  } finally {
    await Promise.all([lone.leave(), pair?.leave(), ...engines.map((engine) => engine.leave())]);
  }
}

/** An odd number, so that every median is a value measured. */
function roundsFor(seconds: number, taskCounts: number): number {
  const windows = taskCounts * CALIBRATED.kernels.length;
  const each = ROUND_SECONDS + windows * (WINDOW_SECONDS + AROUND_WINDOW_SECONDS);
  return Math.max(ROUNDS_MIN, 2 * Math.floor((seconds / each - 1) / 2) + 1);
}

interface Crews {
  readonly lone: LoneCrew;
  readonly pair: PairCrew | undefined;
  readonly engines: readonly EngineCrew[];
}

async function measure(
  { lone, pair, engines }: Crews,
  rounds: number,
  request: CalibrationRequest,
): Promise<Pick<CalibrationSamples, 'lone' | 'pairs' | 'windows'>> {
  const { signal } = request;
  const paceNs = await warmUp({ lone, pair, engines }, signal);
  const loneRounds: LoneRound[] = [];
  const pairRounds: PairRound[] = [];
  const windows: CheckWindow[] = [];
  for (let round = 0; round < rounds && !signal.aborted; round++) {
    request.onRound(round, rounds);
    const steps = [
      async () => void loneRounds.push(await lone.round()),
      async () => {
        if (pair !== undefined) pairRounds.push(await pair.round(paceNs));
      },
      ...engines.map((engine) => async () => void windows.push(...(await engine.round(round)))),
    ];
    if (round % 2 === 1) steps.reverse();
    for (const step of steps) await step();
  }
  return { lone: loneRounds, pairs: pairRounds, windows };
}

/** Returns what a fault takes, ns. */
async function warmUp({ lone, pair, engines }: Crews, signal: AbortSignal): Promise<number> {
  let paceNs = Infinity;
  for (let round = 0; round < WARM_UP_ROUNDS && !signal.aborted; round++) {
    paceNs = Math.min(paceNs, ...(await lone.round()).fault);
  }
  if (!signal.aborted) await pair?.round(paceNs);
  for (const engine of engines) if (!signal.aborted) await engine.warmUp();
  return paceNs;
}
