import { describe, expect, it } from 'vitest';
import { CpuTime } from '../engine/virtual/cpu-time.js';
import { CPU_CATEGORIES, cpuTimeLines } from './cpu-time.js';
import type { ResultKernel } from './result.js';

const plain = (text: string): string => text;
const kernel = (name: string, cpuNs?: Record<string, number>): ResultKernel =>
  ({ name, cpuNs }) as unknown as ResultKernel;

/** A column's numbers, from top to bottom. */
function column(lines: readonly string[], index: number): number[] {
  return lines.slice(1).map((line) => Number(line.trim().split(/ {2,}/)[index]));
}

describe('rows of CPU time', () => {
  it('stand for every category that a machine reports, each once', () => {
    const time = new CpuTime();
    time.work.fill(1);
    const reported = Object.keys(time.byCategory(0));
    expect([...CPU_CATEGORIES].sort()).toEqual([...reported].sort());
    expect(new Set(CPU_CATEGORIES).size).toBe(CPU_CATEGORIES.length);
  });

  it('add up to all CPU time, idle included', () => {
    const time = new CpuTime();
    time.work.forEach((_, cost) => (time.work[cost] = 1000 * (cost + 1)));
    time.transfers = 5000;
    time.spinning = 7000;
    time.wakeUps = 300;
    time.switches = 700;
    const busy = time.byCategory(200_000);
    expect(Object.values(busy).reduce((sum, ns) => sum + ns, 0)).toBe(200_000);
    const even = Object.fromEntries(CPU_CATEGORIES.map((name) => [name, 1]));
    const lines = cpuTimeLines([kernel('one', busy), kernel('two', even)], plain);
    expect(lines[0]).toMatch(/^CPU time, % +one +two$/);
    for (const index of [1, 2]) {
      const shares = column(lines, index);
      // Each is rounded to a tenth.
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
      for (const share of shares) expect(share).toBeGreaterThan(0);
    }
    expect(column(lines, 1)[4]).toBe(2.5);
    expect(column(lines, 1)[5]).toBe(3.5);
  });

  it('are none where CPUs are real', () => {
    expect(cpuTimeLines([kernel('one'), kernel('two')], plain)).toEqual([]);
    expect(cpuTimeLines([], plain)).toEqual([]);
  });
});
