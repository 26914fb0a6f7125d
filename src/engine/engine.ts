import type { Plan } from '../plan/plan.js';
import type { RunSamples, TrialSamples } from '../samples/samples.js';

/** Where a run is, several times a second. */
export interface Progress {
  readonly stage: 'warm-up' | 'measuring';
  /** Kernel label of the trial under way (`pristine`, `pristine#2`). */
  readonly kernel: string;
  /** Trials finished, of all trials measured; so far, where `wantsMore` may ask for others. */
  readonly trialsDone: number;
  readonly trialsTotal: number;
  readonly round: number;
  readonly rounds: number;
  /** Rate of the window under way so far, page faults per second. */
  readonly faultsPerSecond: number;
  /** Estimate for the rest of the run, seconds. */
  readonly secondsLeft: number;
}

export interface RunHooks {
  /** Aborted by the first signal: the engine ends the trial under way and returns what it has. */
  readonly signal: AbortSignal;
  onProgress(progress: Progress): void;
  /** Simulate everything twice, and fail unless both come out the same. */
  readonly checkDeterminism?: boolean;
  /**
   * Whether all of the plan's rounds are to be measured once more, with other phases and seeds, asked
   * each time they have been; `trials` is all that was measured so far, in order, in `batches` times
   * the plan's rounds. Without it they are measured once.
   */
  readonly wantsMore?: (trials: readonly TrialSamples[], batches: number) => boolean;
  /** A multi-line report that names the task that is stuck, what it waits for and who holds that. */
  onHungTask(report: string): void;
}

export interface Engine {
  /**
   * Runs every trial of the plan, and further batches of them for as long as the hooks want more.
   *
   * Throws RunFailed when an invariant of the simulated kernel is broken, when a worker dies, or
   * when tasks hang for good: the numbers of such a run are worth nothing.
   */
  run(plan: Plan, hooks: RunHooks): Promise<RunSamples>;
  /** For many plans: what `run` would set up for each of them is set up once. */
  open?(): EngineSession;
}

/** An engine that stays set up from one plan to the next. */
export interface EngineSession {
  /** So many plans side by side keep it busy, 1 or more. */
  readonly plansAtOnce: number;
  /** As that of the engine. */
  run(plan: Plan, hooks: RunHooks): Promise<RunSamples>;
  /** After the last run. */
  close(): Promise<void>;
}

/** A session of any engine: one plan at a time where it has none of its own. */
export function openSession(engine: Engine): EngineSession {
  if (engine.open !== undefined) return engine.open();
  return {
    plansAtOnce: 1,
    run: (plan, hooks) => engine.run(plan, hooks),
    close: () => Promise.resolve(),
  };
}

/** The run cannot be trusted; `message` says who, where and how to run it again. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
}
