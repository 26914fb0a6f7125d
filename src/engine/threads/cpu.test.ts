import { expect, it } from 'vitest';
import { TASK } from '../../mm/layout.js';
import { STOP, type Op } from '../../mm/op.js';
import { testMachine } from '../../mm/testing/test-machine.js';
import { TaskRecorder } from '../task-recorder.js';
import { ThreadCpu, drive } from './cpu.js';

const MS = 1_000_000;

/** Remembers whether the task was off its CPU whenever somebody asked for the time. */
class WatchedCpu extends ThreadCpu {
  readonly wasOffCpu: boolean[] = [];

  override now(): number {
    this.wasOffCpu.push(this.isOffCpu);
    return super.now();
  }

  get isOffCpu(): boolean {
    return this.km.words[this.self + TASK.offCpu] !== 0;
  }
}

function* pauseFor(cpu: WatchedCpu, ns: number): Op<number> {
  const begun = cpu.now();
  cpu.wasOffCpu.length = 0;
  cpu.pauseUntilNs = begun + ns;
  yield STOP.pause;
  return performance.timeOrigin * 1e6 + performance.now() * 1e6 - begun;
}

function pausing(ns: number) {
  const { km } = testMachine({ tasks: 1 });
  // A clock that counts from another moment than this thread's own.
  const cpu = new WatchedCpu(km, 0, new TaskRecorder(), 0);
  return { cpu, ns: drive(cpu, pauseFor(cpu, ns)) };
}

it('a pause lasts until its time on the clock of the run, with the task off its CPU', () => {
  const { cpu, ns } = pausing(30 * MS);
  expect(ns).toBeGreaterThan(29 * MS);
  // What the host's own scheduler adds is not this code's doing.
  expect(ns).toBeLessThan(2000 * MS);
  expect(new Set(cpu.wasOffCpu)).toEqual(new Set([true]));
  expect(cpu.isOffCpu).toBe(false);
});

it.each([0, -5 * MS])('a pause until %i ns from now is over at once', (ns) => {
  const paused = pausing(ns);
  expect(paused.ns).toBeLessThan(1000 * MS);
  expect(paused.cpu.isOffCpu).toBe(false);
});
