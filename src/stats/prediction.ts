/** How well a machine profile predicts what the threads engine does on the machine it was made on. */
import type { CheckWindow, CalibrationSamples } from '../samples/calibration.js';
import { median } from './median.js';

/** What is measured may differ from what was predicted by this part of it. */
export const TOLERANCE = 0.15;
/** A window counts when other programs had no more of its CPUs than this. */
const DISTURBANCE_MAX = 0.03;
/** With fewer of those, so many that were disturbed least count all the same. */
const WINDOWS_MIN = 3;

/** What a profile says about one kernel with so many tasks, page faults per second. */
export interface Predicted {
  readonly tasks: number;
  readonly kernel: string;
  readonly faultsPerSecond: number;
}

export interface Prediction extends Predicted {
  /** Median of the windows that count; null when none was measured. */
  readonly measured: number | null;
  /** Predicted by measured. */
  readonly ratio: number | null;
  readonly isWithin: boolean;
  readonly windows: number;
  /** Median over the windows that count: the part of their CPUs that others had. */
  readonly disturbance: number;
}

export function comparePredictions(
  predicted: readonly Predicted[],
  { windows }: CalibrationSamples,
): Prediction[] {
  return predicted.map((one) => {
    const counted = undisturbed(
      windows.filter(({ tasks, kernel }) => tasks === one.tasks && kernel === one.kernel),
    );
    if (counted.length === 0) {
      return { ...one, measured: null, ratio: null, isWithin: false, windows: 0, disturbance: 0 };
    }
    const measured = median(counted.map(({ faultsPerSecond }) => faultsPerSecond));
    const ratio = one.faultsPerSecond / measured;
    return {
      ...one,
      measured,
      ratio,
      isWithin: Math.abs(ratio - 1) <= TOLERANCE,
      windows: counted.length,
      disturbance: median(counted.map(({ disturbance }) => disturbance)),
    };
  });
}

/** Whether too many windows were disturbed for what was measured to be this machine's own. */
export function wasDisturbed(predictions: readonly Prediction[]): boolean {
  return predictions.some(({ disturbance }) => disturbance > DISTURBANCE_MAX);
}

function undisturbed(windows: readonly CheckWindow[]): CheckWindow[] {
  const calmFirst = windows.toSorted((a, b) => a.disturbance - b.disturbance);
  const calm = calmFirst.filter(({ disturbance }) => disturbance <= DISTURBANCE_MAX);
  return calm.length >= WINDOWS_MIN ? calm : calmFirst.slice(0, WINDOWS_MIN);
}
