import { describe, expect, it } from 'vitest';
import { comparePredictions, wasDisturbed } from './prediction.js';
import { syntheticCalibration } from './testing/synthetic-calibration.js';

const PREDICTED = [{ tasks: 2, kernel: 'pristine', faultsPerSecond: 100 }];

function compare(windows: readonly (readonly [faultsPerSecond: number, disturbance: number])[]) {
  const all = windows.map(([faultsPerSecond, disturbance]) => {
    return { tasks: 2, kernel: 'pristine', faultsPerSecond, disturbance };
  });
  // Others, that have nothing to do with it.
  const others = { faultsPerSecond: 1, disturbance: 0 };
  const windowsOfAll = [
    ...all,
    { tasks: 1, kernel: 'pristine', ...others },
    { tasks: 2, kernel: 'patched', ...others },
  ];
  const predictions = comparePredictions(
    PREDICTED,
    syntheticCalibration({ windows: windowsOfAll }),
  );
  return { ...predictions[0]!, wasDisturbed: wasDisturbed(predictions) };
}

describe('a prediction', () => {
  it.each([
    [100, 1, true],
    [87, 1.149, true],
    [86.9, 1.151, false],
    [117.6, 0.85, true],
    [118, 0.847, false],
  ])('of 100 where %d was measured is %d of it: within is %j', (measured, ratio, isWithin) => {
    const found = compare([[measured, 0]]);
    expect(found.ratio).toBeCloseTo(ratio, 3);
    expect(found).toMatchObject({ measured, isWithin, windows: 1, wasDisturbed: false });
  });

  it('is held against the median of the windows that nobody disturbed', () => {
    const found = compare([
      [90, 0],
      [95, 0.01],
      [110, 0],
      [20, 0.5],
      [10, 0.9],
    ]);
    expect(found).toMatchObject({ measured: 95, windows: 3, wasDisturbed: false });
  });

  it('is held against those disturbed least, and that is told, when there are too few', () => {
    const found = compare([
      [90, 0],
      [50, 0.5],
      [60, 0.4],
      [20, 0.9],
    ]);
    expect(found).toMatchObject({ measured: 60, windows: 3, wasDisturbed: true, isWithin: false });
  });

  it('of what was not measured is not within anything', () => {
    expect(compare([])).toMatchObject({ measured: null, ratio: null, isWithin: false });
  });
});
