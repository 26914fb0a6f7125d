import type { Plan } from '../../plan/plan.js';
import type { RunSamples } from '../../samples/samples.js';
import { summarizeRun } from '../../stats/summarize.js';
import {
  syntheticPlan,
  syntheticRounds,
  syntheticRun,
  type KernelShape,
  type TrialShape,
} from '../../stats/testing/synthetic-run.js';
import { buildResult, type HostFacts, type ResultDocument, type ToolFacts } from '../result.js';

export const TOOL: ToolFacts = { name: 'mmsem-bench', version: '0.1.0', modelVersion: 1 };

export const HOST: HostFacts = {
  cpuModel: 'Test CPU @ 2.00GHz',
  cpus: 2,
  memoryBytes: 8 * 2 ** 30,
  platform: 'linux',
  arch: 'x64',
  node: 'v20.20.2',
};

/** Long holds that block faults, as in 4.17. */
export const PRISTINE: KernelShape = {
  faults: 24_680_000,
  writeHoldNs: 78_120_000,
  readWaitNs: 79_900_000,
};

/** Short holds and 6 % more faults. */
export const PATCHED: KernelShape = {
  faults: 26_200_000,
  writeHoldNs: 1_204_000,
  readWaitNs: 2_010_000,
};

/** The document of a run whose kernels behave as given, all rounds complete. */
export function syntheticResult(
  kernels: Readonly<Record<string, KernelShape>>,
  rounds = 10,
): ResultDocument {
  return resultOf(syntheticRounds(Object.values(kernels), rounds), {
    kernels: Object.keys(kernels),
    rounds,
  });
}

/** The document of these trials. */
export function resultOf(
  trials: readonly TrialShape[],
  planOverrides: Partial<Plan> = {},
  samplesOverrides: Partial<RunSamples> = {},
): ResultDocument {
  const plan = syntheticPlan(planOverrides);
  const samples = syntheticRun(trials, samplesOverrides);
  const summary = summarizeRun(plan, samples);
  return buildResult({ tool: TOOL, host: HOST, plan, samples, summary });
}
