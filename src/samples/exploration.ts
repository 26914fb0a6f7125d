/** What a search through interleavings found, as plain data. */

/** One step of an interleaving, and how the lock stood after it. */
export interface InterleavingStep {
  /** Letter of the task in the replay string. */
  readonly letter: string;
  readonly task: string;
  /** What the task did. */
  readonly action: string;
  /** How it was told that time has passed, if it asked. */
  readonly answer: string;
  /** The count word, and what it says. */
  readonly count: string;
  readonly countMeaning: string;
  /** Letter of the writer that owns the lock, `readers`, or empty. */
  readonly owner: string;
  /** Letters of the queued tasks, in order. */
  readonly waiters: string;
  readonly sleeps: boolean;
}

export interface Counterexample {
  readonly kind: 'violation' | 'deadlock' | 'livelock' | 'unrest' | 'crash';
  /** Who, what and why, on one line. */
  readonly message: string;
  /** What `explore --replay` takes. */
  readonly replay: string;
  /** Steps of a task while another could go on, and times that passed, before and after shortening. */
  readonly interruptionsFound: number;
  readonly interruptions: number;
  readonly steps: readonly InterleavingStep[];
}

/** One scenario under one policy. */
export interface Exploration {
  readonly scenario: string;
  readonly title: string;
  readonly policy: string;
  readonly spin: boolean;
  /** Name of the deliberately broken lock that was searched. */
  readonly broken?: string;
  readonly strategy: 'exhaustive' | 'random' | 'pct' | 'replay';
  /** Interruptions that a schedule may have (exhaustive), or the depth (pct). */
  readonly bound?: number;
  readonly schedules: number;
  readonly steps: number;
  /** States in which there was a choice; 0 for strategies that do not tell them apart. */
  readonly states: number;
  /** Every schedule within the bound was covered. */
  readonly isComplete: boolean;
  /** All schedules with so many interruptions were covered; -1 for none. */
  readonly boundDone: number;
  readonly seconds: number;
  readonly counterexample?: Counterexample;
}
