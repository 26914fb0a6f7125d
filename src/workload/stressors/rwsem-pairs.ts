/**
 * mmap_sem alone, with as many readers as writers: even tasks take it for read, odd ones for write,
 * for ever, and have nothing to do while they hold it. The workload of the figures of the rwsem
 * rewrite of 2019 (its author's locking microbenchmark): what the hand-over of the lock costs.
 *
 * Acquisitions are counted by the histograms of waits, in which those that did not wait are in bulk.
 */
import type { Op } from '../../mm/op.js';
import { downRead, downWrite, upRead, upWrite } from '../../mm/rwsem.js';
import type { Stressor, StressorRun, StressorTask } from '../stressor.js';

class RwsemPairs implements StressorRun {
  readonly #task: StressorTask;

  constructor(task: StressorTask) {
    this.#task = task;
  }

  // eslint-disable-next-line require-yield -- the lock is all there is
  *setup(): Op<void> {
    return;
  }

  *program(): Op<void> {
    const { cpu, mm, task, stopping } = this.#task;
    const isReader = task % 2 === 0;
    while (!stopping()) {
      yield* isReader ? downRead(cpu, mm.sem) : downWrite(cpu, mm.sem);
      yield* isReader ? upRead(cpu, mm.sem) : upWrite(cpu, mm.sem);
    }
  }
}

export const rwsemPairs: Stressor = {
  name: 'rwsem-pairs',
  description: 'take mmap_sem over and over, half of the tasks for read, half for write',
  start: (task) => new RwsemPairs(task),
};
