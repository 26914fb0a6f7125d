/** What of a process is judged: the simulated one and the real one answer the same calls. */
import type { Mapping, SimulatedProcess } from '../process/process.js';

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
  mappingsIn(start: number, end: number): readonly Mapping[];
  /** Page faults so far, those that the kernel took for itself among them. */
  minorFaults(): number;
  majorFaults(): number;
  /** Broken invariants, as sentences. */
  check(): readonly string[];
}
