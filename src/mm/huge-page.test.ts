import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from './layout.js';
import { madvise } from './madvise.js';
import { mincore } from './mincore.js';
import { mprotect } from './mprotect.js';
import { mremap } from './mremap.js';
import { HERE, isSound, startHuge } from './testing/huge-machine.js';
import { DENIED, READ_WRITE } from './testing/lone-task.js';
import { runAlone } from './testing/test-machine.js';
import { MADV, MAP, PROT } from './uapi.js';

describe('other calls', () => {
  const filled = () => {
    const started = startHuge();
    started.task.mapAt(HERE, 1024, MAP.fixed);
    started.task.fill(HERE, 1024, 1);
    const { task, mm } = started;
    const protect = (page: number, pages: number, prot: number): number =>
      started.call(mprotect(task.cpu, mm, page * PAGE_SIZE, pages * PAGE_SIZE, prot));
    return { ...started, protect };
  };

  it('mprotect changes a huge page as one, and back', () => {
    const { machine, task, other, huge, protect, faults } = filled();
    expect(other.load(HERE)).toBe(1);
    expect(protect(HERE, 512, PROT.read)).toBe(0);
    expect([huge(), task.store(HERE, 5), other.store(HERE, 5)]).toEqual([2, false, false]);
    expect(task.load(HERE + 511)).toBe(512);
    expect(protect(HERE, 512, PROT.none)).toBe(0);
    expect([task.load(HERE), huge()]).toEqual([DENIED, 2]);
    const before = faults();
    expect(protect(HERE, 512, READ_WRITE)).toBe(0);
    expect([task.store(HERE, 5), task.load(HERE + 1), huge()]).toEqual([true, 2, 2]);
    expect(faults()).toBe(before);
    isSound(machine);
  });

  it('mprotect splits for a part, and only that part changes', () => {
    const { machine, task, huge, protect } = filled();
    expect(protect(HERE + 100, 512, PROT.read)).toBe(0);
    expect(huge()).toBe(0);
    expect([99, 100, 611, 612].map((i) => task.store(HERE + i, 9))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect([99, 100, 611, 612].map((i) => task.load(HERE + i))).toEqual([9, 101, 612, 9]);
    isSound(machine);
  });

  it('4.17 gives write permission back with one fault for all of it', () => {
    const { machine, task, faults, huge } = startHuge();
    const { mm } = machine;
    task.cpu.rules = { ...task.cpu.rules, mprotectRestoresWrite: false };
    task.mapAt(HERE, 512, MAP.fixed);
    task.fill(HERE, 512, 1);
    for (const prot of [PROT.read, READ_WRITE]) {
      runAlone(mprotect(task.cpu, mm, HERE * PAGE_SIZE, 512 * PAGE_SIZE, prot));
    }
    expect(task.fill(HERE, 512, 10)).toBe(0);
    expect([faults(), huge(), task.load(HERE + 511)]).toEqual([2, 1, 521]);
    isSound(machine);
  });

  it('madvise(DONTNEED) zaps whole huge pages and splits the others', () => {
    const { machine, mm, task, call, huge } = filled();
    const drop = madvise(task.cpu, mm, HERE * PAGE_SIZE, 600 * PAGE_SIZE, MADV.dontNeed);
    expect(call(drop)).toBe(0);
    expect([0, 511, 599, 600].map((i) => task.load(HERE + i))).toEqual([0, 0, 0, 601]);
    expect(huge()).toBe(0);
    isSound(machine);
  });

  it('mincore sees all of it, before and after a split', () => {
    const { machine, mm, task, call } = filled();
    const vec = new Uint8Array(1024);
    const look = (): number => call(mincore(task.cpu, mm, HERE * PAGE_SIZE, 1024 * PAGE_SIZE, vec));
    expect([look(), vec.every((byte) => byte === 1)]).toEqual([0, true]);
    call(madvise(task.cpu, mm, (HERE + 3) * PAGE_SIZE, PAGE_SIZE, MADV.dontNeed));
    expect([look(), vec.indexOf(0), vec.filter((byte) => byte === 1).length]).toEqual([0, 3, 1023]);
    isSound(machine);
  });

  it('mremap takes what is in it along', () => {
    const { machine, mm, task, call } = filled();
    const to = (HERE + 4096 + 5) * PAGE_SIZE;
    const bytes = 700 * PAGE_SIZE;
    const moved = call(
      mremap(task.cpu, mm, {
        address: HERE * PAGE_SIZE,
        oldBytes: bytes,
        newBytes: bytes,
        flags: 3,
        newAddress: to,
      }),
    );
    expect(moved).toBe(to);
    expect([0, 511, 699].map((i) => task.load(HERE + 4096 + 5 + i))).toEqual([1, 512, 700]);
    expect([task.load(HERE), task.load(HERE + 700)]).toEqual([DENIED, 701]);
    isSound(machine);
  });
});
