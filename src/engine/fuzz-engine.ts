/** The face of a fuzzing run to the command that asks for it, apart from the engines themselves. */
import type { FuzzPlan, FuzzTrialSamples } from '../samples/fuzz-samples.js';

export interface FuzzHooks {
  /** Aborted by the first signal: the run ends with what it has. */
  readonly signal: AbortSignal;
  /** Several times a second. */
  onProgress(kernel: string, elapsedSeconds: number, calls: number): void;
}

/** One kernel under random calls. Throws what a worker died of unless that is a finding. */
export type FuzzKernel = (
  plan: FuzzPlan,
  kernel: string,
  hooks: FuzzHooks,
) => Promise<FuzzTrialSamples>;
