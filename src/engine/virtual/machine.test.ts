import { describe, expect, it } from 'vitest';
import { TASK } from '../../mm/layout.js';
import { COST, STOP, type Op } from '../../mm/op.js';
import { spinUnlock, trySpinLock } from '../../mm/spinlock.js';
import type { VirtualCpu } from './cpu.js';
import {
  COSTS,
  freeWord,
  journal,
  machineFor,
  modelWith,
  runAll,
  work,
} from './testing/small-machine.js';

function* sleep(cpu: VirtualCpu): Op<void> {
  yield STOP.sleep;
  cpu.km.words[cpu.self + TASK.wake] = 0;
}

function wake(cpu: VirtualCpu, task: number): void {
  cpu.km.words[cpu.km.taskAt(task) + TASK.wake] = 1;
  cpu.wake(task);
}

describe('order', () => {
  it('steps are made in the order of time, whatever they cost', () => {
    const { entries, note } = journal();
    const pieces = (costs: number): ((cpu: VirtualCpu) => Op<void>) =>
      function* (cpu) {
        for (let i = 0; i < 40; i++) {
          if (cpu.mustYield()) yield STOP.step;
          note(cpu);
          cpu.charge(COST.syscall, costs);
        }
      };
    runAll(modelWith(3), [pieces(3), pieces(1), pieces(7)]);
    const times = entries.map(([, timeNs]) => timeNs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(entries.slice(0, 3).map(([task]) => task)).toEqual([0, 1, 2]);
    expect(entries).toHaveLength(120);
  });

  it('tasks that are due at one time go in the order in which they came to be', () => {
    const { entries, note } = journal();
    const once = function* (cpu: VirtualCpu): Op<void> {
      yield STOP.step;
      note(cpu);
    };
    runAll(modelWith(4), [once, once, once, once]);
    expect(entries).toEqual([0, 1, 2, 3].map((task) => [task, 0]));
  });

  it('the window ends before the first step that is not in it, and tasks go on to their ends', () => {
    const { entries, note } = journal();
    const machine = machineFor(modelWith(2), [0, 0]);
    let atEnd: number[] = [];
    machine.run(
      machine.tasks.map((cpu) => work(cpu, 10, note)),
      500,
      () => (atEnd = entries.map(([, timeNs]) => timeNs)),
    );
    expect(Math.max(...atEnd)).toBeLessThan(500);
    expect(atEnd).toHaveLength(10);
    expect(entries).toHaveLength(20);
    expect(machine.endNs).toBe(1000);
  });
});

describe('the window', () => {
  it('ends for a lone task, too, that nobody else would stop', () => {
    const { entries, note } = journal();
    const machine = machineFor(modelWith(1), [0]);
    let atEnd = 0;
    machine.run([work(machine.tasks[0]!, 10, note)], 501, () => (atEnd = entries.length));
    expect(atEnd).toBe(6);
  });
});

describe('sleeping', () => {
  it('a woken task runs after the wake-up and its latency; the waker pays the wake-up alone', () => {
    const { entries, note } = journal();
    const machine = runAll(modelWith(2), [
      function* (cpu) {
        yield* sleep(cpu);
        note(cpu);
      },
      function* (cpu) {
        yield* work(cpu, 5);
        wake(cpu, 0);
        note(cpu);
      },
    ]);
    expect(entries).toEqual([
      [1, 500 + COSTS.wakeUpNs],
      [0, 500 + COSTS.wakeUpNs + COSTS.wakeLatencyNs],
    ]);
    expect(machine.time.wakeUps).toBe(COSTS.wakeUpNs);
  });

  it('does not begin when the waker was faster, and waking who is awake costs nothing', () => {
    const { entries, note } = journal();
    const machine = runAll(modelWith(2), [
      function* (cpu) {
        yield* work(cpu, 10);
        yield* sleep(cpu);
        note(cpu);
      },
      function* (cpu) {
        yield STOP.step;
        wake(cpu, 0);
        note(cpu);
      },
    ]);
    expect(entries).toEqual([
      [1, 0],
      [0, 1000],
    ]);
    expect(machine.time.wakeUps).toBe(0);
  });

  it('takes the task off its CPU, as others can see', () => {
    const seen: number[] = [];
    runAll(modelWith(2), [
      sleep,
      function* (cpu) {
        yield STOP.step;
        const word = cpu.km.taskAt(0) + TASK.offCpu;
        seen.push(cpu.km.words[word]!);
        wake(cpu, 0);
        seen.push(cpu.km.words[word]!);
      },
    ]);
    expect(seen).toEqual([1, 0]);
  });

  it('a pause ends at its time, and another task has the CPU meanwhile', () => {
    const { entries, note } = journal();
    runAll(modelWith(1), [
      function* (cpu) {
        cpu.pauseUntilNs = 5000;
        yield STOP.pause;
        note(cpu);
      },
      (cpu) => work(cpu, 2, note),
    ]);
    const begin = COSTS.contextSwitchNs;
    expect(entries).toEqual([
      [1, begin],
      [1, begin + 100],
      [0, 5000 + COSTS.wakeLatencyNs],
    ]);
  });
});

describe('more tasks than CPUs', () => {
  it('take turns by slices, and every turn costs a context switch', () => {
    const { entries, note } = journal();
    const machine = runAll(modelWith(1), [
      (cpu) => work(cpu, 250, note),
      (cpu) => work(cpu, 250, note),
    ]);
    const turns = entries.filter(([task], i) => task !== entries[i - 1]?.[0]);
    expect(turns.map(([task]) => task)).toEqual([0, 1, 0, 1, 0, 1]);
    const perSlice = COSTS.sliceNs / 100;
    const lengths = [0, 1].map((task) => entries.filter(([who]) => who === task).length);
    expect(lengths).toEqual([250, 250]);
    // A slice is over when its time is up, at the next step.
    expect(entries.findIndex(([task]) => task === 1)).toBeGreaterThanOrEqual(perSlice);
    expect(entries.findIndex(([task]) => task === 1)).toBeLessThanOrEqual(perSlice + 1);
    // Five turns after the first.
    expect(machine.time.switches).toBe(5 * COSTS.contextSwitchNs);
    expect(machine.endNs).toBe(500 * 100 + 5 * COSTS.contextSwitchNs);
  });

  it('a task alone on its CPU is not interrupted', () => {
    const machine = runAll(modelWith(2), [(cpu) => work(cpu, 500), (cpu) => work(cpu, 500)]);
    expect(machine.time.switches).toBe(0);
    expect(machine.endNs).toBe(50_000);
  });

  it('a task that holds a spinlock keeps its CPU until it has given it up', () => {
    const { entries, note } = journal();
    runAll(modelWith(1), [
      function* (cpu) {
        const lock = freeWord(cpu.km);
        expect(trySpinLock(cpu, lock)).toBe(true);
        yield* work(cpu, 300, note);
        spinUnlock(cpu, lock);
        yield* work(cpu, 300, note);
      },
      (cpu) => work(cpu, 1, note),
    ]);
    // Three slices with the lock, and then at once.
    expect(entries.findIndex(([task]) => task === 1)).toBe(300);
  });

  it('a CPU with nothing to do takes a task that waits elsewhere', () => {
    const places: number[] = [];
    const machine = runAll(modelWith(2), [
      (cpu) => work(cpu, 90),
      (cpu) => work(cpu, 10),
      (cpu) => work(cpu, 10, ({ place }) => places.push(place)),
    ]);
    // Task 2 queued up on CPU 0, where task 0 has most of its slice left.
    expect(new Set(places)).toEqual(new Set([1]));
    expect(machine.endNs).toBe(9000);
  });
});

describe('threads of one core', () => {
  const twoThreads = { sockets: 1, coresPerSocket: 1, threadsPerCore: 2 };

  it('both are slower while both are busy, and only then', () => {
    const ends: number[] = [];
    const machine = runAll(modelWith(2, {}, twoThreads), [
      function* (cpu) {
        yield* work(cpu, 10);
        ends[0] = cpu.timeNs;
      },
      function* (cpu) {
        yield* work(cpu, 30);
        ends[1] = cpu.timeNs;
      },
    ]);
    expect(ends[0]).toBe(1500);
    expect(ends[1]).toBe(1500 + 2000);
    expect(machine.time.byCategory(0)['syscall']).toBe(5000);
  });

  it('threads of two cores do not mind each other', () => {
    const twoCores = { sockets: 1, coresPerSocket: 2, threadsPerCore: 1 };
    const machine = runAll(modelWith(2, {}, twoCores), [
      (cpu) => work(cpu, 10),
      (cpu) => work(cpu, 10),
    ]);
    expect(machine.endNs).toBe(1000);
  });
});
