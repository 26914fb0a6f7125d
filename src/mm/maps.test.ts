import { expect, it } from 'vitest';
import { FILE_KIND, PAGE_SIZE } from './layout.js';
import { mappingsOf, mapsText, readMaps } from './maps.js';
import { HERE, callBench } from './testing/call-task.js';
import { watchLocks } from './testing/lock-watch.js';
import { runAlone } from './testing/test-machine.js';
import { MAP, PROT } from './uapi.js';

it('prints as /proc/PID/maps does: addresses, permissions, offset, name from column 74 on', () => {
  const { task, machine, end } = callBench();
  const file = task.create(FILE_KIND.disk, 8);
  task.mapFile(file, 2, { page: 0x7f12_3456_7000 / PAGE_SIZE, pgoff: 3 });
  task.mapFile(file, 1, { page: 0x10, prot: PROT.read | PROT.exec, shared: false });
  task.mapAt(0x40_0000 / PAGE_SIZE, 1, MAP.fixed, PROT.none);
  task.startHeap(0x55_5555_5000 / PAGE_SIZE);
  task.setHeap(2);
  const mappings = mappingsOf(machine.km, task.mm, () => '/tmp/f');
  const name = (line: string): string => line.padEnd(73);
  expect(mapsText(mappings).split('\n')).toEqual([
    name(`00010000-00011000 r-xp 00000000 00:01 ${file} `) + '/tmp/f',
    '00400000-00401000 ---p 00000000 00:00 0 ',
    name('5555555000-5555557000 rw-p 00000000 00:00 0 ') + '[heap]',
    name(`7f1234567000-7f1234569000 rw-s 00003000 00:01 ${file} `) + '/tmp/f',
    '',
  ]);
  end();
});

it('a file open for reading alone is shared all the same', () => {
  const { task, layout, end } = callBench();
  const file = task.create(FILE_KIND.disk, 1);
  const request = { address: HERE * PAGE_SIZE, bytes: 1, prot: PROT.read, file, readOnly: true };
  task.mmap({ ...request, flags: MAP.shared | MAP.fixed });
  expect(layout()).toBe('0-1r--s');
  end();
});

it('is read under mmap_sem for read, let go after every page of text', () => {
  const { task, machine, end } = callBench();
  for (let i = 0; i < 200; i++) task.mapAt(HERE + 2 * i, 1, MAP.fixed);
  const text = mapsText(mappingsOf(machine.km, task.mm));
  const nowhere = { first: HERE, end: HERE };
  const watched = watchLocks(task.cpu, task.mm, nowhere, readMaps(task.cpu, task.mm));
  expect(watched.result).toBe(200);
  // Lines are not cut in two.
  const lineBytes = text.length / 200;
  expect(watched.holds.length).toBe(Math.ceil(200 / Math.floor(PAGE_SIZE / lineBytes)));
  expect(new Set(watched.holds)).toEqual(new Set(['read']));
  end();
});

it('goes on behind the last VMA it saw when the address space changes between two pages', () => {
  const { task, end } = callBench();
  for (let i = 0; i < 200; i++) task.mapAt(HERE + 2 * i, 1, MAP.fixed);
  const op = readMaps(task.cpu, task.mm);
  task.cpu.stepwise = true;
  // Into the first page of text.
  for (let steps = 0; steps < 20; steps++) op.next();
  task.cpu.stepwise = false;
  const rest = runAlone(op);
  expect(rest).toBe(200);
  expect(runAlone(readMaps(task.cpu, task.mm))).toBe(200);
  task.unmap(HERE, 200);
  expect(runAlone(readMaps(task.cpu, task.mm))).toBe(100);
  end();
});
