/**
 * Who takes which spinlock. Tests in one thread cannot see two CPUs inside one at a time, because
 * nobody stops in there; but they can hold the lock and see who waits.
 */
import { expect, it } from 'vitest';
import { FRAME, FRAME_MAP_ONE, FRAME_WORDS, SEM, TABLE } from './layout.js';
import { MAP } from './uapi.js';
import { STOP, type Op } from './op.js';
import { freeFrames, refill, tryAllocFrame } from './page-alloc.js';
import { pteTableOf, zapRange } from './page-table.js';
import { give, giveAll, tablePool, take } from './pool.js';
import { withoutSpin } from './rwsem-policy.js';
import { downRead, downWrite, wakeWaiters } from './rwsem.js';
import { spinUnlock, trySpinLock } from './spinlock.js';
import { LoneTask } from './testing/lone-task.js';
import { runAlone, testMachine, type TestMachine } from './testing/test-machine.js';

const HERE = 2 ** 25;

/** Makes an op of task 0 and says which lock word it needs. */
type Case = (machine: TestMachine) => { word: number; op: Op<unknown> };

/** Frames that fill the CPU's list to the brim and one more. */
function* freeMany({ km, cpus }: TestMachine): Op<void> {
  const cpu = cpus[0]!;
  const frames: number[] = [];
  while (frames.length < 187) {
    const frame = tryAllocFrame(cpu);
    if (frame === 0) yield* refill(cpu);
    else frames.push(frame);
  }
  for (const frame of frames) km.frames[frame * FRAME_WORDS + FRAME.state]! -= FRAME_MAP_ONE;
  km.words[km.at.zone] = 1;
  yield* freeFrames(cpu, Int32Array.from(frames), frames.length);
}

const CASES: Record<string, Case> = {
  refill: ({ km, cpus }) => ({ word: km.at.zone, op: refill(cpus[0]!) }),
  take: ({ km, cpus }) => ({ word: km.at.tablePool, op: take(cpus[0]!, tablePool(km)) }),
  give: ({ km, cpus }) => ({
    word: km.at.tablePool,
    op: give(cpus[0]!, tablePool(km), runAlone(take(cpus[0]!, tablePool(km)))),
  }),
  giveAll: ({ km, cpus }) => {
    const table = runAlone(take(cpus[0]!, tablePool(km)));
    const list = Int32Array.of(table);
    return { word: km.at.tablePool, op: giveAll(cpus[0]!, tablePool(km), list, 1) };
  },
  zapRange: (machine) => {
    const { km, mm, cpus } = machine;
    const task = new LoneTask(machine);
    task.mapAt(HERE, 1, MAP.fixed);
    task.store(HERE, 1);
    const word = km.tableRecordAt(pteTableOf(km, mm.root, HERE)) + TABLE.lock;
    return { word, op: zapRange(cpus[0]!, mm, HERE, HERE + 1) };
  },
  'downRead that has to wait': ({ cpus, mm }) => {
    runAlone(downWrite(cpus[1]!, mm.sem));
    return { word: mm.sem + SEM.waitLock, op: downRead(cpus[0]!, mm.sem) };
  },
  'downWrite that has to wait': ({ cpus, mm }) => {
    runAlone(downWrite(cpus[1]!, mm.sem));
    cpus[0]!.rwsem = withoutSpin(cpus[0]!.rwsem);
    return { word: mm.sem + SEM.waitLock, op: downWrite(cpus[0]!, mm.sem) };
  },
  wakeWaiters: ({ cpus, mm }) => ({
    word: mm.sem + SEM.waitLock,
    op: wakeWaiters(cpus[0]!, mm.sem),
  }),
};

it.each(Object.entries(CASES))('%s waits for the lock, takes it, and lets it go', (_, make) => {
  const machine = testMachine();
  const { km, cpus } = machine;
  const { word, op } = make(machine);
  km.words[word] = 1;
  for (let looks = 0; looks < 3; looks++) {
    expect(op.next()).toEqual({ done: false, value: STOP.spin });
    expect([cpus[0]!.spinWord, cpus[0]!.spinValue]).toEqual([word, 1]);
  }
  km.words[word] = 0;
  const step = op.next();
  expect(step.done === true || step.value === STOP.sleep).toBe(true);
  expect(km.words[word]).toBe(0);
});

it('freeFrames waits for the zone when the list of the CPU is full', () => {
  const machine = testMachine();
  const { km } = machine;
  const op = freeMany(machine);
  expect(op.next()).toEqual({ done: false, value: STOP.spin });
  expect(op.next().done).toBe(false);
  km.words[km.at.zone] = 0;
  expect(op.next().done).toBe(true);
  expect(km.words[km.at.zone]).toBe(0);
});

it('one CPU at a time', () => {
  const { km, cpus } = testMachine();
  const word = km.at.zone;
  expect(trySpinLock(cpus[0]!, word)).toBe(true);
  expect(trySpinLock(cpus[1]!, word)).toBe(false);
  expect(trySpinLock(cpus[0]!, word)).toBe(false);
  spinUnlock(cpus[0]!, word);
  expect(trySpinLock(cpus[1]!, word)).toBe(true);
});
