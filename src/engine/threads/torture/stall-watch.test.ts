import { beforeEach, expect, test } from 'vitest';
import { DOING, TortureWords } from './shared-words.js';
import { StallWatch, type Starving } from './stall-watch.js';

let shared: TortureWords;
let watch: StallWatch;
beforeEach(() => {
  shared = TortureWords.create(2);
  shared.setDoing(0, DOING.waitingForRead);
  shared.setDoing(1, DOING.writing);
  watch = new StallWatch(shared, 10, 0);
});

/** Looks every second of [from, to], after the tasks in `busy` have got the lock once more. */
function lookEverySecond(from: number, to: number, busy: readonly number[]): Starving[] {
  const starving: Starving[] = [];
  for (let now = from; now <= to; now++) {
    for (const task of busy) shared.countAcquisition(task);
    starving.push(...watch.look(now));
  }
  return starving;
}

test('a task that waits for longer than the limit starves; it is reported once per wait', () => {
  expect(lookEverySecond(1, 9, [1])).toEqual([]);
  expect(lookEverySecond(10, 30, [1])).toEqual([{ task: 0, seconds: 10 }]);
  expect(lookEverySecond(31, 31, [0, 1])).toEqual([]);
  expect(lookEverySecond(32, 41, [1])).toEqual([{ task: 0, seconds: 10 }]);
  expect(watch.stalled).toBe(false);
});

test('a task that stays inside or outside for long does not starve', () => {
  for (const doing of [DOING.reading, DOING.writing, DOING.pausing, DOING.done]) {
    shared.setDoing(0, doing);
    expect(lookEverySecond(1, 30, [1])).toEqual([]);
  }
});

test('it is a stall when nobody gets the lock, whatever they do', () => {
  lookEverySecond(1, 9, []);
  expect(watch.stalled).toBe(false);
  lookEverySecond(10, 10, []);
  expect(watch.stalled).toBe(true);
});

test('tasks that are done are no sign of life, and all being done is no stall', () => {
  shared.setDoing(1, DOING.done);
  lookEverySecond(1, 10, []);
  expect(watch.stalled).toBe(true);
  shared.setDoing(0, DOING.done);
  expect(watch.stalled).toBe(false);
});

test('a machine that was suspended is no stall', () => {
  watch.look(1);
  expect(watch.look(3600)).toEqual([]);
  expect(watch.stalled).toBe(false);
});
