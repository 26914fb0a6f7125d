import type { Plan } from '../plan/plan.js';
import { hostFacts, toolFacts } from '../report/facts.js';
import { buildResult, type ResultDocument } from '../report/result.js';
import type { HostConditions } from '../samples/host-conditions.js';
import type { RunSamples } from '../samples/samples.js';
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

/** Makes documents of the plan's samples, also of those of a run that has not ended. */
export async function documentMaker(plan: Plan): Promise<(samples: RunSamples) => ResultDocument> {
  const { summarizeRun } = await import('../stats/summarize.js');
  return (samples) => {
    const summary = summarizeRun(plan, samples);
    return buildResult({ tool: toolFacts(), host: hostFacts(), plan, samples, summary });
  };
}

/**
 * Runs a plan and summarizes it. Statistics are loaded only when they are needed, so that `--help`
 * and usage errors do not wait for them. Throws what the engine throws.
 */
export async function measurePlan(plan: Plan, choice: RunChoice, world: World): Promise<Measured> {
  const { samples, stop } = await runPlan(plan, { ...(await untilHook(plan)), ...choice }, world);
  try {
    const documentOf = await documentMaker(plan);
    return { document: documentOf(samples), conditions: samples.conditions, stop };
  } catch (error) {
    stop.release();
    throw error;
  }
}
