/** Wrong usage: what the user typed, or a file that he named, cannot be run. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
