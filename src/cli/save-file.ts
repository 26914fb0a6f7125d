/** Saving what a run has found, with failures that the user can do something about. */
import { UsageError } from './usage-error.js';
import { OutputFailed } from './write-out.js';

/** Before a run: after it, an unwritable file would cost the user the run. Throws UsageError. */
export async function checkSavable(file: string): Promise<void> {
  const { assertWritable, NotWritable } = await import('../report/save.js');
  try {
    assertWritable(file);
  } catch (error) {
    throw error instanceof NotWritable ? new UsageError(error.message) : error;
  }
}

/** Throws OutputFailed. */
export async function saveText(file: string, text: string): Promise<void> {
  const { saveAtomically, NotWritable } = await import('../report/save.js');
  try {
    saveAtomically(file, text);
  } catch (error) {
    throw error instanceof NotWritable ? new OutputFailed(error.message, { cause: error }) : error;
  }
}
