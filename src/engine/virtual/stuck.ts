/** A simulation in which nobody can ever run again, and who waits for what in it. */
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { RunFailed } from '../engine.js';
import { describeWaiting, describeWord } from '../stuck-task.js';
import type { VirtualCpu } from './cpu.js';

/** The message says who waits for what. */
export class Stuck extends RunFailed {
  /**
   * @param waiting tasks that have not come to their ends, off their CPUs
   * @param spinning the same of those that keep theirs busy
   */
  constructor(
    km: KernelMemory,
    timeNs: number,
    waiting: readonly VirtualCpu[],
    spinning: readonly VirtualCpu[],
  ) {
    super(
      [
        `nobody can get any further after ${(timeNs / 1e9).toFixed(6)} s of virtual time`,
        ...waiting.map(({ task }) => describeWaiting(km, task)),
        ...spinning.map(
          ({ task, spinWord, spinValue }) =>
            `  task ${task} spins until ${describeWord(km, spinWord)} is no longer ${spinValue}`,
        ),
      ].join('\n'),
    );
  }
}
