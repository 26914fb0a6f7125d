import { kernelLabels, type Plan } from '../plan/plan.js';
import type { RunSamples } from '../samples/samples.js';
import { compareKernels, type MetricComparison } from './compare-kernels.js';
import { summarizeKernel, type KernelSummary } from './kernel-summary.js';
import { metricsOf } from './metrics.js';
import { noiseOf } from './noise.js';
import { runWarnings } from './warnings.js';

/** What a run says: one entry per kernel in the plan's order, and each against the first. */
export interface RunSummary {
  readonly partial: boolean;
  readonly kernels: readonly KernelSummary[];
  /** By candidate in the plan's order, within it by metric in the order of `metricsOf`. */
  readonly comparisons: readonly MetricComparison[];
  /** Doubts that travel with the numbers, one sentence each. */
  readonly warnings: readonly string[];
}

/** A function of its arguments alone: a saved run can be summarized again and gives the same. */
export function summarizeRun(plan: Plan, samples: RunSamples): RunSummary {
  const labels = kernelLabels(plan.kernels);
  const kernels = plan.kernels.map((kernel, kernelIndex) => {
    const trials = samples.trials.filter((trial) => trial.kernelIndex === kernelIndex);
    return summarizeKernel(labels[kernelIndex]!, kernel, trials, plan.seed);
  });
  const comparisons = compareKernels(kernels, metricsOf(plan), plan.seed, noiseOf(plan));
  const warnings = runWarnings(plan, samples, kernels, comparisons);
  return { partial: samples.partial, kernels, comparisons, warnings };
}
