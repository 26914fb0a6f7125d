/** A broken invariant of this program or of the simulated kernel; never caused by bad input. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

/** Stays on in production: a simulator that computes on after a broken invariant reports fiction. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InvariantBroken(what);
}
