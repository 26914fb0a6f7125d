import { describe, expect, it } from 'vitest';
import { KernelMemory } from '../mm/kernel-memory.js';
import { STAT } from '../mm/layout.js';
import { readCounters } from './window.js';

/** A machine whose only task takes three page faults between any two looks at its counters. */
function faultingMachine(): KernelMemory {
  const km = KernelMemory.create({
    ...{ tasks: 1, mms: 1, frames: 8, tables: 8, vmas: 8, files: 0 },
    maxMapCount: 8,
  });
  const at = km.statIndex(0);
  const stats = new Proxy(km.stats, {
    get(counters, name) {
      for (const counter of [STAT.faultsTotal, STAT.faultsMinor]) counters[at + counter]! += 3;
      const value: unknown = Reflect.get(counters, name, counters);
      return typeof value === 'function' ? (value.bind(counters) as unknown) : value;
    },
  });
  return Object.assign(Object.create(km) as KernelMemory, { stats });
}

describe('counters of tasks that go on', () => {
  it('have no more page faults that ended than page faults, while others end', () => {
    const km = faultingMachine();
    for (let i = 0; i < 3; i++) {
      const { faultsTotal, faultsMinor } = readCounters(km, 1);
      expect(faultsMinor).toBeGreaterThan(0);
      expect(faultsTotal).toBeGreaterThanOrEqual(faultsMinor);
    }
  });
});
