import { RunFailed } from '../engine/engine.js';
import type { Plan } from '../plan/plan.js';
import { InvariantBroken } from '../util/assert.js';
import { EXIT } from './exit-code.js';
import { replayCommand } from './replay.js';
import { oneLine, UsageError } from './usage-error.js';
import { OutputFailed } from './write-out.js';

/**
 * What stderr says about an error, ending with a newline, and the exit code that goes with it. The
 * plan, as far as the command got to one, becomes the command that runs it again.
 */
export function describeFailure(
  error: unknown,
  plan: Plan | undefined,
): { readonly text: string; readonly exitCode: number } {
  if (error instanceof UsageError) {
    const text = `mmsem-bench: ${oneLine(error.message)} (see --help)\n`;
    return { text, exitCode: EXIT.usage };
  }
  if (error instanceof OutputFailed) {
    return { text: `mmsem-bench: ${oneLine(error.message)}\n`, exitCode: EXIT.runFailed };
  }
  const replay = plan === undefined ? '' : `to run it again: ${replayCommand(plan)}\n`;
  if (error instanceof RunFailed || error instanceof InvariantBroken) {
    const text = `mmsem-bench: the run failed: ${error.message}\n${replay}`;
    return { text, exitCode: EXIT.runFailed };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const text = `mmsem-bench: this is a bug in mmsem-bench: ${stack}\n${replay}`;
  return { text, exitCode: EXIT.runFailed };
}
