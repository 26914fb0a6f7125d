/** Saving what a run has found, with failures that the user can do something about. */
import { UsageError } from './usage-error.js';
import { OutputFailed } from './write-out.js';

type ErrorKind = new (...args: never[]) => Error;

/**
 * Work with files before a run, when it is not too late to name others: what cannot be written, and
 * every error of `kinds`, comes as UsageError.
 */
export async function orUsageError<T>(work: () => T, ...kinds: readonly ErrorKind[]): Promise<T> {
  const { NotWritable } = await import('../report/save.js');
  try {
    return work();
  } catch (error) {
    const isUsers = [NotWritable, ...kinds].some((kind) => error instanceof kind);
    throw isUsers ? new UsageError((error as Error).message) : error;
  }
}

/** Work with files after a run: what cannot be written comes as OutputFailed. */
export async function orOutputFailed<T>(work: () => T): Promise<T> {
  const { NotWritable } = await import('../report/save.js');
  try {
    return work();
  } catch (error) {
    throw error instanceof NotWritable ? new OutputFailed(error.message, { cause: error }) : error;
  }
}

/** Before a run: after it, an unwritable file would cost the user the run. Throws UsageError. */
export async function checkSavable(file: string): Promise<void> {
  const { assertWritable } = await import('../report/save.js');
  await orUsageError(() => {
    assertWritable(file);
  });
}

/** Throws OutputFailed. */
export async function saveText(file: string, text: string): Promise<void> {
  const { saveAtomically } = await import('../report/save.js');
  await orOutputFailed(() => {
    saveAtomically(file, text);
  });
}
