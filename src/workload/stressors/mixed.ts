/**
 * What a large munmap does to all others of its process: one task maps a big region, writes every page
 * of it and unmaps it whole, over and over; some fault small regions of their own and give them back;
 * some read maps every millisecond, as a monitor would. None of stress-ng's.
 *
 * A bogo-op is a page that the faulting tasks have written.
 */
import { PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, MADV } from '../../mm/uapi.js';
import type { HogMetric } from '../../samples/stress-samples.js';
import type { Hog, HogRun, HogSetting, HogTask } from '../hog.js';
import { REGION_BYTES_MAX, mapRegion, partiesFrom } from '../map-region.js';
import { nap } from '../nap.js';
import { sharePages } from '../pages.js';
import { perSecond } from '../per-second.js';
import { CallTimes } from './call-times.js';

/** Pages written between two looks at the time. */
const RUN_PAGES = 512;
/** Pages that a faulting task writes and gives back at a time: less than a page table. */
const FAULTER_PAGES = 64;
/** From the end of one reading of maps to the next, ns. */
const READ_GAP_NS = 1_000_000;
/** Most tasks of a kind. */
const TASKS_MAX = 1024;

/** Words of the meeting: pages faulted, readings and their ns, the longest of them in us. */
const FAULTED = 0;
const READINGS = 2;
const READING_NS = 4;
const READING_US_MAX = 6;

function tasksOf({ options }: HogSetting): { readonly faulters: number; readonly readers: number } {
  return { faulters: Number(options['faulters']), readers: Number(options['readers']) };
}

function bigPages({ options, instances }: HogSetting): number {
  return sharePages(Number(options['bytes']), instances);
}

abstract class MixedTask implements HogRun {
  protected readonly task: HogTask;
  readonly #all: readonly number[];
  #ns = 0;

  constructor(task: HogTask) {
    this.task = task;
    const { faulters, readers } = tasksOf(task.setting);
    this.#all = partiesFrom(0, 1 + faulters + readers);
  }

  *program(): Op<void> {
    const { cpu, meeting } = this.task;
    const since = cpu.now();
    yield* this.work();
    this.#ns = cpu.now() - since;
    yield* meeting.arrive(this.#all);
  }

  /** `count` by the time that the task has worked. */
  protected perSecond(count: number): number {
    return perSecond(count, this.#ns);
  }

  /** Until it is time; tells the meeting what it has to tell. */
  protected abstract work(): Op<void>;
}

/** The first task, which has the word for all. */
class Unmapper extends MixedTask {
  readonly #munmaps = new CallTimes('munmap');

  protected override *work(): Op<void> {
    const { task } = this;
    const pages = bigPages(task.setting);
    while (!task.stopping()) {
      const address = yield* mapRegion(task, pages, ANONYMOUS);
      if (address === 0) return;
      let done = 0;
      while (done < pages && !task.stopping()) {
        const count = Math.min(RUN_PAGES, pages - done);
        const denied = yield* task.calls.store(address + done * PAGE_SIZE, count, done);
        if (denied > 0) {
          task.runOut(`no memory for ${denied} of ${pages} pages`);
          break;
        }
        done += count;
      }
      yield* this.#unmap(address, pages, done === pages);
      if (done < pages) return;
    }
  }

  /** One that was cut short is no measure of those that are whole. */
  *#unmap(address: number, pages: number, isWhole: boolean): Op<void> {
    const { cpu, calls } = this.task;
    const since = cpu.now();
    yield* calls.munmap(address, pages * PAGE_SIZE);
    if (isWhole) this.#munmaps.add(cpu.now() - since);
  }

  metrics(): readonly HogMetric[] {
    const { meeting } = this.task;
    const readings = meeting.getWide(READINGS);
    const readUs = readings > 0 ? meeting.getWide(READING_NS) / readings / 1e3 : 0;
    return [
      metric('faults per second of the faulting tasks', this.perSecond(meeting.getWide(FAULTED))),
      ...this.#munmaps.metrics(),
      metric('maps readings per second', this.perSecond(readings)),
      metric('microsecs average per maps reading', readUs),
      metric('microsecs maximum per maps reading', meeting.get(READING_US_MAX), 'maximum'),
    ];
  }
}

function metric(
  description: string,
  value: number,
  mean: HogMetric['mean'] = 'geometric',
): HogMetric {
  return { description, value, mean };
}

class Faulter extends MixedTask {
  protected override *work(): Op<void> {
    const { task } = this;
    const { calls, meeting } = task;
    const address = yield* mapRegion(task, FAULTER_PAGES, ANONYMOUS);
    if (address === 0) return;
    let written = 0;
    for (; !task.stopping(); written += FAULTER_PAGES) {
      const denied = yield* calls.store(address, FAULTER_PAGES, written);
      if (denied > 0) {
        task.runOut(`no memory for ${denied} of ${FAULTER_PAGES} pages`);
        break;
      }
      yield* calls.madvise(address, FAULTER_PAGES * PAGE_SIZE, MADV.dontNeed);
      yield* task.bogo(FAULTER_PAGES);
    }
    meeting.addWide(FAULTED, written);
    yield* calls.munmap(address, FAULTER_PAGES * PAGE_SIZE);
  }
}

class MapsReader extends MixedTask {
  protected override *work(): Op<void> {
    const { cpu, calls, meeting } = this.task;
    let readings = 0;
    let totalNs = 0;
    let nsMax = 0;
    for (; !this.task.stopping(); readings++) {
      const since = cpu.now();
      yield* calls.readMaps();
      const ns = cpu.now() - since;
      totalNs += ns;
      nsMax = Math.max(nsMax, ns);
      yield* nap(this.task, READ_GAP_NS);
    }
    meeting.addWide(READINGS, readings);
    meeting.addWide(READING_NS, Math.round(totalNs));
    meeting.raise(READING_US_MAX, Math.round(nsMax / 1e3));
  }
}

/** The unmapping task, the faulting ones, the readers. */
function start(task: HogTask): HogRun {
  if (task.thread === 0) return new Unmapper(task);
  return task.thread <= tasksOf(task.setting).faulters ? new Faulter(task) : new MapsReader(task);
}

export const mixed: Hog = {
  name: 'mixed',
  description: 'a task that unmaps a big region beside tasks that fault, and readers of maps',
  classes: ['own'],
  options: {
    bytes: {
      takes: 'size',
      help: 'size of the big region, divided among the instances',
      preset: 2 ** 30,
      min: 4096,
      max: REGION_BYTES_MAX,
    },
    faulters: {
      takes: 'count',
      help: 'tasks that fault, of every instance',
      preset: 4,
      min: 0,
      max: TASKS_MAX,
    },
    readers: {
      takes: 'count',
      help: 'tasks that read maps every millisecond, of every instance',
      preset: 1,
      min: 0,
      max: TASKS_MAX,
    },
  },
  shape: (setting) => {
    const { faulters, readers } = tasksOf(setting);
    return { processes: 1, threadsPerProcess: 1 + faulters + readers };
  },
  needs: (setting) => ({
    pages: bigPages(setting) + tasksOf(setting).faulters * FAULTER_PAGES,
  }),
  start,
};
