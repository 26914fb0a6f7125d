/**
 * stress-ng's fault: page faults of all kinds, one page at a time. One operation: a page of a file on a
 * disk that is not cached is read (a major fault), written, dropped and written, paged out and written;
 * a page of shared anonymous memory is read, dropped and read. Six faults, five of them minor.
 *
 * stress-ng unlinks every other file before it is mapped, not after: there are no names here, and a file
 * goes with its last mapping either way.
 */
import { FILE_KIND, PAGE_SIZE, STAT } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { ANONYMOUS, MADV, MAP, PROT, READ_WRITE } from '../../mm/uapi.js';
import type { HogMetric } from '../../samples/stress-samples.js';
import { perSecond } from '../per-second.js';
import type { Hog, HogRun, HogTask } from '../hog.js';

/** What the file contains before the first fault. */
const CONTENT = 0x5eed;

class Fault implements HogRun {
  readonly #task: HogTask;
  /** Of accesses that ought to fault, ns, and how many there were. */
  #faultNs = 0;
  #faults = 0;
  #sinceNs = 0;
  #untilNs = 0;

  constructor(task: HogTask) {
    this.#task = task;
  }

  *program(): Op<void> {
    const task = this.#task;
    this.#sinceNs = task.cpu.now();
    // What the file is written from.
    const source = yield* task.calls.mmap(0, PAGE_SIZE, READ_WRITE, ANONYMOUS);
    if (source < 0) {
      task.runOut('no page can be mapped');
      return;
    }
    yield* task.calls.store(source, 1, CONTENT);
    for (let goesOn = true; goesOn;) {
      goesOn = (yield* this.#faultFile(source)) && (yield* this.#faultAnonymous());
      if (goesOn) yield* task.bogo();
      else task.runOut('no file can be opened or mapped');
      goesOn &&= !task.stopping();
    }
    yield* task.calls.munmap(source, PAGE_SIZE);
    this.#untilNs = task.cpu.now();
  }

  /** As getrusage counts faults: those that the kernel took for itself are among them. */
  metrics(): readonly HogMetric[] {
    const { cpu } = this.#task;
    const { stats } = cpu.km;
    const stat = (name: keyof typeof STAT): number => stats[cpu.stat + STAT[name]]!;
    const ns = this.#untilNs - this.#sinceNs;
    return [
      {
        description: 'minor page faults per sec',
        value: perSecond(stat('faultsMinor') + stat('kernelMinor'), ns),
        mean: 'harmonic',
      },
      {
        description: 'major page faults per sec',
        value: perSecond(stat('faultsMajor') + stat('kernelMajor'), ns),
        mean: 'harmonic',
      },
      {
        description: 'nanosecs per page fault',
        value: this.#faults === 0 ? 0 : this.#faultNs / this.#faults,
        mean: 'harmonic',
      },
    ];
  }

  /** False without a file or a mapping. */
  *#faultFile(source: number): Op<boolean> {
    const { calls } = this.#task;
    const file = yield* calls.open(FILE_KIND.disk, PAGE_SIZE);
    if (file === 0) return false;
    yield* calls.write(file, 0, source, 1);
    yield* calls.fsync(file);
    yield* calls.dropCache(file, 0, 1);
    const address = yield* calls.mmap(0, PAGE_SIZE, READ_WRITE, MAP.shared, file);
    yield* calls.close(file);
    if (address < 0) return false;
    yield* this.#read(address, CONTENT);
    yield* this.#write(address, CONTENT + 1);
    yield* calls.madvise(address, PAGE_SIZE, MADV.dontNeed);
    yield* this.#write(address, CONTENT + 2);
    const isOut = (yield* calls.madvise(address, PAGE_SIZE, MADV.pageOut)) === 0;
    yield* this.#write(address, CONTENT + 3, isOut);
    yield* this.#read(address, CONTENT + 3, false);
    yield* calls.munmap(address, PAGE_SIZE);
    return true;
  }

  *#faultAnonymous(): Op<boolean> {
    const { calls } = this.#task;
    const address = yield* calls.mmap(0, PAGE_SIZE, PROT.read, MAP.shared | MAP.anonymous);
    if (address < 0) return false;
    yield* this.#read(address, 0);
    yield* calls.madvise(address, PAGE_SIZE, MADV.dontNeed);
    yield* this.#read(address, 0);
    yield* calls.munmap(address, PAGE_SIZE);
    return true;
  }

  *#read(address: number, expected: number, faults = true): Op<void> {
    const { calls, cpu } = this.#task;
    const since = cpu.now();
    const denied = yield* calls.load(address, 1);
    if (faults) this.#count(since);
    if (denied > 0 || cpu.loaded !== expected) {
      this.#task.fail('a page does not contain what was written');
    }
  }

  *#write(address: number, word: number, faults = true): Op<void> {
    const since = this.#task.cpu.now();
    const denied = yield* this.#task.calls.store(address, 1, word);
    if (faults) this.#count(since);
    if (denied > 0) this.#task.fail('a page cannot be written');
  }

  #count(since: number): void {
    this.#faultNs += this.#task.cpu.now() - since;
    this.#faults += 1;
  }
}

export const fault: Hog = {
  name: 'fault',
  description: 'minor and major page faults of single pages, of a file and of anonymous memory',
  classes: ['os'],
  options: {},
  shape: () => ({ processes: 1, threadsPerProcess: 1 }),
  needs: () => ({ pages: 4, files: 3, filePages: 1, scatteredTables: 16 }),
  start: (task) => new Fault(task),
};
