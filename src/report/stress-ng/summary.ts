/** All that stress-ng prints of a run after it, for one kernel. */
import type { Compat } from '../../plan/stress.js';
import { closingMessages, problemMessages } from './closing.js';
import { info, type Message } from './message.js';
import { metricsMessages, type MetricsStyle } from './metrics-block.js';
import { perfMessages } from './perf-block.js';
import { SHARED_MM, type StressRun } from './stress-run.js';
import { timesMessages, timesOf } from './times.js';

export interface SummaryChoice {
  /** Null without `--metrics` and `--metrics-brief`. */
  readonly metrics: MetricsStyle | null;
  readonly perf: boolean;
  readonly times: boolean;
}

/** Whether the last line comes before the numbers. */
const ENDS_FIRST: Readonly<Record<Compat, boolean>> = {
  '0.09.31': true,
  '0.15.06': false,
  head: false,
};

/** Lines in stress-ng's order, behind one of ours that names the kernel. */
export function summaryMessages(run: StressRun, choice: SummaryChoice): Message[] {
  const numbers = [
    ...(choice.metrics === null ? [] : metricsMessages(run, choice.metrics)),
    ...(choice.perf ? perfMessages(run) : []),
    ...(choice.times ? timesMessages(timesOf(run)) : []),
  ];
  const end = closingMessages(run);
  const problems = problemMessages(run);
  return [
    kernelMessage(run),
    ...problems,
    ...(ENDS_FIRST[run.compat] ? [...end, ...numbers] : [...numbers, ...end]),
  ];
}

/** `kernel: patched`: whose numbers follow, and what is not as in stress-ng about all of them. */
function kernelMessage({ kernel, sharedMm }: StressRun): Message {
  return info(`kernel: ${kernel}${sharedMm ? ` (${SHARED_MM})` : ''}`);
}
