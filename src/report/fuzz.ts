import type { FuzzPlan, FuzzSamples, FuzzTrialSamples } from '../samples/fuzz-samples.js';
import type { HostFacts, ResultHost, ToolFacts } from './result.js';

export const FUZZ_SCHEMA = 'mmsem-bench/fuzz';
export const FUZZ_VERSION = 1;

export interface FuzzTrialResult extends FuzzTrialSamples {
  readonly callsPerSecond: number;
}

/** What `mmsem-bench fuzz --json` prints; described by `results/fuzz.schema.json`. */
export interface FuzzDocument {
  readonly schema: typeof FUZZ_SCHEMA;
  readonly version: typeof FUZZ_VERSION;
  readonly tool: ToolFacts;
  readonly host: ResultHost;
  readonly plan: FuzzPlan;
  /** True when a signal ended the run early. */
  readonly partial: boolean;
  /** In the order in which they were run; a finding ends the run. */
  readonly kernels: readonly FuzzTrialResult[];
}

export interface FuzzParts {
  readonly tool: ToolFacts;
  readonly host: HostFacts;
  readonly plan: FuzzPlan;
  readonly samples: FuzzSamples;
}

export function buildFuzzResult({ tool, host, plan, samples }: FuzzParts): FuzzDocument {
  const { trials, partial, startedAt, elapsedSeconds } = samples;
  return {
    schema: FUZZ_SCHEMA,
    version: FUZZ_VERSION,
    tool,
    host: { ...host, startedAt, elapsedSeconds },
    plan,
    partial,
    kernels: trials.map((trial) => ({
      ...trial,
      callsPerSecond: trial.seconds > 0 ? trial.calls / trial.seconds : 0,
    })),
  };
}

/** JSON with a final newline. */
export function formatFuzzResult(document: FuzzDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
