import { expect, it } from 'vitest';
import { instanceOf } from '../samples/testing/instance.js';
import { entryOpsPerSecond, opsPerSecond } from './bogo-rate.js';

const instance = (entry: number, bogoOps: number, seconds: number) => ({
  ...instanceOf({ bogoOps, realNs: seconds * 1e9 }),
  entry,
});

it('an entry has its operations over the mean of its instances’ times', () => {
  expect(entryOpsPerSecond([instance(0, 10, 1), instance(0, 20, 3)])).toBe(15);
  expect(entryOpsPerSecond([instance(0, 10, 0)])).toBe(0);
});

it('entries side by side have the sum of their rates, however long each ran', () => {
  expect(opsPerSecond([instance(0, 10, 1), instance(1, 10, 10), instance(0, 30, 1)])).toBe(41);
  expect(opsPerSecond([])).toBe(0);
});
