import { describe, expect, it } from 'vitest';
import { RunQueues } from './run-queues.js';
import { COSTS, modelWith } from './testing/small-machine.js';

/** Four CPUs on two sockets: even numbers are of socket 0, odd ones of socket 1. */
const FOUR = modelWith(4, {}, { sockets: 2, coresPerSocket: 2 });
const SLICE = COSTS.sliceNs;

/** Task n runs on CPU n for every CPU listed. */
function busy(...cpus: number[]): RunQueues {
  const queues = new RunQueues(FOUR);
  for (const cpu of cpus) queues.run(cpu, cpu, SLICE);
  return queues;
}

describe('a woken task', () => {
  it('goes where it was, if nobody is there now', () => {
    expect(busy(0, 1).placeFor(2)).toBe(2);
  });

  it('goes to an idle CPU of its socket rather than to one of another', () => {
    expect(busy(0).placeFor(0)).toBe(2);
    expect(busy(0, 2).placeFor(0)).toBe(1);
    expect(busy(0, 1).placeFor(1)).toBe(3);
  });

  it('stays where it was when there is no idle CPU', () => {
    expect(busy(0, 1, 2, 3).placeFor(3)).toBe(3);
  });
});

describe('a task that leaves', () => {
  it('makes room for who waits there, in the order of arrival', () => {
    const queues = busy(0, 1, 2, 3);
    queues.enqueue(8, 0);
    queues.enqueue(9, 0);
    expect(queues.leave(0)).toBe(8);
    queues.run(8, 0, SLICE);
    expect(queues.leave(0)).toBe(9);
  });

  it('has the CPU take a task from the longest queue when nobody waits there', () => {
    const queues = busy(0, 1, 2, 3);
    queues.enqueue(7, 1);
    queues.enqueue(8, 2);
    queues.enqueue(9, 2);
    expect(queues.leave(0)).toBe(8);
    expect(queues.runningOn(0)).toBe(-1);
  });

  it('leaves an idle CPU behind when nobody waits anywhere', () => {
    const queues = busy(0, 1);
    expect(queues.leave(1)).toBe(-1);
    expect(queues.runningOn(1)).toBe(-1);
    expect(queues.placeFor(1)).toBe(1);
  });
});

describe('a slice', () => {
  it('has an end for those alone that somebody waits behind', () => {
    const queues = busy(0, 1, 2, 3);
    expect(queues.sliceLimit(0)).toBe(Infinity);
    queues.enqueue(9, 0);
    expect(queues.sliceLimit(0)).toBe(SLICE);
    expect(queues.sliceLimit(1)).toBe(Infinity);
  });

  it('follows upon another; its end is always ahead', () => {
    const queues = busy(0);
    expect(queues.sliceEnd(0, 0)).toBe(SLICE);
    expect(queues.sliceEnd(0, SLICE - 1)).toBe(SLICE);
    expect(queues.sliceEnd(0, SLICE)).toBe(2 * SLICE);
    expect(queues.sliceEnd(0, 7 * SLICE + 1)).toBe(8 * SLICE);
  });
});

it('tasks on one core are those of its threads', () => {
  const queues = new RunQueues(
    modelWith(8, {}, { coresPerSocket: 2, sockets: 2, threadsPerCore: 2 }),
  );
  queues.run(10, 1, SLICE);
  queues.run(11, 5, SLICE);
  queues.run(12, 2, SLICE);
  expect(queues.tasksOnCoreOf(1)).toEqual([10, 11]);
  expect(queues.tasksOnCoreOf(5)).toEqual([10, 11]);
  expect(queues.tasksOnCoreOf(6)).toEqual([12]);
  expect(queues.tasksOnCoreOf(3)).toEqual([]);
});
