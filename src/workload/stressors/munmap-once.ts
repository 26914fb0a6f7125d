/**
 * One munmap, and nothing else: every task has its share mapped and present before the window opens,
 * unmaps it in one call, and is done. What the munmap series measured (`SyS_munmap`, all pages mapped).
 */
import type { Op } from '../../mm/op.js';
import { Share } from '../share.js';
import type { Stressor, StressorRun, StressorTask } from '../stressor.js';

class MunmapOnce implements StressorRun {
  readonly #share: Share;
  #address = 0;

  constructor(task: StressorTask) {
    this.#share = new Share(task);
  }

  *setup(): Op<void> {
    this.#address = yield* this.#share.mapPresent();
  }

  *program(): Op<void> {
    yield* this.#share.unmap(this.#address);
  }

  *finish(): Op<void> {
    yield* this.#share.close();
  }
}

export const munmapOnce: Stressor = {
  name: 'munmap-once',
  description: 'unmap a share whose pages are all present, in one call, once',
  mapsShare: true,
  start: (task) => new MunmapOnce(task),
};
