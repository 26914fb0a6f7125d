/**
 * One munmap, and nothing else: every task has its share mapped and present before the window opens,
 * unmaps it in one call, and is done. What the munmap series measured (`SyS_munmap`, all pages mapped).
 */
import type { Op } from '../../mm/op.js';
import { mapPresentShare, unmapShare } from '../share.js';
import type { Stressor, StressorRun, StressorTask } from '../stressor.js';

class MunmapOnce implements StressorRun {
  readonly #task: StressorTask;
  #address = 0;

  constructor(task: StressorTask) {
    this.#task = task;
  }

  *setup(): Op<void> {
    this.#address = yield* mapPresentShare(this.#task);
  }

  *program(): Op<void> {
    yield* unmapShare(this.#task, this.#address);
  }
}

export const munmapOnce: Stressor = {
  name: 'munmap-once',
  description: 'unmap a share whose pages are all present, in one call, once',
  start: (task) => new MunmapOnce(task),
};
