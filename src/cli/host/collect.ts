/** The runs on both sides, in the one shape in which they stand side by side. */
import type {
  FaultCounts,
  FaultsBy,
  HostColumn,
  HostSamples,
  SimulatedRun,
  StressorCounts,
} from '../../samples/host-samples.js';
import { countsOfRun } from '../../samples/host-samples.js';
import { parseSavedRuns } from '../../report/readers/read-saved-runs.js';
import { SavedRunRefused, type SavedRun } from '../../report/readers/saved-run.js';
import { median } from '../../stats/median.js';
import { StressNgFailed, type RealRun } from './real-run.js';

export interface Collected {
  readonly samples: HostSamples;
  /** What the reader of stress-ng's YAML says about its numbers. */
  readonly notes: readonly string[];
}

/**
 * `starts` are runs that stressed nothing: what getrusage counts besides the stressors. Asked for only
 * where perf has counted nothing. Throws StressNgFailed.
 */
export async function collect(
  release: string,
  real: readonly RealRun[],
  simulated: readonly SimulatedRun[],
  starts: () => Promise<readonly RealRun[]>,
): Promise<Collected> {
  const saved: (readonly SavedRun[])[] = [];
  for (const run of real) saved.push(await savedRuns(run));
  const faultsBy: FaultsBy = saved.every((runs) => runs.every(hasPerf)) ? 'perf' : 'getrusage';
  const start = faultsBy === 'perf' ? undefined : medianFaults(await starts());
  const runs = saved.map((list, index) =>
    list.map((run): StressorCounts => {
      const faults =
        start === undefined ? perfFaults(run) : restOf(real[index]!.faults, start, list.length);
      const { label: stressor } = run;
      const [bogoOps, seconds] = [required(run, 'bogo-ops'), required(run, 'wall-clock-time')];
      return { stressor, bogoOps, seconds, faults };
    }),
  );
  const column: HostColumn = { kernel: `Linux ${release}`, runs };
  const notes = [...new Set(saved.flat().flatMap((run) => run.notes))];
  const columns = [column, ...simulatedColumns(simulated, faultsBy)] as const;
  return { samples: { faultsBy, columns }, notes };
}

function simulatedColumns(simulated: readonly SimulatedRun[], faultsBy: FaultsBy): HostColumn[] {
  const kernels = [...new Set(simulated.map(({ kernel }) => kernel))];
  return kernels.map((kernel) => ({
    kernel,
    runs: simulated.flatMap((run) => (run.kernel === kernel ? [countsOfRun(run, faultsBy)] : [])),
  }));
}

async function savedRuns({ yaml }: RealRun): Promise<readonly SavedRun[]> {
  if (yaml === undefined) throw new StressNgFailed('stress-ng has written no YAML', false);
  try {
    return await parseSavedRuns(yaml, 'the YAML of stress-ng');
  } catch (error) {
    if (!(error instanceof SavedRunRefused)) throw error;
    throw new StressNgFailed(error.message, false);
  }
}

/** The file of one run has one sample of everything. */
function valueOf({ metrics }: SavedRun, name: string): number | undefined {
  return metrics.find((metric) => metric.name === name)?.samples[0];
}

function required(run: SavedRun, name: string): number {
  const value = valueOf(run, name);
  if (value !== undefined) return value;
  throw new StressNgFailed(`the YAML of stress-ng has no ${name} of ${run.label}`, false);
}

function hasPerf(run: SavedRun): boolean {
  return valueOf(run, 'page_faults_total_total') !== undefined;
}

function perfFaults(run: SavedRun): FaultCounts {
  const count = (kind: string): number => required(run, `page_faults_${kind}_total`);
  return { total: count('total'), minor: count('minor'), major: count('major') };
}

function medianFaults(runs: readonly RealRun[]): FaultCounts {
  const of = (kind: keyof FaultCounts): number => median(runs.map(({ faults }) => faults[kind]));
  return { total: of('total'), minor: of('minor'), major: of('major') };
}

/** Those of several stressors cannot be told apart. */
function restOf(all: FaultCounts, start: FaultCounts, stressors: number): FaultCounts | null {
  if (stressors > 1) return null;
  const minor = Math.max(0, all.minor - start.minor);
  const major = Math.max(0, all.major - start.major);
  return { total: minor + major, minor, major };
}
