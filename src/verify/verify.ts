/** Cases against kernels: every pair on a process of its own. */
import { kernelByName, type Kernel } from '../mm/kernels.js';
import type { KernelRules } from '../mm/kernel-rules.js';
import type { ProcessOptions, SimulatedProcess } from '../process/process.js';
import type { CaseResult } from '../samples/verification.js';
import { InvariantBroken } from '../util/assert.js';
import type { VerifyCase } from './case.js';
import { Unmet } from './expect.js';

export interface VerifyPlan {
  readonly kernels: readonly string[];
  readonly thresholdPages: number;
  readonly rules: KernelRules;
  readonly cases: readonly VerifyCase[];
}

export type OpenProcess = (options: ProcessOptions) => SimulatedProcess;

/** 1 GiB of memory: nothing runs out unless a case wants it to. */
const FRAMES = 2 ** 18;
const MAX_MAP_COUNT = 65530;

/**
 * Results in the order of the cases; `onCase` is told of each, and says whether to go on. `open` makes a process; tests hand in
 * broken ones. Throws what is neither an unmet expectation nor a broken invariant of the model.
 */
export async function verifyKernels(
  plan: VerifyPlan,
  open: OpenProcess,
  onCase: (done: number) => Promise<boolean> = () => Promise.resolve(true),
  kernelOf: (name: string) => Kernel = kernelByName,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const tested of plan.cases) {
    const verdicts = plan.kernels.map((name) => {
      const reason = reasonAgainst(tested, kernelOf(name), plan, open);
      return { kernel: name, passed: reason === undefined, reason: reason ?? '' };
    });
    const { name, asserts, ltp = null } = tested;
    results.push({ name, asserts, ltp, verdicts });
    if (!(await onCase(results.length))) break;
  }
  return results;
}

/** Why a kernel fails a case; undefined when it does not. */
function reasonAgainst(
  tested: VerifyCase,
  kernel: Kernel,
  plan: VerifyPlan,
  open: OpenProcess,
): string | undefined {
  const { thresholdPages, rules } = plan;
  try {
    if ('race' in tested) {
      tested.race({ kernel, thresholdPages, rules });
      return undefined;
    }
    const limited = { ...rules, ...tested.limits };
    const process = open({
      kernel,
      thresholdPages,
      rules: limited,
      maxMapCount: MAX_MAP_COUNT,
      frames: FRAMES,
      ...tested.options,
    });
    tested.run(process, limited);
    const broken = process.check();
    return broken.length === 0 ? undefined : `broken invariants: ${broken.join('; ')}`;
  } catch (error) {
    if (error instanceof Unmet) return error.message;
    if (error instanceof InvariantBroken) return `the model gave up: ${error.message}`;
    throw error;
  }
}
