import { describe, expect, it } from 'vitest';
import { EINTR } from './errno.js';
import { STOP } from './op.js';
import { downReadTrylock, downWriteKillable, downWriteTrylock, upWrite } from './rwsem.js';
import { isHandoffDue, policyByName, withoutSpin } from './rwsem-policy.js';
import { lockHands } from './testing/lock-hands.js';
import { runAlone, semCount } from './testing/test-machine.js';
import { killTask } from './wait-list.js';

const PHASE_FAIR = policyByName('phase-fair-5.3', false);
const READER_STEAL = policyByName('reader-steal-5.11', false);

describe('hand-off (5.3)', () => {
  it('is asked for by a first writer that was passed over for too long, and then nobody passes', () => {
    const { write, unwrite, park, resume, task, sem, stat, queue } = lockHands(6, PHASE_FAIR);
    runAlone(write(0));
    const first = park(write(1));
    unwrite(0);
    // A thief, in the time that the first one needs to wake up.
    runAlone(write(2));
    expect(resume(first)).toBe(false);
    expect(stat(1, 'handoffs')).toBe(0);
    unwrite(2);
    runAlone(write(2));
    task(1).timeHasPassed = true;
    expect(resume(first)).toBe(false);
    expect(stat(1, 'handoffs')).toBe(1);
    unwrite(2);
    const thief = park(write(3));
    expect([queue(), downWriteTrylock(task(4), sem)]).toEqual([[1, 3], false]);
    expect(resume(first)).toBe(true);
    unwrite(1);
    expect(resume(thief)).toBe(true);
  });

  it('does not exist in 4.17: a writer is passed over for ever', () => {
    const { write, unwrite, park, resume, task } = lockHands();
    runAlone(write(0));
    const first = park(write(1));
    task(1).timeHasPassed = true;
    for (let i = 0; i < 20; i++) {
      unwrite(i % 2 === 0 ? 0 : 2);
      runAlone(write(i % 2 === 0 ? 2 : 0));
      expect(resume(first)).toBe(false);
    }
  });
});

describe('a hand-off', () => {
  /** Task 1 waits first in line and has asked; task 2, a thief, has the lock. */
  function asked(policy = PHASE_FAIR) {
    const hands = lockHands(6, policy);
    const { write, unwrite, park, resume, task } = hands;
    runAlone(write(0));
    task(1).rwsem = withoutSpin(policy);
    const first = park(write(1));
    unwrite(0);
    runAlone(write(2));
    task(1).timeHasPassed = true;
    expect(resume(first)).toBe(false);
    return { ...hands, first };
  }

  it('is respected by a writer that spins', () => {
    const { write, unwrite, resume, task, stat, first } = asked(policyByName('phase-fair-5.3'));
    task(3).looksMax = 1000;
    const spinner = write(3);
    expect(spinner.next()).toEqual({ done: false, value: STOP.relax });
    unwrite(2);
    expect(spinner.next()).toEqual({ done: false, value: STOP.relax });
    expect([stat(3, 'spinAcquired'), resume(first)]).toEqual([0, true]);
  });

  it('stays when a waiter behind the one that asked is killed', () => {
    const { sem, task, park, count, first, resume, unwrite, machine } = asked();
    const second = park(downWriteKillable(task(3), sem));
    const before = count();
    runAlone(killTask(task(0), 3));
    expect(second.next()).toEqual({ done: true, value: -EINTR });
    expect([count(), isHandoffDue(PHASE_FAIR, count())]).toEqual([before, true]);
    unwrite(2);
    expect(resume(first)).toBe(true);
    expect(isHandoffDue(PHASE_FAIR, semCount(machine))).toBe(false);
  });

  it('is asked for a reader that was passed over for too long', () => {
    const { read, write, unwrite, park, resume, task, sem, count, stat } = lockHands(6, PHASE_FAIR);
    runAlone(write(0));
    const reader = park(read(1));
    // A thief comes between the release and the wake-up that belongs to it.
    task(0).stepwise = true;
    const release = upWrite(task(0), sem);
    task(0).timeHasPassed = true;
    for (let i = 0; count() !== PHASE_FAIR.waitersBias && i < 9; i++) release.next();
    expect(downWriteTrylock(task(3), sem)).toBe(false);
    task(2).rwsem = policyByName('phase-fair-5.3');
    runAlone(write(2));
    runAlone(release);
    expect([stat(0, 'handoffs'), isHandoffDue(PHASE_FAIR, count())]).toEqual([1, true]);
    unwrite(2);
    expect(resume(reader)).toBe(true);
    expect(isHandoffDue(PHASE_FAIR, count())).toBe(false);
  });
});

describe('readers that join past the queue (5.11)', () => {
  it('do so on a lock that is free, and bring the queued readers along', () => {
    const hands = lockHands(6, READER_STEAL);
    const { read, write, unread, unwrite, park, resume, mayRun, task, stat } = hands;
    runAlone(write(0));
    const reader = park(read(1));
    const writer = park(write(2));
    expect(stat(1, 'readerSteals')).toBe(0);
    unwrite(0);
    expect(resume(reader)).toBe(true);
    unread(1);
    // The writer was woken and has not run yet.
    expect(mayRun(2)).toBe(true);
    expect(downReadTrylock(task(3), hands.sem)).toBe(false);
    runAlone(read(3));
    expect(stat(3, 'readerSteals')).toBe(1);
    expect(resume(writer)).toBe(false);
    unread(3);
    expect(resume(writer)).toBe(true);
  });

  it('do not join readers: those who wait would wait for ever', () => {
    const { read, write, park, queue, stat } = lockHands(6, READER_STEAL);
    runAlone(read(0));
    park(write(1));
    park(read(2));
    expect([queue(), stat(2, 'readerSteals')]).toEqual([[1, 2], 0]);
  });

  it('do not steal from a hand-off', () => {
    const { read, write, unwrite, park, resume, task, stat } = lockHands(6, READER_STEAL);
    runAlone(write(0));
    const first = park(write(1));
    unwrite(0);
    runAlone(write(2));
    task(1).timeHasPassed = true;
    expect(resume(first)).toBe(false);
    unwrite(2);
    park(read(3));
    expect([stat(3, 'readerSteals'), resume(first)]).toEqual([0, true]);
  });
});
