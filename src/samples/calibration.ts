/** What a calibration has measured on the machine it ran on: raw repeats, judged nowhere yet. */

/**
 * What is measured with one task, and with two: every value is the mean of a stretch that is short
 * against the slices in which a busy machine shares its CPUs out, ns.
 */
export const LONE_MEASURES = [
  /** The default workload: a fault with all that comes with it, and a page unmapped, likewise. */
  'fault',
  'unmapPage',
  /** A page made present by populate: a fault without trap, lock and access. */
  'populatePage',
  /** A munmap that is turned away at once; a mapping of one page that nobody touches, both ways. */
  'failedCall',
  'mmap',
  'munmap',
  /** The same page written once: the write, which makes three tables, and the munmap. */
  'firstWrite',
  'lastUnmap',
  /** Taking and leaving a free rwsem for read: two atomics. */
  'lockPair',
  /** A batch from the zone; one page off and one page onto the CPU's own list. */
  'refill',
  'takeFrame',
  'freeFrame',
  /** A TLB flush with nobody else to tell. */
  'flush',
] as const;

export const PAIR_MEASURES = [
  /** Lock for read, work, unlock, work, at the pace of page faults: by one CPU, and by each of two. */
  'paced',
  'contended',
  /** `Atomics.notify` of a sleeper, and from its return until the sleeper runs. */
  'notify',
  'wake',
] as const;

export type LoneRound = Readonly<Record<(typeof LONE_MEASURES)[number], readonly number[]>>;
export type PairRound = Readonly<Record<(typeof PAIR_MEASURES)[number], readonly number[]>>;

/** A window of the default workload on the threads engine. */
export interface CheckWindow {
  readonly tasks: number;
  readonly kernel: string;
  readonly faultsPerSecond: number;
  /** Which part of the tasks' time other programs had their CPUs, where the system tells. */
  readonly disturbance: number;
}

/** In how large portions the simulated kernel does what it does for many pages at once, pages. */
export interface Portions {
  readonly batch: number;
  readonly table: number;
  readonly gather: number;
}

export interface HostTopology {
  readonly cpus: number;
  readonly threadsPerCore: number;
  readonly cpuModel: string;
  readonly memoryBytes: number;
}

export interface CalibrationSamples {
  readonly host: HostTopology;
  readonly portions: Portions;
  readonly lone: readonly LoneRound[];
  /** Empty on a machine with one CPU. */
  readonly pairs: readonly PairRound[];
  /** Measured between the rounds, so that both saw the same machine. Empty unless asked for. */
  readonly windows: readonly CheckWindow[];
  /** When it began, ISO 8601, and how long it took. */
  readonly startedAt: string;
  readonly elapsedSeconds: number;
  /** A signal ended it early. */
  readonly partial: boolean;
}
