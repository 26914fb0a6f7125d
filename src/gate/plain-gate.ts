/** The gate that needs no words: nothing may be slower than the first kernel by more than is allowed. */
import { kernelLabels } from '../plan/plan.js';
import { PRIMARY_METRIC } from '../stats/metrics.js';
import { SIGNIFICANCE } from '../stats/verdict.js';
import { DEFAULT_ACTIONS, judgeRun, type Judgement, type MeasuredRun } from './gate.js';
import { quantityNamed } from './quantity.js';
import { regressionRule } from './rule.js';

/**
 * Judges one kernel of the run, as if there were no others, by its page faults against those of the
 * first. `kernelIndex` is its place in the plan; `allowed` a fraction.
 */
export function judgeByFirst(
  run: MeasuredRun,
  kernelIndex: number,
  allowed: number,
  level = SIGNIFICANCE,
): Judgement {
  const labels = kernelLabels(run.document.plan.kernels);
  const against = { of: 'kernel', kernel: labels[0]! } as const;
  const rule = regressionRule(
    labels[kernelIndex]!,
    quantityNamed(PRIMARY_METRIC)!,
    against,
    allowed,
  );
  const terms = { rules: [rule], exactly: undefined, actions: DEFAULT_ACTIONS, trustHost: false };
  return judgeRun(terms, run, undefined, level);
}
