/** Tasks that take turns, as they are built, on real threads. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import type * as TurnsModule from './turns.js';

const BUILT = new URL('../../../../dist/engine/threads/fuzz/turns.js', import.meta.url).href;
const { Turns } = (await import(BUILT)) as typeof TurnsModule;

const TASKS = 4;
/** Of the words beside the turns: how many are inside now, the most so far, and who was how often. */
const WORD = { inside: 0, most: 1, stop: 2, times: 3 };

/** A task: so many as are inside are counted, then the turn is passed on. */
const PROGRAM = `
  const { workerData } = require('node:worker_threads');
  const { url, turnWords, words, task } = workerData;
  import(url).then(({ Turns }) => {
    const turns = new Turns(turnWords, ${TASKS});
    while (Atomics.load(words, ${WORD.stop}) === 0) {
      const inside = Atomics.add(words, ${WORD.inside}, 1) + 1;
      if (inside > Atomics.load(words, ${WORD.most})) Atomics.store(words, ${WORD.most}, inside);
      Atomics.add(words, ${WORD.times} + task, 1);
      for (let i = 0; i < 1000; i++) Atomics.load(words, ${WORD.stop});
      Atomics.sub(words, ${WORD.inside}, 1);
      turns.pass(task);
    }
  });`;

function shared(words: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(words * 4));
}

let workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.terminate()));
  workers = [];
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1);
}

test('no more are at it than may be, each comes in turn, and none at all when it is so wished', async () => {
  const turnWords = shared(Turns.words(TASKS));
  const words = shared(WORD.times + TASKS);
  const times = words.subarray(WORD.times);
  const turns = new Turns(turnWords, TASKS);
  turns.begin();
  workers = Array.from({ length: TASKS }, (_, task) => {
    return new Worker(PROGRAM, { eval: true, workerData: { url: BUILT, turnWords, words, task } });
  });
  await until(() => times.every((count) => count > 0));

  turns.allow(0);
  await until(() => turns.seated === 0);
  expect(Atomics.load(words, WORD.inside)).toBe(0);
  const before = Array.from(times);
  await sleep(20);
  expect(Array.from(times)).toEqual(before);

  Atomics.store(words, WORD.most, 0);
  turns.allow(2);
  await until(() => times.every((count, task) => count > before[task]! + 20));
  expect(Atomics.load(words, WORD.most)).toBeLessThanOrEqual(2);

  turns.allow(TASKS);
  await until(() => turns.seated === TASKS);
  Atomics.store(words, WORD.stop, 1);
  await Promise.all(
    workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve))),
  );
});
