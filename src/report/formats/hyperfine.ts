import { median } from '../../stats/median.js';
import { usable } from '../../stats/kernel-summary.js';
import type { ResultDocument, ResultKernel, ResultRound } from '../result.js';
import { workloadKeys } from './benchmark-name.js';

/** hyperfine knows nothing but times: a run is so many page faults, and a rate becomes the time of one. */
export const FAULTS_PER_RUN = 1_000_000;

/**
 * What `hyperfine --export-json` writes: per kernel and round the seconds that a million page faults
 * took, all tasks together, and what a simulated machine's CPUs spent on them. `system` is null on
 * real CPUs, whose time is not measured. A round that a signal cut short has no exit code.
 */
export function renderHyperfine(document: ResultDocument): string {
  const results = document.kernels.flatMap((kernel) => resultOf(document, kernel));
  return `${JSON.stringify({ results }, null, 2)}\n`;
}

/** None for a kernel without a page fault: there is no time of one. */
function resultOf({ plan }: ResultDocument, kernel: ResultKernel): object[] {
  const runs = usable(kernel.rounds).filter(({ faultsPerSecond }) => (faultsPerSecond ?? 0) > 0);
  if (runs.length === 0) return [];
  const times = runs.map(({ faultsPerSecond }) => FAULTS_PER_RUN / faultsPerSecond!);
  const mean = meanOf(times);
  const workload = Object.fromEntries(workloadKeys(plan)) as Record<string, string>;
  return [
    {
      command: kernel.name,
      mean,
      stddev: deviation(times, mean),
      median: median(times),
      user: plan.machine === undefined ? null : 0,
      system: plan.machine === undefined ? null : meanOf(runs.map(systemSeconds)),
      min: Math.min(...times),
      max: Math.max(...times),
      times,
      exit_codes: runs.map(({ complete }) => (complete ? 0 : null)),
      parameters: {
        run: `${FAULTS_PER_RUN} page faults`,
        stressor: plan.stressor,
        engine: plan.engine,
        ...(plan.machine === undefined ? {} : { machine: plan.machine.name }),
        ...workload,
      },
    },
  ];
}

/** Whatever simulated CPUs do is done by the kernel, as the tasks compute nothing. */
function systemSeconds({ simulated, counters }: ResultRound): number {
  const busyNs = Object.entries(simulated?.cpuNs ?? {})
    .filter(([category]) => category !== 'idle')
    .reduce((sum, [, ns]) => sum + ns, 0);
  return (busyNs / 1e9 / counters.faultsTotal) * FAULTS_PER_RUN;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Null after one run, as hyperfine has it. */
function deviation(values: readonly number[], mean: number): number | null {
  if (values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
