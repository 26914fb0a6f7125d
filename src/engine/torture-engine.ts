/** The face of a torture run to the command that asks for it, apart from the engine itself. */
import type { TorturePlan, TortureSamples } from '../samples/torture-samples.js';

export interface TortureHooks {
  /** Aborted by the first signal: the run ends with what it has. */
  readonly signal: AbortSignal;
  /** A policy's time begins. */
  onPolicy(policy: string): void;
  /** A multi-line report on a task that waits for longer than the plan's limit while others get on. */
  onStarving(report: string): void;
}

/**
 * Runs every policy of the plan in turn.
 *
 * Throws LockBroken for the first policy under which the lock fails, and whatever a worker died of.
 */
export type RunTorture = (plan: TorturePlan, hooks: TortureHooks) => Promise<TortureSamples>;

/**
 * The lock broke a promise: tasks met who should not have, nobody got on, or it was not at rest when
 * all had left. The message says who saw what and ends with a dump of the lock.
 */
export class LockBroken extends Error {
  override readonly name = 'LockBroken';
}
