import { describe, expect, it } from 'vitest';
import { accessPages } from './access.js';
import { ACCESS } from './fault-result.js';
import { FRAME, FRAME_WORDS, PAGE_SIZE, PTE, TASK } from './layout.js';
import { MAP } from './uapi.js';
import { mainline } from './munmap/mainline.js';
import { patched } from './munmap/patched.js';
import { pristine } from './munmap/pristine.js';
import { munmap } from './munmap/strategy.js';
import { COST, STOP, type Op } from './op.js';
import { pteSlot } from './page-table.js';
import { tablePool } from './pool.js';
import { DENIED, LoneTask } from './testing/lone-task.js';
import { contentOf, leftAfterExit, takenOf, unsound } from './testing/memory-view.js';
import { runAlone, runUntil, testMachine } from './testing/test-machine.js';
import { KERNEL, USER, answerIpi, enterUser, flushTlb, leaveUser } from './tlb.js';

const HERE = 2 ** 25;

/** Goes on until the op spins; it must not sleep or end before. */
function runUntilSpin(op: Op<unknown>): void {
  for (;;) {
    const step = op.next();
    if (step.done === true || step.value === STOP.sleep) throw new Error('the op does not spin');
    if (step.value === STOP.spin) return;
  }
}

describe.each([pristine, patched, mainline])('$name', (strategy) => {
  /**
   * Task 0 is in the middle of loading page after page, task 2 is about to unmap them all, the only
   * ones of their page tables. Odd tasks have another address space.
   */
  const start = () => {
    const machine = testMachine({ tasks: 6, mms: 2 });
    const { km, mm } = machine;
    const reader = new LoneTask(machine);
    const writer = new LoneTask(machine, undefined, 4);
    const how = { strategy, thresholdPages: 1 };
    const unmapper = new LoneTask(machine, how, 2);
    reader.mapAt(HERE, 4, MAP.fixed);
    writer.fill(HERE, 4, 100);
    const frame = km.tables[pteSlot(km, mm.root, HERE + 1)]! >>> PTE.shift;
    const access = accessPages(reader.cpu, mm, HERE, 4, ACCESS.load);
    const unmap = munmap(unmapper.cpu, mm, how, HERE * PAGE_SIZE, 4 * PAGE_SIZE);
    reader.cpu.stepwise = true;
    unmapper.cpu.stepwise = true;
    const run = () => reader.cpu.accessRunner!.run;
    access.next();
    runUntil(access, () => run().index === 1);
    return { machine, km, mm, reader, unmapper, frame, access, unmap, run };
  };

  const finish = ({ machine, reader, unmapper }: ReturnType<typeof start>): void => {
    reader.cpu.stepwise = false;
    unmapper.cpu.stepwise = false;
    expect(unsound(machine)).toEqual([]);
    expect(leftAfterExit(machine)).toEqual([]);
  };

  it('frees nothing that an access under way may still reach', () => {
    const started = start();
    const { km, mm, reader, frame, access, unmap, run } = started;
    const tables = takenOf(km, tablePool(km));
    // The next page has been looked up and not yet loaded.
    access.next();
    expect(run().index).toBe(1);
    runUntilSpin(unmap);
    for (let i = 0; i < 20; i++) expect(unmap.next().done).toBe(false);
    expect(contentOf(km, mm, HERE + 1)).toBeUndefined();
    expect(km.frames[frame * FRAME_WORDS + FRAME.state]).toBe(1);
    expect(takenOf(km, tablePool(km))).toBe(tables);

    // It finds its own content where the page was; the page behind it is gone.
    runUntil(access, () => run().index === 2);
    expect(reader.cpu.loaded).toBe(101);
    // It takes turns with the unmap now: one answers, the other waits for no one any more.
    let [unmapped, accessed] = [false, false];
    while (!unmapped || !accessed) {
      if (!accessed) accessed = access.next().done === true;
      if (!unmapped) unmapped = unmap.next().done === true;
    }
    expect(run().denied).toBe(2);
    expect(reader.stat('sigsegv')).toBe(2);
    finish(started);
  });

  it('frees no table that a walk under way may be in', () => {
    const started = start();
    const { machine, km, mm, reader, access, unmap } = started;
    while (access.next().done !== true);
    const pool = tablePool(km);
    const tables = takenOf(km, pool);
    // Somebody in user mode: where in its walk it is, nobody can know.
    const walker = machine.cpus[4]!;
    enterUser(walker, mm);
    runUntilSpin(unmap);
    expect(takenOf(km, pool)).toBe(tables);
    answerIpi(walker);
    // The pages are gone. For the tables it is asked again.
    runUntilSpin(unmap);
    expect(pteSlot(km, mm.root, HERE)).toBe(0);
    for (let i = 0; i < 20; i++) expect(unmap.next().done).toBe(false);
    expect(takenOf(km, pool)).toBe(tables);
    answerIpi(walker);
    while (unmap.next().done !== true);
    expect(takenOf(km, pool)).toBe(machine.mms.length);
    leaveUser(walker);
    expect(reader.load(HERE)).toBe(DENIED);
    finish(started);
  });

  it('lets nobody use a table that was freed between two accesses', () => {
    const started = start();
    const { machine, km, access, unmap, run } = started;
    const pool = tablePool(km);
    expect(run().slot).not.toBe(0);
    // It is asked about the pages, then about the tables, and answers both between two accesses.
    for (let ipi = 0; ipi < 2; ipi++) {
      runUntilSpin(unmap);
      access.next();
    }
    expect(run().index).toBe(1);
    while (unmap.next().done !== true);
    expect(takenOf(km, pool)).toBe(machine.mms.length);
    // Another address space gets these tables, and has pages in the same places of them.
    const other = new LoneTask({ ...machine, mm: machine.mms[1]! }, undefined, 3);
    other.mapAt(HERE, 4, MAP.fixed);
    other.fill(HERE, 4, 900);
    while (access.next().done !== true);
    expect(run().denied).toBe(3);
    expect(other.load(HERE + 1)).toBe(901);
    finish(started);
  });

  it('does not wait for a task that is done, or in the kernel', () => {
    const started = start();
    const { access, unmap, machine, km } = started;
    while (access.next().done !== true);
    expect(km.words[machine.cpus[0]!.self + TASK.mode]).toBe(KERNEL);
    for (;;) {
      const step = unmap.next();
      if (step.done === true) break;
      expect(step.value).toBe(STOP.step);
    }
    expect(machine.cpus[2]!.charged[COST.ipi]).toBe(0);
    finish(started);
  });
});

describe('a flush', () => {
  const start = () => {
    const machine = testMachine({ tasks: 4, mms: 2 });
    const [flusher, same, alsoSame] = [0, 2, 2].map((task) => machine.cpus[task]!);
    const ipi = (task: number): number =>
      machine.km.words[machine.cpus[task]!.self + TASK.ipiSent]!;
    return { machine, flusher: flusher!, same: same!, alsoSame: alsoSame!, ipi };
  };

  it('interrupts the tasks in user mode of its own address space, and no others', () => {
    const { machine, flusher, same, ipi } = start();
    for (const cpu of machine.cpus) enterUser(cpu, machine.mm);
    const flush = flushTlb(flusher, machine.mm);
    expect(flush.next()).toEqual({ done: false, value: STOP.spin });
    expect([0, 1, 2, 3].map(ipi)).toEqual([0, 0, 1, 0]);
    expect(flusher.charged[COST.tlbFlush]).toBe(1);
    expect(flusher.charged[COST.ipi]).toBe(1);
    expect([flusher.spinWord, flusher.spinValue]).toEqual([same.self + TASK.ipiAck, 0]);
    expect(flush.next().done).toBe(false);
    leaveUser(same);
    expect(flush.next().done).toBe(true);
  });

  it('is over when the IPI is answered, even if a later one is under way', () => {
    const { machine, flusher, same } = start();
    const { words } = machine.km;
    words[same.self + TASK.ipiSent] = 0x7fff_ffff;
    words[same.self + TASK.ipiAck] = 0x7fff_ffff;
    enterUser(same, machine.mm);
    const flush = flushTlb(flusher, machine.mm);
    expect(flush.next().done).toBe(false);
    expect(words[same.self + TASK.ipiSent]).toBe(-0x8000_0000);
    words[same.self + TASK.ipiSent]! += 1;
    expect(flush.next().done).toBe(false);
    words[same.self + TASK.ipiAck] = words[same.self + TASK.ipiSent]!;
    expect(flush.next().done).toBe(true);
    expect(words[same.self + TASK.mode]).toBe(USER);
  });

  it('reads the mode that the task has when it is looked at', () => {
    const { machine, flusher, same, ipi } = start();
    enterUser(same, machine.mm);
    leaveUser(same);
    runAlone(flushTlb(flusher, machine.mm));
    expect(ipi(2)).toBe(0);
  });
});

it('a task that was denied sees what is mapped in the place afterwards', () => {
  const machine = testMachine();
  const task = new LoneTask(machine);
  task.mapAt(HERE, 2, MAP.fixed);
  task.fill(HERE, 2, 5);
  task.unmap(HERE, 2);
  expect(task.load(HERE)).toBe(DENIED);
  task.mapAt(HERE, 2, MAP.fixed);
  expect([task.load(HERE), task.load(HERE + 1)]).toEqual([0, 0]);
});
