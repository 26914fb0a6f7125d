import { describe, expect, it } from 'vitest';
import { checkKernel } from './check.js';
import { TASK } from './layout.js';
import {
  READER_OWNED,
  assertHeld,
  assertHeldForWrite,
  downReadTrylock,
  downgradeWrite,
  tryUpRead,
  upRead,
  upWrite,
} from './rwsem.js';
import { SLEEPERS, lockHands } from './testing/lock-hands.js';
import { runAlone } from './testing/test-machine.js';

const WAITING_BIAS = SLEEPERS.waitersBias;

describe('the count word', () => {
  it('is 0 when free, n with n readers, all with the owner that goes with it', () => {
    const { read, unread, count, owner, machine } = lockHands();
    expect(count()).toBe(0);
    for (let i = 0; i < 5; i++) {
      runAlone(read(i));
      expect([count(), owner()]).toEqual([i + 1, READER_OWNED]);
    }
    for (let i = 4; i >= 0; i--) {
      unread(i);
      expect(count()).toBe(i);
    }
    expect(checkKernel(machine.km).violations).toEqual([]);
  });

  it('is the waiting bias + 1 with a writer, and the same with one reader before waiters', () => {
    const { read, write, unread, unwrite, park, resume, count, owner } = lockHands();
    runAlone(write(0));
    expect([count(), owner()]).toEqual([WAITING_BIAS + 1, 1]);
    unwrite(0);
    expect([count(), owner()]).toEqual([0, 0]);
    runAlone(read(0));
    const waiting = park(write(1));
    expect([count(), owner()]).toEqual([WAITING_BIAS + 1, READER_OWNED]);
    unread(0);
    expect(resume(waiting)).toBe(true);
    expect([count(), owner()]).toEqual([WAITING_BIAS + 1, 2]);
  });

  it('is the waiting bias + n with n readers beside waiters', () => {
    const { read, write, park, count, queue } = lockHands();
    for (let i = 0; i < 3; i++) runAlone(read(i));
    park(write(3));
    expect(count()).toBe(WAITING_BIAS + 3);
    park(read(4));
    expect(count()).toBe(WAITING_BIAS + 3);
    expect(queue()).toEqual([3, 4]);
  });

  it('is below the waiting bias with a writer beside waiters, however many', () => {
    const { read, write, park, count } = lockHands();
    runAlone(write(0));
    for (const i of [1, 2]) {
      park(i === 1 ? read(i) : write(i));
      expect(count()).toBe(2 * WAITING_BIAS + 1);
    }
  });

  it('is the waiting bias when free with waiters: a writer steals it, a reader does not', () => {
    const { read, write, unwrite, park, resume, count, sem, task, stat, queue } = lockHands();
    runAlone(read(0));
    const first = park(write(1));
    // The last reader has left and has not yet woken anybody.
    expect(tryUpRead(task(0), sem)).toBe(false);
    expect(count()).toBe(WAITING_BIAS);
    expect(downReadTrylock(task(3), sem)).toBe(false);
    runAlone(write(2));
    expect([count(), stat(2, 'writerSteals')]).toEqual([2 * WAITING_BIAS + 1, 1]);
    expect(queue()).toEqual([1]);
    expect(resume(first)).toBe(false);
    unwrite(2);
    expect(resume(first)).toBe(true);
    expect([count(), stat(1, 'writerSteals')]).toEqual([WAITING_BIAS + 1, 0]);
    unwrite(1);
    expect(count()).toBe(0);
  });
});

describe('trylock', () => {
  it('succeeds beside readers only while nobody is queued', () => {
    const { read, write, unread, unwrite, park, resume, sem, task, count } = lockHands();
    expect(downReadTrylock(task(0), sem)).toBe(true);
    expect(downReadTrylock(task(1), sem)).toBe(true);
    expect(count()).toBe(2);
    const waiting = park(write(2));
    expect(downReadTrylock(task(3), sem)).toBe(false);
    expect(count()).toBe(WAITING_BIAS + 2);
    unread(0);
    unread(1);
    expect(resume(waiting)).toBe(true);
    expect(downReadTrylock(task(3), sem)).toBe(false);
    expect(count()).toBe(WAITING_BIAS + 1);
    unwrite(2);
    runAlone(read(3));
    expect(tryUpRead(task(3), sem)).toBe(true);
    expect(count()).toBe(0);
  });
});

describe('the wait list', () => {
  it('is granted in order, all readers at the front together', () => {
    const { read, write, unread, unwrite, park, resume, mayRun, queue, count } = lockHands();
    runAlone(write(0));
    const [r1, r2, w3, r4] = [park(read(1)), park(read(2)), park(write(3)), park(read(4))];
    expect(queue()).toEqual([1, 2, 3, 4]);

    unwrite(0);
    expect([1, 2, 3, 4].map(mayRun)).toEqual([true, true, false, false]);
    expect([queue(), count()]).toEqual([[3, 4], WAITING_BIAS + 2]);
    // Granted before they run: the one may be gone before the other wakes up.
    expect(resume(r1)).toBe(true);
    unread(1);
    expect(mayRun(3)).toBe(false);
    expect(resume(r2)).toBe(true);
    unread(2);
    expect([1, 2, 3, 4].map(mayRun)).toEqual([false, false, true, false]);
    expect([queue(), count()]).toEqual([[3, 4], WAITING_BIAS]);

    expect(resume(w3)).toBe(true);
    expect([queue(), count()]).toEqual([[4], 2 * WAITING_BIAS + 1]);
    unwrite(3);
    expect(resume(r4)).toBe(true);
    expect([queue(), count()]).toEqual([[], 1]);
  });

  it('lets a woken writer sleep on when somebody was faster, and wakes it again', () => {
    const { read, write, unread, park, resume, mayRun, sem, task } = lockHands();
    runAlone(read(0));
    const waiting = park(write(1));
    unread(0);
    expect(mayRun(1)).toBe(true);
    runAlone(write(2));
    expect(resume(waiting)).toBe(false);
    expect(mayRun(1)).toBe(false);
    runAlone(upWrite(task(2), sem));
    expect(mayRun(1)).toBe(true);
    expect(resume(waiting)).toBe(true);
  });

  it('lets nobody through who is woken by mistake', () => {
    const { read, write, unwrite, park, resume, sem, task, machine } = lockHands();
    const wake = (i: number): void => {
      machine.km.words[task(i).self + TASK.wake] = 1;
    };
    runAlone(write(0));
    const [r1, w2] = [park(read(1)), park(write(2))];
    wake(1);
    wake(2);
    expect([resume(r1), resume(w2)]).toEqual([false, false]);
    unwrite(0);
    wake(2);
    expect([resume(w2), resume(r1)]).toEqual([false, true]);
    runAlone(upRead(task(1), sem));
    expect(resume(w2)).toBe(true);
  });
});

describe('downgrade', () => {
  it('lets the readers at the front in, and none behind a writer', () => {
    const { read, write, unread, downgrade, park, resume, mayRun, count, owner } = lockHands();
    runAlone(write(0));
    const [r1, r2] = [park(read(1)), park(read(2))];
    const [w3] = [park(write(3)), park(read(4))];
    downgrade(0);
    expect([1, 2, 3, 4].map(mayRun)).toEqual([true, true, false, false]);
    expect([count(), owner()]).toEqual([WAITING_BIAS + 3, READER_OWNED]);
    expect([resume(r1), resume(r2)]).toEqual([true, true]);
    unread(0);
    unread(1);
    expect(mayRun(3)).toBe(false);
    unread(2);
    expect([mayRun(3), mayRun(4)]).toEqual([true, false]);
    expect(resume(w3)).toBe(true);
  });

  it('lets nobody in when a writer is at the front', () => {
    const { read, write, unread, downgrade, park, resume, mayRun, sem, task, count } = lockHands();
    runAlone(write(0));
    const w1 = park(write(1));
    park(read(2));
    downgrade(0);
    expect([1, 2].map(mayRun)).toEqual([false, false]);
    expect(count()).toBe(WAITING_BIAS + 1);
    expect(downReadTrylock(task(3), sem)).toBe(false);
    unread(0);
    expect(resume(w1)).toBe(true);
  });

  it('opens the lock to new readers when nobody waits, and never to a writer', () => {
    const { write, unread, downgrade, park, resume, sem, task, count } = lockHands();
    runAlone(write(0));
    downgrade(0);
    expect(count()).toBe(1);
    expect(downReadTrylock(task(1), sem)).toBe(true);
    const waiting = park(write(2));
    unread(0);
    expect(resume(waiting)).toBe(false);
    unread(1);
    expect(resume(waiting)).toBe(true);
  });
});

describe('records', () => {
  it('waits one by one, what was had at once in bulk, every hold for write', () => {
    const { read, write, unread, unwrite, downgrade, park, resume, task, stat } = lockHands();
    runAlone(write(0));
    const [r1, w2] = [park(read(1)), park(write(2))];
    unwrite(0);
    resume(r1);
    unread(1);
    resume(w2);
    downgrade(2);
    runAlone(read(3));
    const logs = [0, 1, 2, 3].map((i) => {
      const { writeHolds, readWaits, writeWaits } = task(i).log;
      return [writeHolds, readWaits, writeWaits].map((list) => list.length);
    });
    expect(logs).toEqual([[1, 0, 0], [0, 1, 0], [1, 0, 1], [0, 0, 0]]); // prettier-ignore
    expect([0, 1, 2, 3].map((i) => stat(i, 'writeFast'))).toEqual([1, 0, 0, 0]);
    expect([0, 1, 2, 3].map((i) => stat(i, 'readFast'))).toEqual([0, 0, 0, 1]);
    for (const { log } of [0, 1, 2].map(task)) {
      expect(Math.min(...log.writeHolds, ...log.readWaits, ...log.writeWaits)).toBeGreaterThan(0);
    }
  });
});

it('asserts who holds it', () => {
  const { read, write, sem, task } = lockHands();
  const held = (): void => {
    assertHeld(task(1), sem);
  };
  const heldForWrite = (i: number) => (): void => {
    assertHeldForWrite(task(i), sem);
  };
  const upWriteBy = (i: number) => (): void => {
    runAlone(upWrite(task(i), sem));
  };
  expect(held).toThrow('nobody holds it');
  runAlone(write(0));
  expect(heldForWrite(1)).toThrow('task 1 needs mmap_sem for write, owner is 1');
  expect(upWriteBy(1)).toThrow('task 1 needs mmap_sem for write');
  heldForWrite(0)();
  held();
  runAlone(downgradeWrite(task(0), sem));
  expect(heldForWrite(0)).toThrow('owner is -1');
  held();
  runAlone(read(2));
});
