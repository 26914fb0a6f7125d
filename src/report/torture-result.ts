import type { TorturePlan, TortureSamples } from '../samples/torture-samples.js';
import type { TortureSummary, TortureTrial } from '../stats/torture-summary.js';
import type { HostFacts, ResultHost, ToolFacts } from './result.js';

export const TORTURE_SCHEMA = 'mmsem-bench/torture';
export const TORTURE_VERSION = 1;

/** The one document of a torture run: what `--json` prints and what the tables are made of. */
export interface TortureDocument {
  readonly schema: typeof TORTURE_SCHEMA;
  readonly version: typeof TORTURE_VERSION;
  readonly tool: ToolFacts;
  readonly host: ResultHost;
  readonly plan: TorturePlan;
  /** True when a signal ended the run early. */
  readonly partial: boolean;
  /** In the order in which they were run. */
  readonly policies: readonly TortureTrial[];
}

export interface TortureParts {
  readonly tool: ToolFacts;
  readonly host: HostFacts;
  readonly plan: TorturePlan;
  readonly samples: TortureSamples;
  /** `summarizeTorture(plan, samples)`. */
  readonly summary: TortureSummary;
}

export function buildTortureResult(parts: TortureParts): TortureDocument {
  const { tool, host, plan, samples, summary } = parts;
  return {
    schema: TORTURE_SCHEMA,
    version: TORTURE_VERSION,
    tool,
    host: { ...host, startedAt: samples.startedAt, elapsedSeconds: samples.elapsedSeconds },
    plan,
    partial: summary.partial,
    policies: summary.trials,
  };
}

/** JSON with full precision and a final newline. */
export function formatTortureResult(document: TortureDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
