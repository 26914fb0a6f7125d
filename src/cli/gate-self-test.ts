import { definePlan } from '../plan/define-plan.js';
import type { Plan } from '../plan/plan.js';
import type { GateTerms } from '../gate/gate.js';
import { judgeSelfTest, NotTestable, selfTestKernels } from '../gate/self-test.js';
import type { CommandLine } from './command-line.js';
import type { Judge } from './gate-looks.js';
import { allowedRegression } from './gate-options.js';
import { UsageError } from './usage-error.js';

/**
 * The plan of a gate with its first kernel alone, beside its twin and a planted slow-down, and what to
 * make of such a run. Throws UsageError.
 */
export function selfTest(
  commandLine: CommandLine,
  plan: Plan,
  { actions }: GateTerms,
): { readonly plan: Plan; readonly judge: Judge } {
  const allowed = allowedRegression(commandLine);
  return {
    plan: definePlan({ ...plan, kernels: kernelsFor(plan, allowed) }),
    judge: (run, level) => judgeSelfTest(run, allowed, level, actions),
  };
}

function kernelsFor(plan: Plan, allowed: number): string[] {
  try {
    return selfTestKernels(plan.kernels[0]!, allowed);
  } catch (error) {
    throw error instanceof NotTestable
      ? new UsageError(`--self-test: ${error.message}; give --max-regression`)
      : error;
  }
}
