import { expect, it } from 'vitest';
import { POOL, SEM, TABLE, TASK } from '../mm/layout.js';
import { testMachine } from '../mm/testing/test-machine.js';
import { describeWord } from './stuck-task.js';

it('words that somebody may spin on have names', () => {
  const { km } = testMachine({ tasks: 3, mms: 2 });
  const names = new Map([
    [km.at.zone + POOL.lock, 'the lock of the zone'],
    [km.at.tablePool + POOL.lock, 'the lock of the page tables'],
    [km.at.vmaPool + POOL.lock, 'the lock of the VMAs'],
    [km.mmAt(1) + SEM.waitLock, 'waitLock of mmap_sem of address space 1'],
    [km.mmAt(0) + SEM.owner, 'owner of mmap_sem of address space 0'],
    [km.taskAt(2) + TASK.ipiAck, 'ipiAck of task 2'],
    [km.taskAt(0) + TASK.osqLocked, 'osqLocked of task 0'],
    [km.tableRecordAt(7) + TABLE.lock, 'the lock of page table 7'],
    [km.at.vmas + 3, `word ${km.at.vmas + 3}`],
  ]);
  for (const [word, name] of names) expect(describeWord(km, word)).toBe(name);
});
