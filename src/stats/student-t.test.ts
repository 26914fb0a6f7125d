import { expect, it } from 'vitest';
import { studentTQuantile } from './student-t.js';

it('agrees with scipy.stats.t.ppf(0.975, df), odd and even degrees of freedom', () => {
  const reference: readonly (readonly [number, number])[] = [
    [1, 12.706204736174694],
    [2, 4.302652729749462],
    [5, 2.5705818356363146],
    [7, 2.364624251592784],
    [8, 2.306004135204166],
    [9, 2.262157162798205],
    [11, 2.200985160091639],
    [30, 2.0422724563012378],
  ];
  for (const [degreesOfFreedom, t] of reference) {
    expect(studentTQuantile(0.025, degreesOfFreedom)).toBeCloseTo(t, 9);
  }
});

it('approaches the normal quantile with many degrees of freedom', () => {
  expect(studentTQuantile(0.025, 10_000)).toBeCloseTo(1.96, 2);
});
