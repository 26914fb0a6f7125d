/** What of a process is judged: the simulated one and the real one answer the same calls. */
import type { Mapping } from '../mm/maps.js';
import type { SimulatedProcess } from '../process/process.js';

/** A line of /proc/PID/maps. */
export type MapsLine = Pick<Mapping, 'start' | 'end' | 'permissions' | 'offset' | 'name'>;

export interface JudgedProcess extends Pick<
  SimulatedProcess,
  | 'mmap'
  | 'munmap'
  | 'mprotect'
  | 'mremap'
  | 'madvise'
  | 'mlock'
  | 'munlock'
  | 'mincore'
  | 'msync'
  | 'touch'
  | 'loaded'
  | 'open'
  | 'writeFile'
  | 'readFile'
  | 'punchHole'
  | 'truncate'
  | 'fsync'
> {
  /** The mappings that touch [start, end), lowest first, cut to it. */
  mappingsIn(start: number, end: number): readonly MapsLine[];
  /** Page faults so far, those that the kernel took for itself among them. */
  minorFaults(): number;
  majorFaults(): number;
  /** Broken invariants, as sentences. */
  check(): readonly string[];
}
