/** A simulation in which nobody can ever run again, and who waits for what in it. */
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { RunFailed } from '../engine.js';
import { describeWaiting, describeWord } from '../stuck-task.js';
import type { VirtualCpu } from './cpu.js';

/** The message says who waits for what. */
export class Stuck extends RunFailed {
  /** `left` are the tasks that have not come to their ends, `spinning` those of them that spin. */
  constructor(km: KernelMemory, left: readonly VirtualCpu[], spinning: readonly VirtualCpu[]) {
    const endNs = Math.max(...left.map(({ timeNs }) => timeNs));
    const waits = left.map((cpu) =>
      spinning.includes(cpu) ? describeSpinning(km, cpu) : describeWaiting(km, cpu.task),
    );
    const what = `nobody can get any further after ${(endNs / 1e9).toFixed(6)} s of virtual time`;
    super([what, ...waits].join('\n'));
  }
}

function describeSpinning(km: KernelMemory, { task, spinWord, spinValue }: VirtualCpu): string {
  return `  task ${task} spins until ${describeWord(km, spinWord)} is no longer ${spinValue}`;
}
