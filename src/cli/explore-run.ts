import type { explore } from '../engine/explore/explore.js';
import { formatTally } from '../report/format.js';
import type { Exploration } from '../samples/exploration.js';
import type { SearchRequest } from './explore-request.js';
import { progressLine } from './progress-line.js';
import { catchStopSignals, type StopSignals } from './stop-signals.js';
import type { World } from './world.js';

/** The engine, or what a test puts in its place. */
export type Explore = typeof explore;

export interface SearchRun {
  /** In the order of the jobs. */
  readonly explorations: readonly Exploration[];
  readonly stop: StopSignals;
}

/**
 * Runs the searches while stderr tells how far they are, until they are done or a signal ends them
 * early. Signals stay caught until the caller releases them, so that nothing cuts off the printing of
 * the result. Throws what the engine throws.
 */
export async function runSearches(
  { jobs, secondsMax }: SearchRequest,
  quiet: boolean,
  world: World,
  search: Explore,
): Promise<SearchRun> {
  const { stderr, env } = world;
  const progress = progressLine(stderr, env, quiet);
  const stop = catchStopSignals(world.signals, () => {
    progress.clear();
    if (stderr.isTTY !== true) return;
    stderr.write('mmsem-bench: ending the searches; Ctrl-C again exits at once\n');
  });
  try {
    const explorations = await search(jobs, secondsMax, {
      signal: stop.signal,
      onProgress: (done, all, schedules) => {
        progress.show(searchProgressText(done, all, schedules));
      },
      onDone: () => undefined,
    });
    return { explorations, stop };
  } catch (error) {
    stop.release();
    throw error;
  } finally {
    progress.clear();
  }
}

/** `3 of 8 searches done  1.234 M schedules`. */
export function searchProgressText(done: number, all: number, schedules: number): string {
  const searches = all === 1 ? 'search' : 'searches';
  return `${done} of ${all} ${searches} done  ${formatTally(schedules)} schedules`;
}
