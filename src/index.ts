/**
 * The library face: what a program may import from `mmsem-bench`. Everything else is internal and
 * changes without notice.
 */
import { hostFacts, toolFacts } from './cli/facts.js';
import { makePlan } from './cli/make-plan.js';
import type { PlanOptionName } from './cli/options.js';
import { typedSetting } from './cli/setting.js';
import { packageFile } from './cli/package-file.js';
import { readWorkload } from './cli/workload-settings.js';
import type { RunHooks } from './engine/engine.js';
import { threadsEngine } from './engine/threads/engine.js';
import type { Plan } from './plan/plan.js';
import { buildResult, type ResultDocument } from './report/result.js';
import { summarizeRun } from './stats/summarize.js';

export { RunFailed, type Progress, type RunHooks } from './engine/engine.js';
export { kernelNames } from './mm/kernels.js';
export { kernelLabels, type Plan } from './plan/plan.js';
export { formatResult, type ResultDocument } from './report/result.js';
export { renderTable } from './report/table.js';
export { InvariantBroken } from './util/assert.js';

/** Options as on the command line, without dashes: `{ 'mmap-bytes': '1G', timeout: '2s' }`. */
export type PlanOptions = Partial<Record<PlanOptionName, string>>;

/** The frozen plan of these options and the shipped defaults. Throws on a value out of range. */
export function planFrom(options: PlanOptions = {}): Plan {
  const settings = new Map(
    Object.entries(options).map(([name, text]) => [name, typedSetting(name, text)]),
  );
  return makePlan(settings, readWorkload(packageFile('workloads/fault-munmap.job')));
}

/**
 * Measures a plan and returns the document that `mmsem-bench --json` prints. Throws RunFailed or
 * InvariantBroken when the run cannot be trusted.
 */
export async function measure(plan: Plan, hooks: Partial<RunHooks> = {}): Promise<ResultDocument> {
  const samples = await threadsEngine.run(plan, {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onHungTask: () => undefined,
    onWarning: () => undefined,
    ...hooks,
  });
  const summary = summarizeRun(plan, samples);
  return buildResult({ tool: toolFacts(), host: hostFacts(), plan, samples, summary });
}
