import { openSession, type EngineSession } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';
import type { RunSamples } from '../samples/samples.js';
import { replayable } from './failure.js';
import { progressLine, sweepProgressText } from './progress-line.js';
import { replayCommand } from './replay.js';
import type { RunChoice } from './run-plan.js';
import { catchStopSignals, type StopSignals } from './stop-signals.js';
import type { World } from './world.js';

/** A point that is to be run. */
export interface PointJob {
  readonly index: number;
  /** Where it is, for people who watch. */
  readonly place: string;
  readonly plan: Plan;
}

export interface SweepRun {
  readonly stop: StopSignals;
  /** What ended the run early, other than a signal. */
  readonly failure: Error | undefined;
  /** Points that were run to their end. */
  readonly finished: number;
}

/**
 * Runs the points, as many side by side as keep their engine busy, until all are done, one fails or a
 * signal comes; `onDone` gets each that is complete. Signals stay caught until the caller releases
 * them. Throws nothing that a point throws: what is finished is to be printed first.
 */
export async function runPoints(
  jobs: readonly PointJob[],
  { quiet, checkDeterminism = false }: RunChoice,
  world: World,
  onDone: (job: PointJob, samples: RunSamples) => void,
): Promise<SweepRun> {
  const { stderr, env } = world;
  const progress = progressLine(stderr, env, quiet);
  const say = (text: string): void => {
    progress.clear();
    stderr.write(text);
  };
  const ending = new AbortController();
  const stop = catchStopSignals(world.signals, () => {
    ending.abort();
    if (stderr.isTTY === true) say('mmsem-bench: ending the sweep; Ctrl-C again exits at once\n');
  });
  const startMs = performance.now();
  /** How much of each point is done, 0 to 1. */
  const shares = new Map<number, number>();
  let finished = 0;
  const show = (job: PointJob, share: number): void => {
    shares.set(job.index, share);
    const done = [...shares.values()].reduce((sum, one) => sum + one, 0) + finished;
    const seconds = (performance.now() - startMs) / 1000;
    const secondsLeft = done === 0 ? undefined : (seconds / done) * (jobs.length - done);
    progress.show(sweepProgressText(finished, jobs.length, job.place, secondsLeft));
  };
  const runOne = async (session: EngineSession, job: PointJob): Promise<void> => {
    const samples = await replayable(replayCommand(job.plan), () =>
      session.run(job.plan, {
        signal: ending.signal,
        checkDeterminism,
        onProgress: ({ trialsDone, trialsTotal }) => {
          show(job, trialsDone / trialsTotal);
        },
        onHungTask: (report) => {
          say(`${report}\n`);
        },
      }),
    );
    if (samples.partial) return;
    onDone(job, samples);
    shares.delete(job.index);
    finished++;
  };
  try {
    for (const [engine, group] of byEngine(jobs)) {
      if (ending.signal.aborted) break;
      const session = openSession(await world.loadEngine(engine));
      await drain(group, session.plansAtOnce, ending, (job) => runOne(session, job)).finally(() =>
        session.close(),
      );
    }
    return { stop, failure: undefined, finished };
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    return { stop, failure, finished };
  } finally {
    progress.clear();
  }
}

/** Engines one after the other: on threads, tasks need the cores that a simulation would take. */
function byEngine(jobs: readonly PointJob[]): Map<Plan['engine'], PointJob[]> {
  const groups = new Map<Plan['engine'], PointJob[]>();
  for (const job of jobs) {
    const { engine } = job.plan;
    groups.set(engine, [...(groups.get(engine) ?? []), job]);
  }
  return groups;
}

/** Does all jobs, `atOnce` at a time. The first that throws ends the others, and is thrown on. */
async function drain(
  jobs: readonly PointJob[],
  atOnce: number,
  ending: AbortController,
  work: (job: PointJob) => Promise<void>,
): Promise<void> {
  const waiting = jobs.values();
  const lane = async (): Promise<void> => {
    for (const job of waiting) {
      if (ending.signal.aborted) return;
      await work(job);
    }
  };
  const failures: unknown[] = [];
  const lanes = Array.from({ length: Math.min(atOnce, jobs.length) }, () =>
    lane().catch((error: unknown) => {
      failures.push(error);
      ending.abort();
    }),
  );
  await Promise.all(lanes);
  if (failures.length > 0) throw failures[0];
}
