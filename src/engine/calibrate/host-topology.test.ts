import { expect, it } from 'vitest';
import { hostTopology, siblingCount } from './host-topology.js';

it.each([
  ['0\n', 1],
  ['0-1\n', 2],
  ['0,16\n', 2],
  ['0,64,128,192\n', 4],
  ['0-1,8-9\n', 4],
  ['', 1],
  ['nonsense', 1],
  ['0-', 1],
])('%j names %d threads of a core', (list, threads) => {
  expect(siblingCount(list)).toBe(threads);
});

it('tells whole cores of this machine', () => {
  const { cpus, threadsPerCore, memoryBytes } = hostTopology();
  expect(cpus).toBeGreaterThanOrEqual(1);
  expect(cpus % threadsPerCore).toBe(0);
  expect(memoryBytes).toBeGreaterThan(0);
});
