/**
 * Who waits how long for a long munmap: task 0 is `ps`, which reads /proc/PID/cmdline and for that
 * takes mmap_sem for read twice; all others unmap a share whose pages are all present, in one call,
 * once. They come one by one: the first half of them, then ps, then the other half. Who is strictly
 * fair makes ps wait for the first half, whoever lets writers steal, for all.
 */
import { readCmdline } from '../../mm/cmdline.js';
import { STOP, type Cpu, type Op } from '../../mm/op.js';
import { Share } from '../share.js';
import type { Stressor, StressorRun, StressorTask } from '../stressor.js';

/** Between one arrival and the next, ns: far less than a hold, far more than a lock's hand-over. */
const ARRIVAL_NS = 1_000_000;
/** Nobody has arguments here: ps finds that out under its second hold. */
const ARGUMENTS = { address: 0, bytes: 1 } as const;

class HungTask implements StressorRun {
  readonly #task: StressorTask;
  readonly #share: Share;
  #address = 0;

  constructor(task: StressorTask) {
    this.#task = task;
    this.#share = new Share(task);
  }

  *setup(): Op<void> {
    if (this.#task.task > 0) this.#address = yield* this.#share.mapPresent();
  }

  *program(): Op<void> {
    const { cpu, mm, task, tasks } = this.#task;
    yield* pause(cpu, arrival(task, tasks - 1) * ARRIVAL_NS);
    if (task > 0) {
      yield* this.#share.unmap(this.#address);
      return;
    }
    yield* readCmdline(cpu, mm, ARGUMENTS);
  }

  *finish(): Op<void> {
    yield* this.#share.close();
  }
}

/** Place in the order of arrivals, from 0; ps has task 0 and comes behind half of the writers. */
function arrival(task: number, writers: number): number {
  const ahead = Math.ceil(writers / 2);
  if (task === 0) return ahead;
  return task <= ahead ? task - 1 : task;
}

function* pause(cpu: Cpu, ns: number): Op<void> {
  cpu.pauseUntilNs = cpu.now() + ns;
  if (ns > 0) yield STOP.pause;
}

export const hungTask: Stressor = {
  name: 'hung-task',
  description: 'tasks that unmap large shares one after the other, and ps, which waits for them',
  mapsShare: true,
  start: (task) => new HungTask(task),
};
