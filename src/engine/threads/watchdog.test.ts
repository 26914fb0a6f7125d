import { describe, expect, test } from 'vitest';
import { MM, SEM, STAT, TASK } from '../../mm/layout.js';
import { testMachine, type TestMachine } from '../../mm/testing/test-machine.js';
import { WAITER } from '../../mm/wait-list.js';
import { describeRwsem, describeStuckTask } from '../stuck-task.js';
import { Watchdog } from './watchdog.js';

/** Task 1 holds mmap_sem for write, task 0 waits for it for read. */
function convoy(): TestMachine {
  const machine = testMachine({ tasks: 2 });
  const { km, mm } = machine;
  const self = km.taskAt(0);
  km.words[mm.sem + SEM.owner] = 1 + 1;
  km.words[mm.sem + SEM.head] = 0 + 1;
  km.words[mm.sem + SEM.tail] = 0 + 1;
  km.words[self + TASK.waiterKind] = WAITER.reader;
  km.words[self + TASK.waitsFor] = mm.sem;
  return machine;
}

describe('describeStuckTask', () => {
  test('says who waits for what, who holds it, and who else is in line', () => {
    const report = describeStuckTask(convoy().km, 0, 15.9);
    expect(report).toContain('task 0 blocked for more than 15 seconds');
    expect(report).toContain('waits for mmap_sem of address space 0 for read');
    expect(report).toContain('held for write by task 1');
    expect(report).toContain('wait list: task 0 (read)');
  });

  test('says that a wake-up was lost when the waiter is on no list', () => {
    const { km, mm } = convoy();
    km.words[mm.sem + SEM.head] = 0;
    expect(describeStuckTask(km, 0, 20)).toContain('its wake-up was lost');
  });

  test('does not name a lock for a task that waits for none', () => {
    expect(describeStuckTask(convoy().km, 1, 20)).toContain('task 1 waits for no lock');
  });

  test('gives short times in tenths of a second', () => {
    expect(describeStuckTask(convoy().km, 0, 0.33)).toContain('for more than 0.3 seconds');
  });
});

test('describeRwsem gives every word of a rwsem, and what it means', () => {
  const { km, mm } = convoy();
  km.words[mm.sem + SEM.count] = -0xffff;
  km.words[mm.sem + SEM.osqTail] = 1 + 1;
  expect(describeRwsem(km, mm.sem)).toEqual([
    'count 0xffff0001, held for write by task 1',
    'wait list: task 0 (read)',
    'waitLock 0, last spinner task 1',
  ]);
});

/** Looks every second of [from, to]; all reports. */
function lookEverySecond(watchdog: Watchdog, from: number, to: number): string[] {
  const reports: string[] = [];
  for (let now = from; now <= to; now++) reports.push(...watchdog.look(now));
  return reports;
}

describe('Watchdog', () => {
  test('reports a task once, when it has stood still for long enough', () => {
    const { km } = convoy();
    const watchdog = new Watchdog(km, 10, 0);
    const step = (task: number): void => {
      km.stats[km.statIndex(task) + STAT.faultsTotal]! += 1;
    };
    step(1);
    expect(lookEverySecond(watchdog, 1, 9)).toEqual([]);
    step(1);
    expect(watchdog.look(10)).toHaveLength(1);
    step(1);
    expect(watchdog.look(11)).toEqual([]);
    expect(watchdog.stalledSeconds).toBe(0);
  });

  test('reports a task again when it got on and then stood still anew', () => {
    const { km } = convoy();
    const watchdog = new Watchdog(km, 10, 0);
    expect(lookEverySecond(watchdog, 1, 10)).toHaveLength(2);
    km.stats[km.statIndex(0) + STAT.munmapPages]! += 512;
    expect(lookEverySecond(watchdog, 11, 20)).toEqual([]);
    expect(watchdog.look(21)).toHaveLength(1);
  });

  test('sees one stuck task beside others that work', () => {
    const { km, mm } = convoy();
    const watchdog = new Watchdog(km, 10, 0);
    const reports: string[] = [];
    for (let now = 1; now <= 12; now++) {
      km.stats[km.statIndex(1) + STAT.faultsTotal]! += 1000;
      km.words[mm.at + MM.rss]! += 1000;
      reports.push(...watchdog.look(now));
    }
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain('task 0 blocked');
  });

  test('says nothing about tasks that are done, and does not take them for a sign of life', () => {
    const { km } = convoy();
    km.words[km.taskAt(1) + TASK.resting] = 1;
    const watchdog = new Watchdog(km, 10, 0);
    const reports = lookEverySecond(watchdog, 1, 30);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain('task 0 blocked');
    expect(watchdog.stalledSeconds).toBe(30);
  });

  test('takes populating for progress, because setting up counts no faults', () => {
    const { km } = convoy();
    const watchdog = new Watchdog(km, 10, 0);
    lookEverySecond(watchdog, 1, 9);
    for (const task of [0, 1]) km.stats[km.statIndex(task) + STAT.populated] = 512;
    expect(lookEverySecond(watchdog, 10, 15)).toEqual([]);
    expect(watchdog.stalledSeconds).toBe(5);
  });

  test('does not take a suspended machine for a hang', () => {
    const watchdog = new Watchdog(convoy().km, 10, 0);
    expect(watchdog.look(1)).toEqual([]);
    expect(watchdog.look(3600)).toEqual([]);
    expect(watchdog.stalledSeconds).toBeLessThan(10);
  });
});
