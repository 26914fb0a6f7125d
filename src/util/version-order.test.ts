import { expect, it } from 'vitest';
import { isBefore } from './version-order.js';

it.each([
  ['0.15.06', '0.17.05', true],
  ['0.17.05', '0.17.05', false],
  ['0.19', '0.19.06', true],
  ['0.19.06.1', '0.19.06', false],
  ['1.0', '0.19.06', false],
  ['6.9.1', '6.18', true],
  ['6.18.44-1-amd64', '6.18', false],
])('%s is before %s: %s', (version, other, expected) => {
  expect(isBefore(version, other)).toBe(expected);
});
