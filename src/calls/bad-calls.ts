/** A file of calls that cannot be used; `message` says which line, what was expected, what to do. */
export class BadCalls extends Error {
  override readonly name = 'BadCalls';
}
