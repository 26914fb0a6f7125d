/** Results as strace writes them: `0x7f1946355000`, `0`, `-1 ENOMEM`. */
import { errnoName } from '../mm/errno.js';
import type { CallShape } from './call-table.js';
import type { Recorded } from './program.js';

/** Negative numbers down to this one are errors, as in the kernel (MAX_ERRNO). */
const ERRNO_MAX = 4095;

export function isError(result: number): boolean {
  return result < 0 && result >= -ERRNO_MAX;
}

/** `result` is what a call returns, errors as negated errno. */
export function resultText(result: number, returns: CallShape['returns']): string {
  if (isError(result)) return `-1 ${errnoName(-result)}`;
  return returns === 'address' ? `0x${result.toString(16)}` : String(result);
}

export function recordedText(recorded: Recorded, returns: CallShape['returns']): string {
  return recorded.error === undefined
    ? resultText(recorded.value, returns)
    : `-1 ${recorded.error}`;
}
