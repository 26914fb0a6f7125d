import { describe, expect, it } from 'vitest';
import { downReadTrylock, downWriteTrylock } from './rwsem.js';
import { policyByName } from './rwsem-policy.js';
import { lockHands } from './testing/lock-hands.js';
import { runAlone } from './testing/test-machine.js';

const PHASE_FAIR = policyByName('phase-fair-5.3').withoutSpin();
const READER_STEAL = policyByName('reader-steal-5.11').withoutSpin();

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
