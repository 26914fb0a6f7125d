/** Runs stressors with instances in virtual time, in this thread: the same for the same seed, always. */
import { readFileSync } from 'node:fs';
import { definePlan } from '../../plan/define-plan.js';
import { modelOf, parseProfile } from '../../plan/machine-model.js';
import type { MemorySettings } from '../../plan/memory.js';
import { measuredTrials } from '../../plan/trials.js';
import type { TrialSamples } from '../../samples/samples.js';
import type { InstanceSamples } from '../../samples/stress-samples.js';
import { packageFile } from '../../util/package-file.js';
import { stressPlanOf, type HogEntries, type HogEntry } from '../../workload/stress-plan.js';
import { decodeTrial } from '../virtual/encoded-trial.js';
import work from '../virtual/worker.js';

const PROFILE = parseProfile(
  readFileSync(packageFile('workloads/machines/e5-2680-32.json'), 'utf8'),
);

export interface HogsToRun extends Partial<HogEntries>, Partial<MemorySettings> {
  readonly entries: readonly HogEntry[];
  readonly seed?: number;
  /** Of virtual time; 1 without it. */
  readonly seconds?: number;
  readonly kernel?: string;
  readonly thresholdBytes?: number;
  readonly maxMapCount?: number;
  readonly cpus?: number;
  /** Costs that are not the machine's, `diskLatencyNs=0`. */
  readonly costs?: readonly string[];
}

/** One kernel's run: what every instance did, entry by entry. */
export function runHogs(what: HogsToRun): readonly InstanceSamples[] {
  return simulateHogs(what).instances!;
}

/** The same with all that a simulation tells. Throws an Error when it has failed. */
export function simulateHogs(what: HogsToRun): TrialSamples {
  const { kernel = 'patched', seed = 1, seconds = 1, cpus = 8, costs = [] } = what;
  const { thp, linux, thresholdBytes = 4096, maxMapCount = 65_530 } = what;
  const { stress, tasks, mms } = stressPlanOf({ memoryBytes: PROFILE.memoryBytes, ...what });
  const plan = definePlan({
    machine: modelOf(PROFILE, costs, cpus),
    stressor: stress.entries.map(({ stressor }) => stressor).join('+'),
    kernels: [kernel],
    tasks,
    mms,
    mmapBytes: 0,
    thresholdBytes,
    maxMapCount,
    rounds: 1,
    timeoutSeconds: seconds,
    seed,
    ...(thp === undefined ? {} : { thp }),
    ...(linux === undefined ? {} : { linux }),
    stress,
  });
  const answer = work({ plan, model: plan.machine!, trial: measuredTrials(plan)[0]! });
  if ('failed' in answer) throw new Error(answer.failed);
  return decodeTrial(answer.trial);
}
