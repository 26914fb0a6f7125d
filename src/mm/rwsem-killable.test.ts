import { describe, expect, it } from 'vitest';
import { EINTR } from './errno.js';
import { TASK } from './layout.js';
import { STOP, type Op } from './op.js';
import { downReadKillable, downReadTrylock, downWriteKillable, isContended } from './rwsem.js';
import { policyByName, policyNames } from './rwsem-policy.js';
import { lockHands } from './testing/lock-hands.js';
import { runAlone } from './testing/test-machine.js';
import { killTask } from './wait-list.js';

describe.each(policyNames())('killable, under %s', (name) => {
  function start() {
    const hands = lockHands(6, policyByName(name, false));
    const { task, sem, stat, machine } = hands;
    const kill = (i: number): void => {
      runAlone(killTask(task(0), i));
    };
    const killableRead = (i: number): Op<number> => downReadKillable(task(i), sem);
    const killableWrite = (i: number): Op<number> => downWriteKillable(task(i), sem);
    const ended = (op: Op<number>): number => {
      const step = op.next();
      if (step.done !== true) throw new Error('the wait goes on');
      return step.value;
    };
    const waits = (i: number): number => machine.km.words[task(i).self + TASK.waitsFor]!;
    const killed = (i: number): number => stat(i, 'waitsKilled');
    return { ...hands, kill, killableRead, killableWrite, ended, waits, killed };
  }

  it('returns 0 with the lock when nothing holds it up', () => {
    const { killableRead, killableWrite, unread, unwrite, count } = start();
    expect(runAlone(killableRead(1))).toBe(0);
    unread(1);
    expect(runAlone(killableWrite(1))).toBe(0);
    unwrite(1);
    expect(count()).toBe(0);
  });

  it.each(['killableRead', 'killableWrite'] as const)(
    '%s ends with -EINTR, no trace left',
    (what) => {
      const hands = start();
      const { write, unwrite, park, kill, ended, queue, count, sem, task, waits, killed } = hands;
      runAlone(write(0));
      const before = count();
      const op = park(hands[what](1));
      expect([queue(), isContended(task(0), sem), waits(1)]).toEqual([[1], true, sem]);
      kill(1);
      expect(ended(op)).toBe(-EINTR);
      expect([queue(), isContended(task(0), sem), count()]).toEqual([[], false, before]);
      expect([waits(1), killed(1)]).toEqual([0, 1]);
      unwrite(0);
      expect(count()).toBe(0);
    },
  );

  it('lets those in who waited for the killed one alone', () => {
    const { read, unread, killableWrite, park, resume, kill, ended, mayRun, queue } = start();
    runAlone(read(0));
    const writer = park(killableWrite(1));
    const reader = park(read(2));
    expect(mayRun(2)).toBe(false);
    kill(1);
    expect(ended(writer)).toBe(-EINTR);
    expect([mayRun(2), resume(reader), queue()]).toEqual([true, true, []]);
    unread(0);
    unread(2);
  });

  it('passes a wake-up on that came together with the signal', () => {
    const { read, unread, write, unwrite, killableWrite, park, resume, kill, ended, mayRun } =
      start();
    runAlone(write(0));
    const first = park(killableWrite(1));
    const second = park(write(2));
    kill(1);
    unwrite(0);
    // It may take the idle lock, as in Linux it would; if it does not, the next must be woken.
    if (ended(first) === 0) unwrite(1);
    expect([mayRun(2), resume(second)]).toEqual([true, true]);
    unwrite(2);
    runAlone(read(3));
    unread(3);
  });

  it('has the lock when it was granted before the signal came', () => {
    const { write, unwrite, unread, killableRead, park, kill, ended, count } = start();
    runAlone(write(0));
    const reader = park(killableRead(1));
    unwrite(0);
    kill(1);
    expect(ended(reader)).toBe(0);
    unread(1);
    expect(count()).toBe(0);
  });

  it('does not sleep once it was killed', () => {
    const { write, killableRead, killableWrite, kill, task, machine } = start();
    runAlone(write(0));
    for (const [i, op] of [killableRead(1), killableWrite(2)].entries()) {
      kill(i + 1);
      machine.km.words[task(i + 1).self + TASK.wake] = 0;
      expect(op.next()).toEqual({ done: true, value: -EINTR });
    }
  });

  it('is not ended by a wake-up without a signal', () => {
    const { write, killableWrite, park, machine, task, sem } = start();
    runAlone(write(0));
    const op = park(killableWrite(1));
    machine.km.words[task(1).self + TASK.wake] = 1;
    expect(op.next()).toEqual({ done: false, value: STOP.sleep });
    expect(downReadTrylock(task(2), sem)).toBe(false);
  });
});
