/**
 * mmap_sem alone, with as many readers as writers: even tasks take it for read, odd ones for write,
 * for ever, with little to do while they have it. The workload of the figures of the rwsem rewrite of
 * 2019 (its author's locking microbenchmark): what the hand-over of the lock costs.
 *
 * Acquisitions are counted by the histograms of waits, in which those that did not wait are in bulk.
 */
import type { Cpu, Op } from '../../mm/op.js';
import { downRead, downWrite, upRead, upWrite } from '../../mm/rwsem.js';
import type { Stressor, StressorRun, StressorTask } from '../stressor.js';

/**
 * Work under the lock, and from one acquisition to the next: atomics on a cache line of the task's own.
 * They take time where a machine is simulated; on threads, the lock is all there is.
 */
const SECTION_ATOMICS = 5;
const BETWEEN_ATOMICS_MIN = 5;
const BETWEEN_ATOMICS_MAX = 45;

class RwsemPairs implements StressorRun {
  readonly #task: StressorTask;

  constructor(task: StressorTask) {
    this.#task = task;
  }

  *setup(): Op<void> {
    return;
  }

  *program(): Op<void> {
    const { cpu, mm, task, prng } = this.#task;
    const isReader = task % 2 === 0;
    while (!this.#task.stopping()) {
      yield* isReader ? downRead(cpu, mm.sem) : downWrite(cpu, mm.sem);
      work(cpu, SECTION_ATOMICS);
      yield* isReader ? upRead(cpu, mm.sem) : upWrite(cpu, mm.sem);
      work(cpu, BETWEEN_ATOMICS_MIN + prng.below(1 + BETWEEN_ATOMICS_MAX - BETWEEN_ATOMICS_MIN));
    }
  }
}

function work(cpu: Cpu, atomics: number): void {
  for (let i = 0; i < atomics; i++) cpu.touch(cpu.pcp);
}

export const rwsemPairs: Stressor = {
  name: 'rwsem-pairs',
  description: 'take mmap_sem over and over, half of the tasks for read, half for write',
  start: (task) => new RwsemPairs(task),
};
