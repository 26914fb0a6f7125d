/**
 * The simulated kernel with one task and nobody else, on the CPU that the threads engine uses: what
 * an op costs when nothing stops it.
 */
import { ThreadCpu } from '../engine/threads/cpu.js';
import { KernelMemory } from '../mm/kernel-memory.js';
import { PTRS_PER_TABLE, TASK } from '../mm/layout.js';
import { Mm } from '../mm/mm.js';
import type { Cpu, LockRecorder } from '../mm/op.js';

/** What is recorded without contention is in the counters, and those are always on. */
const recordNothing: LockRecorder = {
  writeHold: () => undefined,
  readWait: () => undefined,
  faultWait: () => undefined,
  writeWait: () => undefined,
};

export interface LoneCpu {
  readonly cpu: Cpu;
  readonly mm: Mm;
}

/** A kernel that can hold `pages` pages of one address space, and the one CPU it has. */
export function loneCpu(pages: number): LoneCpu {
  const km = KernelMemory.create({
    tasks: 1,
    mms: 1,
    frames: pages,
    // The range need not start at a table's edge, and there are three levels above the PTE tables.
    tables: Math.ceil(pages / PTRS_PER_TABLE) + 16,
    vmas: 16,
    files: 0,
    maxMapCount: 65_530,
  });
  const mm = Mm.create(km, 0);
  const cpu = new ThreadCpu(km, 0, recordNothing);
  km.words[cpu.self + TASK.mm] = mm.id;
  return { cpu, mm };
}
