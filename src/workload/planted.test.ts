import { expect, it } from 'vitest';
import { kernelByName, partsOfKernelName } from '../mm/kernels.js';
import { TestCpu, testMachine } from '../mm/testing/test-machine.js';
import { plantSlowDown } from './planted.js';

/** A CPU whose clock is moved by work and by nothing else. */
class WorkingCpu extends TestCpu {
  timeNs = 5_000_000;

  override now(): number {
    return this.timeNs;
  }

  override burn(ns: number): void {
    if (!Number.isInteger(ns)) throw new Error(`${ns} is no whole number of ns`);
    this.timeNs += ns;
  }
}

/** Pieces of work of so many ns, one after the other, that a task does in `windowNs`. */
function piecesDone(kernel: string, pieceNs: number, windowNs: number): number {
  const cpu = new WorkingCpu(testMachine({ tasks: 1 }).km, 0);
  const endNs = cpu.timeNs + windowNs;
  const stopping = plantSlowDown(kernelByName(kernel), cpu, () => cpu.timeNs >= endNs);
  let pieces = 0;
  for (; !stopping(); pieces++) cpu.timeNs += pieceNs;
  return pieces;
}

it.each([
  ['pristine', 1],
  ['pristine+8%', 0.92],
  ['patched+0.5%', 0.995],
  ['mainline+12.5%', 0.875],
  ['pristine+50%', 0.5],
])('%s does %d of the work, however short its pieces are', (kernel, share) => {
  for (const pieceNs of [7, 1000, 31_337]) {
    const all = piecesDone('pristine', pieceNs, 1e7);
    expect(Math.abs(piecesDone(kernel, pieceNs, 1e7) - share * all)).toBeLessThanOrEqual(2);
  }
});

it('asks the bare question where nothing is planted', () => {
  const cpu = new WorkingCpu(testMachine({ tasks: 1 }).km, 0);
  const stopping = (): boolean => true;
  expect(plantSlowDown(kernelByName('pristine'), cpu, stopping)).toBe(stopping);
});

it('does not count the time before the first question, and works no more once the window is over', () => {
  const cpu = new WorkingCpu(testMachine({ tasks: 1 }).km, 0);
  let isOver = false;
  const stopping = plantSlowDown(kernelByName('pristine+50%'), cpu, () => isOver);
  const times = [0, 100, 100].map((ns, i) => {
    cpu.timeNs += ns;
    isOver = i === 2;
    expect(stopping()).toBe(isOver);
    return cpu.timeNs - 5_000_000;
  });
  expect(times).toEqual([0, 200, 300]);
});

it.each(['pristine+0%', 'pristine+8', 'pristine+', 'pristine+50.1%', 'pristine+1%+1%', 'a+1e1%'])(
  '%s is the name of no kernel',
  (name) => {
    expect(partsOfKernelName(name)).toBeUndefined();
    expect(() => kernelByName(name)).toThrow(`no kernel is called '${name}'`);
  },
);
