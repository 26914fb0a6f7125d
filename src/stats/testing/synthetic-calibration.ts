/** Calibrations with figures that a test chooses. */
import type { CalibrationSamples, LoneRound, PairRound } from '../../samples/calibration.js';

/** A machine on which a fault takes 60 ns and a page unmapped 13. */
export const LONE: LoneRound = {
  fault: [61, 60, 59],
  unmapPage: [13, 13.2, 12.8],
  populatePage: [30],
  failedCall: [400],
  mmap: [700],
  munmap: [900],
  firstWrite: [720],
  lastUnmap: [1600],
  lockPair: [18],
  refill: [210],
  takeFrame: [8],
  freeFrame: [6],
  flush: [35],
};

/** Contended, two CPUs get to the lock every 45 ns each, 20 of which are work: 23 for the line. */
export const PAIR: PairRound = {
  paced: [58, 58],
  contended: Array.from({ length: 30 }, (_, i) => 88 + (i % 5)),
  notify: [9000, 10_000, 11_000],
  wake: [30_000, 20_000, 25_000],
};

export function syntheticCalibration(
  changes: Partial<CalibrationSamples> = {},
): CalibrationSamples {
  return {
    host: { cpus: 4, threadsPerCore: 2, cpuModel: 'Model 5', memoryBytes: 2 ** 34 },
    portions: { batch: 31, table: 512, gather: 9698 },
    lone: [LONE, LONE, LONE],
    pairs: [PAIR, PAIR, PAIR],
    windows: [],
    startedAt: '2026-01-02T03:04:05.678Z',
    elapsedSeconds: 10,
    partial: false,
    ...changes,
  };
}
