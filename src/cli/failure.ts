import { RunFailed } from '../engine/engine.js';
import { InvariantBroken } from '../util/assert.js';
import { EXIT } from './exit-code.js';
import { UsageError } from './usage-error.js';
import { OutputFailed } from './write-out.js';
import { oneLine } from '../util/one-line.js';

/** A failure of something that can be done again, with the command that does it again as message. */
class Replayable extends Error {
  override readonly name = 'Replayable';
}

/** All ran, and came out otherwise than it was to; `message` says how, in what, and what to do. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/** What whoever reads it can set right by what it says. */
const CLEAR = [UsageError, OutputFailed, CheckFailed] as const;

/** Whatever fails inside `run` is reported together with the command that does the same again. */
export async function replayable<T>(command: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw new Replayable(command, { cause });
  }
}

/**
 * What stderr says about an error, ending with a newline, and the exit code that goes with it.
 * `help` are the words that print the help text of the command that failed.
 */
export function describeFailure(
  error: unknown,
  help: string,
): { readonly text: string; readonly exitCode: number } {
  if (error instanceof Replayable) {
    const { text, exitCode } = describeFailure(error.cause, help);
    // Whoever mistyped something, or has no room on the disk, knows what to run.
    const isClear = CLEAR.some((kind) => error.cause instanceof kind);
    return { text: isClear ? text : `${text}to run it again: ${error.message}\n`, exitCode };
  }
  if (error instanceof UsageError) {
    const text = `mmsem-bench: ${oneLine(error.message)} (see ${help})\n`;
    return { text, exitCode: EXIT.usage };
  }
  if (error instanceof OutputFailed) {
    return { text: `mmsem-bench: ${oneLine(error.message)}\n`, exitCode: EXIT.usage };
  }
  if (error instanceof CheckFailed) {
    return { text: `mmsem-bench: ${error.message}\n`, exitCode: EXIT.runFailed };
  }
  if (error instanceof RunFailed || error instanceof InvariantBroken) {
    return { text: `mmsem-bench: the run failed: ${error.message}\n`, exitCode: EXIT.runFailed };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `mmsem-bench: this is a bug in mmsem-bench: ${stack}\n`,
    exitCode: EXIT.runFailed,
  };
}
