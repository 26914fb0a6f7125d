import { assert } from '../util/assert.js';
import { unusualMemory } from './memory.js';
import { DEFAULT_RWSEM, DEFAULT_WRITER_GAP_NS, type Plan } from './plan.js';

/** The page of the simulated machine, bytes. */
const PAGE_BYTES = 4096;

/**
 * What a plan is decided by; the rest follows. Without a word about the rwsem it is that of 4.17,
 * without one about writers there are none, and memory is the usual (`memory.ts`); with a machine to simulate the engine is the virtual one.
 */
export type PlanInput = Omit<Plan, 'engine' | 'bytesPerTask' | 'until' | OptionalField> &
  Partial<Pick<Plan, OptionalField>>;

type OptionalField = 'rwsem' | 'rwsemSpin' | 'writers' | 'writerGapNs';

/**
 * The frozen plan of these decisions. Like stress-ng, every task gets the same number of whole
 * pages, at least one, and what does not divide evenly is left out.
 *
 * Throws InvariantBroken on numbers that make no plan; whoever takes them from a user checks first.
 */
export function definePlan(input: PlanInput): Plan {
  const { tasks, mms, rounds, timeoutSeconds } = input;
  const { writers = 0, writerGapNs = DEFAULT_WRITER_GAP_NS } = input;
  assert(Number.isInteger(tasks) && tasks > 0, `a plan needs a task, not ${tasks}`);
  assert(Number.isInteger(writers) && writers >= 0, `a plan has no ${writers} writers`);
  assert(Number.isInteger(writerGapNs) && writerGapNs >= 0, `no writer sleeps ${writerGapNs} ns`);
  assert(Number.isInteger(mms) && mms > 0 && mms <= tasks, `${mms} address spaces, ${tasks} tasks`);
  assert(Number.isInteger(rounds) && rounds > 0, `a plan needs a round, not ${rounds}`);
  assert(timeoutSeconds > 0, `a plan needs time, not ${timeoutSeconds} s`);
  assert(input.kernels.length > 0, 'a plan needs a kernel');
  const mmapBytes = Math.max(input.mmapBytes, tasks * PAGE_BYTES);
  return Object.freeze<Plan>({
    engine: input.machine === undefined ? 'threads' : 'virtual',
    ...(input.machine === undefined ? {} : { machine: input.machine }),
    stressor: input.stressor,
    kernels: Object.freeze([...input.kernels]),
    tasks,
    writers,
    writerGapNs,
    mms,
    mmapBytes,
    bytesPerTask: Math.floor(mmapBytes / tasks / PAGE_BYTES) * PAGE_BYTES,
    thresholdBytes: input.thresholdBytes,
    maxMapCount: input.maxMapCount,
    rwsem: input.rwsem ?? DEFAULT_RWSEM,
    rwsemSpin: input.rwsemSpin ?? true,
    ...unusualMemory(input),
    rounds,
    timeoutSeconds,
    seed: input.seed,
    ...(input.stress === undefined ? {} : { stress: input.stress }),
  });
}
