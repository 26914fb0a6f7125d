import { expect, it } from 'vitest';
import { TASK } from '../mm/layout.js';
import { STOP, type Op } from '../mm/op.js';
import { testMachine } from '../mm/testing/test-machine.js';
import { MEETING_WORDS_ALL, Meeting } from './meeting.js';

const FIRST_TASK = 1;

function threeTasks() {
  const { km, cpus } = testMachine({ tasks: 4, sharedWords: 2 * MEETING_WORDS_ALL });
  const at = km.at.shared + MEETING_WORDS_ALL;
  const wake = (task: number): void => {
    km.words[km.taskAt(FIRST_TASK + task) + TASK.wake] = 1;
  };
  const meetings = [0, 1, 2].map((task) => new Meeting(cpus[FIRST_TASK + task]!, at, FIRST_TASK));
  return { km, wake, meetings };
}

/** Steps on until the task sleeps: true when it has come to its end instead. */
function goesOn(op: Op<void>): boolean {
  for (;;) {
    const { done, value } = op.next();
    if (done === true) return true;
    if (value === STOP.sleep) return false;
  }
}

it('lets all go on when all have come, again and again', () => {
  const { meetings } = threeTasks();
  for (let round = 0; round < 5; round++) {
    const ops = meetings.map((meeting) => meeting.arrive([0, 1, 2]));
    const last = ops.splice(round % 3, 1)[0]!;
    expect(ops.map(goesOn)).toEqual([false, false]);
    expect(goesOn(last)).toBe(true);
    expect(ops.map(goesOn)).toEqual([true, true]);
  }
});

it('lets nobody go who was woken for something else', () => {
  const { meetings, wake } = threeTasks();
  const [first, second, third] = meetings.map((meeting) => meeting.arrive([0, 1, 2]));
  expect(goesOn(first!)).toBe(false);
  wake(0);
  expect(goesOn(first!)).toBe(false);
  expect(goesOn(second!)).toBe(false);
  wake(0);
  expect(goesOn(first!)).toBe(false);
  expect(goesOn(third!)).toBe(true);
  expect(goesOn(first!)).toBe(true);
  expect(goesOn(second!)).toBe(true);
});

it('keeps groups apart', () => {
  const { meetings } = threeTasks();
  const pair = meetings[0]!.arrive([0, 1], 0);
  expect(goesOn(pair)).toBe(false);
  expect(goesOn(meetings[2]!.arrive([2], 1))).toBe(true);
  expect(goesOn(meetings[1]!.arrive([0, 1], 0))).toBe(true);
  expect(goesOn(pair)).toBe(true);
});

it('keeps words that all have in common, up to 2^53 in two of them, and maxima', () => {
  const { meetings, km } = threeTasks();
  const [one, other] = meetings;
  one!.set(3, -7);
  expect(other!.add(3, 5)).toBe(-7);
  expect(one!.get(3)).toBe(-2);
  for (const value of [0, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52 + 3]) {
    one!.setWide(4, value);
    expect(other!.getWide(4)).toBe(value);
  }
  one!.setWide(6, 0);
  let sum = 0;
  for (const value of [2 ** 32 - 1, 1, 2 ** 31, 2 ** 31, 5e12, 0]) {
    other!.addWide(6, value);
    sum += value;
    expect(one!.getWide(6)).toBe(sum);
  }
  for (const value of [4, 9, 3]) one!.raise(8, value);
  expect(one!.get(8)).toBe(9);
  one!.clear();
  expect([3, 4, 5, 6, 7, 8].map((word) => other!.get(word))).toEqual([0, 0, 0, 0, 0, 0]);
  expect(km.words.slice(km.at.shared, km.at.shared + MEETING_WORDS_ALL).some(Boolean)).toBe(false);
});
