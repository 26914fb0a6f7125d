import type { TorturePlan, TortureSamples } from '../../samples/torture-samples.js';
import { TORTURE_PLAN, syntheticTorture } from '../../stats/testing/synthetic-torture.js';
import { summarizeTorture } from '../../stats/torture-summary.js';
import { buildTortureResult, type TortureDocument } from '../torture-result.js';
import { HOST, TOOL } from './synthetic-result.js';

/** The document of a torture run in which task t got the lock t + 1 times under every policy. */
export function syntheticTortureResult(
  planChanges: Partial<TorturePlan> = {},
  samplesChanges: Partial<TortureSamples> = {},
): TortureDocument {
  const plan = { ...TORTURE_PLAN, ...planChanges };
  const samples = syntheticTorture(plan, samplesChanges);
  const summary = summarizeTorture(plan, samples);
  return buildTortureResult({ tool: TOOL, host: HOST, plan, samples, summary });
}
