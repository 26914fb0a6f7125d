/** MADV_FREE: pages that go with MADV_PAGEOUT unless somebody writes to them first. */
import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from './layout.js';
import { madvise } from './madvise.js';
import { LoneTask } from './testing/lone-task.js';
import { presentIn, unsound } from './testing/memory-view.js';
import { runAlone, testMachine } from './testing/test-machine.js';
import { MADV, MAP } from './uapi.js';

const HERE = 2 ** 20;

function start() {
  const machine = testMachine();
  const [task, other] = [0, 1].map((id) => new LoneTask(machine, undefined, id));
  task!.mapAt(HERE, 4, MAP.fixed);
  task!.fill(HERE, 4, 100);
  const advise = (advice: number): number =>
    runAlone(madvise(task!.cpu, machine.mm, HERE * PAGE_SIZE, 4 * PAGE_SIZE, advice));
  const present = (): number => presentIn(machine.km, machine.mm, HERE, HERE + 4);
  return { machine, task: task!, other: other!, advise, present };
}

describe('MADV_FREE', () => {
  it('changes nothing that a program sees while memory is not short', () => {
    const { machine, task, advise, present } = start();
    expect(advise(MADV.free)).toBe(0);
    expect([present(), task.load(HERE + 1)]).toEqual([4, 101]);
    expect(unsound(machine)).toEqual([]);
  });

  it('lets MADV_PAGEOUT have what was not written since, by whichever CPU', () => {
    const { machine, task, other, advise, present } = start();
    other.store(HERE + 2, 7);
    advise(MADV.free);
    const faults = other.stat('faultsTotal');
    // Without a fault: the page is writable, and the CPU makes it dirty by itself.
    expect(other.store(HERE + 2, 9)).toBe(true);
    expect(other.stat('faultsTotal')).toBe(faults);
    expect(task.load(HERE)).toBe(100);
    expect(advise(MADV.pageOut)).toBe(0);
    expect(present()).toBe(1);
    expect([task.load(HERE), task.load(HERE + 2)]).toEqual([0, 9]);
    expect(unsound(machine)).toEqual([]);
  });

  it('is needed for that: without swap, what was written stays', () => {
    const { advise, present } = start();
    expect(advise(MADV.pageOut)).toBe(0);
    expect(present()).toBe(4);
  });
});
