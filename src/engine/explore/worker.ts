/** What piscina loads into every worker thread of a search. */
import type { Exploration } from '../../samples/exploration.js';
import { runJob, type ExploreJob } from './job.js';

/** Words shared with the main thread: one that stops all, then schedules so far, by job. */
export const STOP_WORD = 0;
export const FIRST_COUNTER = 1;

export interface Assignment {
  readonly job: ExploreJob;
  readonly index: number;
  readonly shared: SharedArrayBuffer;
  /** Time for this job, seconds. */
  readonly seconds: number;
}

export default async function work(assignment: Assignment): Promise<Exploration> {
  const { job, index, shared, seconds } = assignment;
  const words = new Int32Array(shared);
  const until = performance.now() + seconds * 1000;
  return runJob(job, (schedules) => {
    Atomics.store(words, FIRST_COUNTER + index, schedules);
    return Atomics.load(words, STOP_WORD) !== 0 || performance.now() > until;
  });
}
