import { describe, expect, it } from 'vitest';
import { SEM, TASK } from './layout.js';
import { STOP, type Op } from './op.js';
import { downWriteTrylock } from './rwsem.js';
import { policyByName, withoutSpin } from './rwsem-policy.js';
import { lockHands } from './testing/lock-hands.js';
import { runAlone } from './testing/test-machine.js';

const SPINNERS = policyByName('fifo-4.17');

function start(policy = SPINNERS) {
  const hands = lockHands(6, policy);
  const { machine, task, sem } = hands;
  const { words } = machine.km;
  for (const cpu of machine.cpus) cpu.looksMax = 1000;
  const spins = (op: Op<unknown>): boolean => {
    const step = op.next();
    return step.done !== true && step.value === STOP.relax;
  };
  const sleeps = (op: Op<unknown>): boolean => {
    const step = op.next();
    return step.done !== true && step.value === STOP.sleep;
  };
  const spinners = (): number => words[sem + SEM.osqTail]!;
  const setOffCpu = (i: number): void => {
    words[task(i).self + TASK.offCpu] = 1;
  };
  return { ...hands, spins, sleeps, spinners, setOffCpu };
}

describe('a writer that finds the lock taken', () => {
  it('spins while the owner runs, and has the lock without having slept', () => {
    const { write, unwrite, resume, spins, stat, queue, count, owner } = start();
    runAlone(write(0));
    const op = write(1);
    expect([spins(op), spins(op), queue()]).toEqual([true, true, []]);
    unwrite(0);
    expect([resume(op), owner(), stat(1, 'spinAcquired')]).toEqual([true, 2, 1]);
    unwrite(1);
    expect(count()).toBe(0);
  });

  it('goes to sleep when the owner does', () => {
    const { write, spins, sleeps, setOffCpu, queue, spinners } = start();
    runAlone(write(0));
    const op = write(1);
    expect(spins(op)).toBe(true);
    setOffCpu(0);
    expect([sleeps(op), queue(), spinners()]).toEqual([true, [1], 0]);
  });

  it.each(['no owner that runs', 'readers', 'no spinning allowed'])('sleeps at once: %s', (why) => {
    const spinning = why !== 'no spinning allowed';
    const { write, read, sleeps, setOffCpu } = start(spinning ? SPINNERS : withoutSpin(SPINNERS));
    runAlone(why === 'readers' ? read(0) : write(0));
    if (why === 'no owner that runs') setOffCpu(0);
    expect(sleeps(write(1))).toBe(true);
  });

  it.each(['phase-fair-5.3', 'reader-steal-5.11'])('spins while readers own it: %s', (policy) => {
    const { read, write, unread, resume, spins, stat, queue, owner } = start(policyByName(policy));
    runAlone(read(0));
    const op = write(1);
    expect([spins(op), spins(op), queue()]).toEqual([true, true, []]);
    unread(0);
    expect([resume(op), owner(), stat(1, 'spinAcquired')]).toEqual([true, 2, 1]);
  });

  it('has patience with readers for a time that grows with their number, then sleeps', () => {
    const { machine, read, write, spins, sleeps, task, queue } = start(
      policyByName('phase-fair-5.3'),
    );
    for (const reader of [0, 2, 3]) runAlone(read(reader));
    const op = write(1);
    const since = task(1).now();
    expect(spins(op)).toBe(true);
    // Looks at the clock count as ticks of it; rwsem_rspin_threshold is 10 us and 0.5 us per reader.
    expect(task(1).spinUntilNs - since).toBeGreaterThanOrEqual(11_500);
    expect(task(1).spinUntilNs - since).toBeLessThan(11_510);
    for (const cpu of machine.cpus) cpu.timeHasPassed = true;
    expect([sleeps(op), queue()]).toEqual([true, [1]]);
  });

  it('goes to sleep when the lock is handed to readers by a downgrade', () => {
    const { write, downgrade, unread, resume, spins, sleeps, stat } = start();
    runAlone(write(0));
    const op = write(1);
    expect(spins(op)).toBe(true);
    downgrade(0);
    expect(sleeps(op)).toBe(true);
    unread(0);
    expect([resume(op), stat(1, 'spinAcquired')]).toEqual([true, 0]);
  });

  it('gives way when its CPU is needed elsewhere', () => {
    const { write, spins, sleeps, task } = start();
    runAlone(write(0));
    const op = write(1);
    task(1).looksMax = 3;
    expect([spins(op), spins(op), sleeps(op)]).toEqual([true, true, true]);
  });

  it('steals an idle lock from those who are queued', () => {
    const { write, unwrite, resume, spins, sleeps, setOffCpu, mayRun, stat, queue, machine, task } =
      start();
    runAlone(write(0));
    setOffCpu(0);
    const sleeper = write(1);
    expect(sleeps(sleeper)).toBe(true);
    machine.km.words[task(0).self + TASK.offCpu] = 0;
    const spinner = write(2);
    expect(spins(spinner)).toBe(true);
    unwrite(0);
    expect(resume(spinner)).toBe(true);
    expect([stat(2, 'writerSteals'), queue()]).toEqual([1, [1]]);
    expect([mayRun(1), resume(sleeper)]).toEqual([true, false]);
    unwrite(2);
    expect(resume(sleeper)).toBe(true);
  });

  it('leaves the waking to a spinner only when the list is busy', () => {
    const { write, unwrite, spins, sleeps, setOffCpu, mayRun, machine, task, sem } = start();
    runAlone(write(0));
    setOffCpu(0);
    expect(sleeps(write(1))).toBe(true);
    machine.km.words[task(0).self + TASK.offCpu] = 0;
    expect(spins(write(2))).toBe(true);
    machine.km.words[sem + SEM.waitLock] = 1;
    unwrite(0);
    expect(mayRun(1)).toBe(false);
    expect(downWriteTrylock(task(3), sem)).toBe(false);
  });
});

describe('the queue of spinners', () => {
  it('lets one look at the owner at a time, in order of arrival', () => {
    const { write, unwrite, resume, spins, spinners, owner } = start();
    runAlone(write(0));
    const ops = [1, 2, 3].map(write);
    expect(ops.map(spins)).toEqual([true, true, true]);
    expect(spinners()).toBe(4);
    for (const [i, op] of ops.entries()) {
      unwrite(i);
      for (const behind of ops.slice(i + 1)) expect(spins(behind)).toBe(true);
      expect([resume(op), owner()]).toEqual([true, i + 2]);
    }
    unwrite(3);
    expect(spinners()).toBe(0);
  });

  it('closes up when one in the middle leaves', () => {
    const { write, unwrite, resume, spins, sleeps, spinners, task, queue } = start();
    runAlone(write(0));
    const [first, middle, last] = [write(1), write(2), write(3)];
    expect([first, middle, last].map(spins)).toEqual([true, true, true]);
    task(2).looksMax = 0;
    expect([sleeps(middle), queue(), spinners()]).toEqual([true, [2], 4]);
    unwrite(0);
    expect(resume(first)).toBe(true);
    expect(spins(last)).toBe(true);
    unwrite(1);
    expect(resume(last)).toBe(true);
    expect(spinners()).toBe(0);
  });

  it('closes up when the last one leaves', () => {
    const { write, spins, sleeps, spinners, task } = start();
    runAlone(write(0));
    const [first, last] = [write(1), write(2)];
    expect([first, last].map(spins)).toEqual([true, true]);
    task(2).looksMax = 0;
    expect([sleeps(last), spinners()]).toEqual([true, 2]);
    const another = write(3);
    expect([spins(another), spinners()]).toEqual([true, 4]);
  });
});
