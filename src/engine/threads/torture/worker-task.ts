/** One task of a torture run, as a worker runs it: the worker's side of `trial.ts`. */
import { KernelMemory } from '../../../mm/kernel-memory.js';
import { CONTROL, MM } from '../../../mm/layout.js';
import { policyByName } from '../../../mm/rwsem-policy.js';
import { roleOfTask, type TorturePlan } from '../../../samples/torture-samples.js';
import { InvariantBroken } from '../../../util/assert.js';
import { Prng, STREAM } from '../../../util/prng.js';
import { ThreadCpu } from '../cpu.js';
import { arriveAndWait, takeSeat, windowClosed } from '../rendezvous.js';
import type { LockCalls } from './lock-calls.js';
import { dumpLock } from './lock-dump.js';
import { TortureWords } from './shared-words.js';
import { TaskTally, type EncodedTally } from './tally.js';
import { runTaskLoop } from './task-loop.js';
import { ExclusionBroken } from './witness.js';

/** What the main thread sends every worker. */
export interface TortureAssignment {
  readonly buffer: SharedArrayBuffer;
  readonly sharedWords: SharedArrayBuffer;
  readonly plan: TorturePlan;
  readonly policy: string;
  /** See ThreadCpu. */
  readonly epochMs: number;
}

export type TortureReport =
  | { readonly task: number; readonly tally: EncodedTally }
  /** What was found broken, and the lock as it was at that moment. */
  | { readonly broken: string };

/** `lock`: what the task takes for a rwsem. */
export function runTortureTask(assignment: TortureAssignment, lock: LockCalls): TortureReport {
  const { plan, policy, epochMs } = assignment;
  const km = KernelMemory.attach(assignment.buffer);
  const shared = TortureWords.attach(assignment.sharedWords);
  const task = takeSeat(km);
  const tally = new TaskTally();
  const cpu = new ThreadCpu(km, task, tally, epochMs);
  const sem = km.mmAt(0) + MM.sem;
  const { spin } = plan;
  cpu.rwsem = policyByName(policy, spin);
  arriveAndWait(km, CONTROL.ready, CONTROL.go);
  try {
    runTaskLoop({
      cpu,
      sem,
      lock,
      role: roleOfTask(plan, task),
      shared,
      tally,
      prng: new Prng(plan.seed, STREAM.task, task),
      stopping: () => windowClosed(km),
    });
  } catch (error) {
    if (!(error instanceof ExclusionBroken || error instanceof InvariantBroken)) throw error;
    return { broken: `${error.message}\n${dumpLock(km, sem, shared, plan)}` };
  }
  arriveAndWait(km, CONTROL.rested, CONTROL.leave);
  return { task, tally: tally.encode() };
}
