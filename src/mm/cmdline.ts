/** Reading /proc/PID/cmdline as `ps` does (4.17 proc_pid_cmdline_read). */
import { PAGE_SIZE } from './layout.js';
import type { Mm } from './mm.js';
import { COST, type Cpu, type Op } from './op.js';
import { downRead, upRead } from './rwsem.js';
import { findVma, startOf } from './vma.js';

/** Where a process has its arguments, bytes: what execve writes down in the mm. */
export interface Arguments {
  readonly address: number;
  readonly bytes: number;
}

/**
 * Takes mmap_sem of somebody else's mm for read, to learn where the arguments are; then again, for every
 * page of them, inside the access to that mm's memory (access_remote_vm), which ends where nothing is
 * mapped. Returns how many bytes were there.
 */
export function* readCmdline(cpu: Cpu, mm: Mm, args: Arguments): Op<number> {
  cpu.charge(COST.syscall, 1);
  yield* downRead(cpu, mm.sem);
  const { address, bytes } = args;
  yield* upRead(cpu, mm.sem);
  const end = address + bytes;
  let at = address;
  for (let isThere = true; isThere && at < end;) {
    yield* downRead(cpu, mm.sem);
    const page = Math.floor(at / PAGE_SIZE);
    const vma = findVma(cpu.km, mm, page);
    isThere = vma !== 0 && startOf(cpu.km, vma) <= page;
    yield* upRead(cpu, mm.sem);
    if (isThere) at = Math.min(end, (page + 1) * PAGE_SIZE);
  }
  return at - address;
}
