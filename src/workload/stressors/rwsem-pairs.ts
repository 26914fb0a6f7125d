/**
 * mmap_sem alone, taken for read as often as for write, for ever, with little to do while one has it:
 * what the hand-over of the lock costs. In pairs, even tasks only read and odd ones only write; mixed,
 * every task does both in turn. The author of the rwsem rewrite of 2019 has published figures of both
 * ("dedicated" threads and "mixed"). They are different workloads: writers that do nothing else can
 * hand the lock to one another for long, while a thread that has to read next stands in the queue.
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

class RwsemStress implements StressorRun {
  readonly #task: StressorTask;
  /** What is added to a turn's number, the first of which is the task's, from one to the next. */
  readonly #step: number;

  constructor(task: StressorTask, step: number) {
    this.#task = task;
    this.#step = step;
  }

  *setup(): Op<void> {
    return;
  }

  *program(): Op<void> {
    const { cpu, mm, task, prng } = this.#task;
    for (let turn = task; !this.#task.stopping(); turn += this.#step) {
      const isReader = turn % 2 === 0;
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
  start: (task) => new RwsemStress(task, 2),
};

export const rwsemMixed: Stressor = {
  name: 'rwsem-mixed',
  description: 'take mmap_sem over and over, every task for read and for write in turn',
  start: (task) => new RwsemStress(task, 1),
};
