import type { Plan } from '../plan/plan.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { buildResult, type ResultDocument } from '../report/result.js';
import type { HostConditions } from '../samples/host-conditions.js';
import { runPlan, type RunChoice } from './run-plan.js';
import type { StopSignals } from './stop-signals.js';
import { untilHook } from './until.js';
import type { World } from './world.js';

export interface Measured {
  readonly document: ResultDocument;
  readonly conditions: HostConditions | undefined;
  /** To be released when all is printed (`runPlan`). */
  readonly stop: StopSignals;
}

/**
 * Runs a plan and summarizes it. Statistics are loaded only when they are needed, so that `--help`
 * and usage errors do not wait for them. Throws what the engine throws.
 */
export async function measurePlan(plan: Plan, choice: RunChoice, world: World): Promise<Measured> {
  const { samples, stop } = await runPlan(plan, { ...(await untilHook(plan)), ...choice }, world);
  try {
    const { summarizeRun } = await import('../stats/summarize.js');
    const summary = summarizeRun(plan, samples);
    const document = buildResult({ tool: toolFacts(), host: hostFacts(), plan, samples, summary });
    return { document, conditions: samples.conditions, stop };
  } catch (error) {
    stop.release();
    throw error;
  }
}
