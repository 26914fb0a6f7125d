/** What the shell sees. Every code is tested from outside the process. */
export const EXIT = {
  ok: 0,
  /** The lock is broken, on purpose or not: torture or a search has shown it. */
  lockBroken: 1,
  /** A conformance case fails, or random calls have broken the model. */
  findings: 1,
  /** A gate has found more of a regression than is allowed. */
  regression: 1,
  /** Calls that were replayed came out otherwise than they are recorded. */
  different: 1,
  /** Words that are wrong, files that cannot be read, places that cannot be written. */
  usage: 2,
  /** A gate cannot tell. */
  inconclusive: 3,
  /** A gate has no baseline, or one of something else; files have nothing in common. */
  notComparable: 4,
  /** No stress-ng is installed. */
  noStressNg: 4,
  /** As in stress-ng: a stressor has failed, has run out of memory, or none of those wanted is there. */
  stressorFailed: 2,
  noResources: 3,
  nothingLeft: 4,
  /** The run failed, or its numbers cannot be trusted. */
  runFailed: 5,
} as const;

/** 128 + the signal's number, as shells report a death by it. */
export const SIGNAL_EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export type StopSignal = keyof typeof SIGNAL_EXIT;
