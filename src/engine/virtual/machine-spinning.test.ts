import { describe, expect, it } from 'vitest';
import { STOP, COST, type Op } from '../../mm/op.js';
import { spinLockSlow, spinUnlock, trySpinLock } from '../../mm/spinlock.js';
import type { VirtualCpu } from './cpu.js';
import { Stuck } from './stuck.js';
import {
  COSTS,
  freeWord,
  journal,
  machineFor,
  modelWith,
  runAll,
  start,
  work,
} from './testing/small-machine.js';

describe('spinning', () => {
  const waitsFor: (note: (cpu: VirtualCpu) => void) => (cpu: VirtualCpu) => Op<void> = (note) =>
    function* (cpu) {
      const lock = freeWord(cpu.km);
      if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
      note(cpu);
      spinUnlock(cpu, lock);
    };

  it('ends when the word changes, and is what that time is charged as', () => {
    const { entries, note } = journal();
    const machine = runAll(modelWith(2), [
      function* (cpu) {
        trySpinLock(cpu, freeWord(cpu.km));
        yield* work(cpu, 30);
        spinUnlock(cpu, freeWord(cpu.km));
        yield STOP.step;
      },
      waitsFor(note),
    ]);
    const released = 3000 + COSTS.atomicNs;
    // The spinner has had the line since its first look.
    expect(entries).toEqual([[1, released + COSTS.atomicNs]]);
    const firstLook = COSTS.atomicNs + COSTS.lineTransferNs;
    expect(machine.time.spinning).toBeGreaterThanOrEqual(released - firstLook);
    expect(machine.time.spinning).toBeLessThanOrEqual(released);
  });

  it('ends when the word changes, even if who changed it goes on without a stop', () => {
    const { entries, note } = journal();
    runAll(modelWith(2), [
      function* (cpu) {
        trySpinLock(cpu, freeWord(cpu.km));
        yield* work(cpu, 30);
        spinUnlock(cpu, freeWord(cpu.km));
        yield* work(cpu, 60);
      },
      waitsFor(note),
    ]);
    // One piece of work later at most.
    expect(entries[0]![1]).toBeLessThanOrEqual(3000 + 100 + 2 * COSTS.atomicNs);
  });

  it('of several ends for the first of them, then for the next', () => {
    const { entries, note } = journal();
    runAll(modelWith(4), [
      function* (cpu) {
        trySpinLock(cpu, freeWord(cpu.km));
        yield* work(cpu, 30);
        spinUnlock(cpu, freeWord(cpu.km));
        yield STOP.step;
      },
      waitsFor(note),
      waitsFor(note),
      waitsFor(note),
    ]);
    expect(entries.map(([task]) => task)).toEqual([1, 2, 3]);
  });

  it('goes on over slices, for as long as somebody works', () => {
    const { entries, note } = journal();
    runAll(modelWith(2), [
      function* (cpu) {
        trySpinLock(cpu, freeWord(cpu.km));
        // One step, as long as a hundred slices.
        cpu.charge(COST.syscall, 10_000);
        yield STOP.step;
        spinUnlock(cpu, freeWord(cpu.km));
      },
      waitsFor(note),
    ]);
    expect(entries[0]![1]).toBeGreaterThan(1_000_000);
  });

  it('looks again at the time it was told to, though nothing has changed', () => {
    const { entries, note } = journal();
    runAll(modelWith(2), [
      (cpu) => work(cpu, 300),
      function* (cpu) {
        cpu.spinWord = freeWord(cpu.km);
        cpu.spinValue = cpu.km.words[cpu.spinWord]!;
        cpu.spinUntilNs = 2500;
        yield STOP.relax;
        note(cpu);
        cpu.spinUntilNs = 0;
        yield STOP.relax;
        note(cpu);
      },
    ]);
    // The second time only the end of its slice makes it look up.
    expect(entries).toEqual([
      [1, 2500],
      [1, COSTS.sliceNs],
    ]);
  });

  it('keeps the CPU from others', () => {
    const { entries, note } = journal();
    runAll(modelWith(2), [
      function* (cpu) {
        trySpinLock(cpu, freeWord(cpu.km));
        yield* work(cpu, 30);
        spinUnlock(cpu, freeWord(cpu.km));
        yield* work(cpu, 60);
      },
      waitsFor(note),
      (cpu) => work(cpu, 1, note),
      (cpu) => work(cpu, 1, note),
    ]);
    // Task 3 waited for the spinner's CPU, and task 2 was pulled over once that was free.
    expect(entries.map(([task]) => task)).toEqual([1, 3, 2]);
  });
});

function* sleepForGood(): Op<void> {
  yield STOP.sleep;
}

describe('a machine on which nobody gets any further', () => {
  it('names those who sleep and were never woken', () => {
    const programs = [(cpu: VirtualCpu) => work(cpu, 3), sleepForGood];
    expect(() => runAll(modelWith(2), programs)).toThrow(Stuck);
    expect(() => runAll(modelWith(2), programs)).toThrow(
      /^nobody can get any further after 0\.000000 s of virtual time\n {2}task 1 waits for no lock/,
    );
  });

  it('names those who spin for ever, and what on', () => {
    const machine = machineFor(modelWith(3), [0, 0, 0]);
    const lock = machine.km.at.zone;
    const spins = function* (cpu: VirtualCpu): Op<void> {
      if (!trySpinLock(cpu, lock)) yield* spinLockSlow(cpu, lock);
    };
    expect(() => {
      start(machine, [spins, spins, spins]);
    }).toThrow(
      / s of virtual time\n {2}task 1 spins until the lock of the zone is no longer 1\n {2}task 2 spins until the lock of the zone is no longer 1$/,
    );
  });
});
