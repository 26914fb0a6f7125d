/**
 * The library face: what a program may import from `mmsem-bench`. Everything else is internal and
 * changes without notice.
 */
import type { RunHooks } from './engine/engine.js';
import { loadEngine } from './engine/engines.js';
import type { Plan } from './plan/plan.js';
import { hostFacts, toolFacts } from './report/facts.js';
import { buildResult, type ResultDocument } from './report/result.js';
import { summarizeRun } from './stats/summarize.js';

export { RunFailed, type Progress, type RunHooks } from './engine/engine.js';
export { kernelNames } from './mm/kernels.js';
export { policyNames } from './mm/rwsem-policy.js';
export { definePlan, type PlanInput } from './plan/define-plan.js';
export { BadProfile, modelOf, parseProfile, type MachineModel } from './plan/machine-model.js';
export { kernelLabels, type Plan } from './plan/plan.js';
export { formatResult, type ResultDocument } from './report/result.js';
export { renderTable } from './report/table.js';
export { InvariantBroken } from './util/assert.js';
export { stressorNames } from './workload/stressors/index.js';

/**
 * Measures a plan, or simulates it where it has a machine, and returns the document that `mmsem-bench --json` prints. Throws RunFailed or
 * InvariantBroken when the run cannot be trusted.
 */
export async function measure(plan: Plan, hooks: Partial<RunHooks> = {}): Promise<ResultDocument> {
  const engine = await loadEngine(plan.engine);
  const samples = await engine.run(plan, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onHungTask: () => undefined,
    ...hooks,
  });
  const summary = summarizeRun(plan, samples);
  return buildResult({ tool: toolFacts(), host: hostFacts(), plan, samples, summary });
}
