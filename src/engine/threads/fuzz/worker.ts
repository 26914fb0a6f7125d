/** What piscina loads into every worker thread of a fuzzing run. */
import { kernelByName } from '../../../mm/kernels.js';
import { runFuzzTask, type FuzzAssignment, type FuzzReport } from './worker-task.js';

export default function work(assignment: FuzzAssignment): FuzzReport {
  return runFuzzTask(assignment, kernelByName);
}
