import { expect, it } from 'vitest';
import { kernelByName, kernelNames } from '../mm/kernels.js';
import { STAT } from '../mm/layout.js';
import { STOP, type Op } from '../mm/op.js';
import { leftAfterExit, unsound, vmasOf } from '../mm/testing/memory-view.js';
import { TestCpu, testMachine } from '../mm/testing/test-machine.js';
import { Prng } from '../util/prng.js';
import { Writer } from './writer.js';

const MS = 1_000_000;

/** A CPU whose clock stands still, unless somebody sets it. */
class StillCpu extends TestCpu {
  timeNs = 0;

  override now(): number {
    return this.timeNs;
  }
}

/** A writer alone on a machine, until `endNs`. `everyPause` sees every pause before it is over. */
function run(
  { kernel = 'pristine', gapNs = MS, endNs = 1000 * MS, vmas = 10 },
  everyPause: (cpu: StillCpu) => void = () => undefined,
) {
  const machine = testMachine({ tasks: 1, vmas });
  const { km, mm } = machine;
  const cpu = new StillCpu(km, 0);
  const writer = new Writer({
    cpu,
    mm,
    kernel: kernelByName(kernel),
    thresholdPages: 100,
    gapNs,
    prng: new Prng(1, 3),
    stopping: () => cpu.timeNs >= endNs,
  });
  const program: Op<void> = writer.program();
  for (;;) {
    const step = program.next();
    if (step.done === true) break;
    expect(step.value).toBe(STOP.pause);
    everyPause(cpu);
    cpu.timeNs = cpu.pauseUntilNs;
  }
  const stat = (name: keyof typeof STAT): number => km.stats[cpu.stat + STAT[name]]!;
  return { machine, cpu, stat };
}

it.each(kernelNames())('%s: maps a page and unmaps it again, once after every sleep', (kernel) => {
  const { machine, stat } = run({ kernel });
  // 1000 gaps of 1 ms on average.
  expect(stat('munmapCalls')).toBeGreaterThan(970);
  expect(stat('munmapCalls')).toBeLessThan(1030);
  expect(stat('munmapPages')).toBe(stat('munmapCalls'));
  expect([stat('mmapCalls'), stat('failedCalls')]).toEqual([stat('munmapCalls'), 0]);
  expect([stat('faultsTotal'), vmasOf(machine.km, machine.mm)]).toEqual([0, []]);
  expect(unsound(machine)).toEqual([]);
  expect(leftAfterExit(machine)).toEqual([]);
});

it('sleeps whole ns, from half the mean time to one and a half', () => {
  const gaps: number[] = [];
  run({ gapNs: 1001, endNs: 2 * MS }, (cpu) => gaps.push(cpu.pauseUntilNs - cpu.timeNs));
  expect(gaps.every((ns) => Number.isInteger(ns) && ns >= 500 && ns <= 1501)).toBe(true);
  expect(Math.min(...gaps)).toBeLessThan(520);
  expect(Math.max(...gaps)).toBeGreaterThan(1480);
});

it('looks every 10 ms whether the window has closed', () => {
  const pieces: number[] = [];
  const { cpu, stat } = run({ gapNs: 4000 * MS, endNs: 95 * MS }, (cpu) => {
    pieces.push(cpu.pauseUntilNs - cpu.timeNs);
  });
  expect(pieces).toEqual(Array.from({ length: 10 }, () => 10 * MS));
  expect(cpu.timeNs).toBe(100 * MS);
  expect(stat('mmapCalls')).toBe(0);
});

it('never sleeps when there is no time between operations', () => {
  let looks = 0;
  const machine = testMachine({ tasks: 1 });
  const cpu = new StillCpu(machine.km, 0);
  const writer = new Writer({
    cpu,
    mm: machine.mm,
    kernel: kernelByName('pristine'),
    thresholdPages: 100,
    gapNs: 0,
    prng: new Prng(1, 3),
    stopping: () => ++looks > 100,
  });
  expect(writer.program().next().done).toBe(true);
  expect(machine.km.stats[cpu.stat + STAT.munmapCalls]).toBe(50);
});

it('goes on when a call fails', () => {
  const { stat } = run({ vmas: 0, endNs: 50 * MS });
  expect(stat('failedCalls')).toBeGreaterThan(40);
  expect(stat('munmapCalls')).toBe(0);
});
