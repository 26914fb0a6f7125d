/** Something the user of `npm run bench` can put right; one line, exit code 2. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
