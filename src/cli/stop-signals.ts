import { SIGNAL_EXIT, type StopSignal } from './exit-code.js';

/** The part of `process` that signals need. */
export interface SignalSource {
  on(name: StopSignal, listener: (name: StopSignal) => void): unknown;
  off(name: StopSignal, listener: (name: StopSignal) => void): unknown;
  exit(code: number): void;
}

export interface StopSignals {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The first signal, when there was one. */
  received(): StopSignal | undefined;
  /** From here on signals do again what they do by default. */
  release(): void;
}

/**
 * The first SIGINT, SIGTERM or SIGHUP asks the run to end and print what it has; the second one
 * ends the process at once, for a user who does not want to wait for that.
 */
export function catchStopSignals(source: SignalSource, onFirst: () => void): StopSignals {
  const names = Object.keys(SIGNAL_EXIT) as StopSignal[];
  const controller = new AbortController();
  let first: StopSignal | undefined;
  const listener = (name: StopSignal): void => {
    if (first !== undefined) {
      source.exit(SIGNAL_EXIT[name]);
      return;
    }
    first = name;
    controller.abort();
    onFirst();
  };
  for (const name of names) source.on(name, listener);
  return {
    signal: controller.signal,
    received: () => first,
    release: () => {
      for (const name of names) source.off(name, listener);
    },
  };
}
