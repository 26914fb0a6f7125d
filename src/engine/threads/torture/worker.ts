/** What piscina loads into every worker thread of a torture run. */
import { RWSEM_CALLS } from './lock-calls.js';
import { runTortureTask, type TortureAssignment, type TortureReport } from './worker-task.js';

export default function work(assignment: TortureAssignment): TortureReport {
  return runTortureTask(assignment, RWSEM_CALLS);
}
