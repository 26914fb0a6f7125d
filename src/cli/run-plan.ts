import type { RunHooks } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';
import type { RunSamples } from '../samples/samples.js';
import { progressLine, progressText } from './progress-line.js';
import { catchStopSignals, type StopSignals } from './stop-signals.js';
import type { World } from './world.js';

export interface PlanRun {
  readonly samples: RunSamples;
  readonly stop: StopSignals;
}

/** How a plan is run; nothing in here changes a number. */
export interface RunChoice {
  /** No progress line. */
  readonly quiet: boolean;
  /** Simulate everything twice and compare. */
  readonly checkDeterminism?: boolean;
  /** As in RunHooks: the number of rounds is then not known in advance. */
  readonly wantsMore?: RunHooks['wantsMore'];
}

/**
 * Runs the plan's trials while stderr tells how far they are, until they are done or a signal ends
 * them early. Signals stay caught until the caller releases them, so that nothing cuts off the
 * printing of the result. Throws what the engine throws.
 */
export async function runPlan(
  plan: Plan,
  { quiet, checkDeterminism = false, wantsMore }: RunChoice,
  world: World,
): Promise<PlanRun> {
  const { stderr, env } = world;
  const progress = progressLine(stderr, env, quiet);
  const say = (text: string): void => {
    progress.clear();
    stderr.write(text);
  };
  const stop = catchStopSignals(world.signals, () => {
    if (stderr.isTTY === true) say('mmsem-bench: ending the run; Ctrl-C again exits at once\n');
  });
  const hooks: RunHooks = {
    signal: stop.signal,
    checkDeterminism,
    ...(wantsMore === undefined ? {} : { wantsMore }),
    onProgress: (state) => {
      progress.show(progressText(state, wantsMore !== undefined));
    },
    onHungTask: (report) => {
      say(`${report}\n`);
    },
  };
  try {
    const engine = await world.loadEngine(plan.engine);
    return { samples: await engine.run(plan, hooks), stop };
  } catch (error) {
    stop.release();
    throw error;
  } finally {
    progress.clear();
  }
}
