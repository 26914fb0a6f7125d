/** What piscina loads into every worker thread of a search among random programs. */
import { kernelByName } from '../../../mm/kernels.js';
import { searchPrograms, type FuzzSearch, type SearchOutcome } from './search.js';

/** Doubles shared with the main thread: one that stops all, then calls and executions, by worker. */
export const STOP_DOUBLE = 0;
export const FIRST_COUNTER = 1;

export interface FuzzSearchAssignment {
  readonly search: FuzzSearch;
  readonly worker: number;
  readonly workers: number;
  readonly shared: SharedArrayBuffer;
  /** Time for this search, seconds. */
  readonly seconds: number;
}

export default function work(assignment: FuzzSearchAssignment): SearchOutcome {
  const { search, worker, workers, shared, seconds } = assignment;
  const doubles = new Float64Array(shared);
  const until = performance.now() + seconds * 1000;
  return searchPrograms(search, kernelByName, {
    first: worker,
    stride: workers,
    programsMax: Infinity,
    isOver: (calls, executions) => {
      doubles[FIRST_COUNTER + 2 * worker] = calls;
      doubles[FIRST_COUNTER + 2 * worker + 1] = executions;
      return doubles[STOP_DOUBLE] !== 0 || performance.now() > until;
    },
  });
}
