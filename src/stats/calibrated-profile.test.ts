import { describe, expect, it } from 'vitest';
import { cpusOf } from '../plan/machine-model.js';
import { calibratedProfile, sawContention } from './calibrated-profile.js';
import { LONE, PAIR, syntheticCalibration } from './testing/synthetic-calibration.js';

const BATCH = 31;
const TABLE = 512;

function valuesOf(samples = syntheticCalibration()) {
  const { costs } = calibratedProfile(samples);
  return Object.fromEntries(Object.entries(costs).map(([name, { value }]) => [name, value]));
}

describe('what one task shows', () => {
  // As the virtual engine charges them.
  const faultOf = (c: Record<string, number>): number =>
    c['faultEntryNs']! +
    c['zeroPageNs']! +
    c['pteWorkNs']! +
    2 * c['atomicNs']! +
    (c['allocBatchNs']! + c['atomicNs']!) / BATCH +
    (c['allocTableNs']! + c['atomicNs']!) / TABLE;
  const unmapOf = (c: Record<string, number>): number =>
    c['zapPageNs']! +
    c['freePageNs']! +
    c['atomicNs']! / BATCH +
    (2 * c['atomicNs']! + c['freeTableNs']!) / TABLE;

  it.each([
    { fault: 60, unmapPage: 13 },
    { fault: 59.4, unmapPage: 12.4 },
    { fault: 83.7, unmapPage: 20.1 },
    // Parts that were measured apart and come to more than the whole.
    { fault: 35, unmapPage: 5 },
  ])('adds up to a fault of $fault ns and a page of $unmapPage ns', ({ fault, unmapPage }) => {
    const lone = [{ ...LONE, fault: [fault], unmapPage: [unmapPage] }];
    const costs = valuesOf(syntheticCalibration({ lone }));
    expect(Math.abs(faultOf(costs) - fault)).toBeLessThanOrEqual(0.51);
    expect(Math.abs(unmapOf(costs) - unmapPage)).toBeLessThanOrEqual(0.52);
  });

  it('is told apart as far as it can be', () => {
    expect(valuesOf()).toMatchObject({
      atomicNs: 9,
      syscallNs: 400,
      // 700 + 900 of both calls, less twice 400 and six atomics of 9.
      linkVmaNs: 746,
      allocBatchNs: 201,
      allocTableNs: 211,
      zeroPageNs: 8,
      // 60 of a fault, less two atomics, less 30 that populate takes.
      faultEntryNs: 12,
    });
  });

  it('is what is typical: a round in which somebody else had the CPU changes nothing', () => {
    const slow = Object.fromEntries(
      Object.entries(LONE).map(([name, values]) => [name, values.map((ns) => 10 * ns)]),
    ) as unknown as typeof LONE;
    const costs = valuesOf(syntheticCalibration({ lone: [LONE, slow, LONE] }));
    expect(costs).toMatchObject({ atomicNs: 9, syscallNs: 400, zeroPageNs: 8 });
  });
});

describe('what two tasks show', () => {
  it.each([
    // The line is always under way: 100 ns for an access of each, half of it for one.
    { pairNs: 200, expected: 50 },
    // A CPU comes for it while the other is at its work: 30 ns, of which 20 are its own.
    { pairNs: 60, expected: 10 },
    // Never less than an atomic that nobody contends.
    { pairNs: 42, expected: 9 },
  ])('a pair of $pairNs ns makes a transfer of $expected ns', ({ pairNs, expected }) => {
    const pairs = [{ ...PAIR, contended: Array.from({ length: 30 }, () => pairNs) }];
    expect(valuesOf(syntheticCalibration({ pairs }))).toMatchObject({ lineTransferNs: expected });
  });

  it('is a guess, and says so, when they never met', () => {
    const pairs = [{ ...PAIR, contended: [50, 60] }];
    for (const samples of [syntheticCalibration({ pairs }), syntheticCalibration({ pairs: [] })]) {
      expect(sawContention(samples)).toBe(false);
      expect(calibratedProfile(samples).costs.lineTransferNs.sure).toBe('general knowledge');
    }
    expect(sawContention(syntheticCalibration())).toBe(true);
    expect(calibratedProfile(syntheticCalibration()).costs.lineTransferNs.sure).toBe('measured');
  });
});

it('has the machine and the day it was measured', () => {
  const { name, title, topology, memoryBytes } = calibratedProfile(syntheticCalibration());
  expect(name).toBe('this-host');
  expect(title).toContain('Model 5, 4 CPUs');
  expect(title).toContain('2026-01-02');
  expect(topology).toEqual({ sockets: 1, coresPerSocket: 2, threadsPerCore: 2 });
  expect(cpusOf(topology)).toBe(4);
  expect(memoryBytes).toBe(2 ** 34);
});
