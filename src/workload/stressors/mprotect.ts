/**
 * stress-ng's mprotect: eight processes, each with an mm of its own, share four pages of anonymous
 * memory; each gives random ranges of its mapping random protections. A call that succeeds is a
 * bogo-op, and is followed by the access that it has just forbidden, if it has: a SIGSEGV, or a failure.
 *
 * stress-ng's instance maps the pages and seven forks inherit them; here each process maps them itself.
 */
import { FILE_KIND, PAGE_SIZE } from '../../mm/layout.js';
import type { Op } from '../../mm/op.js';
import { MAP, PROT } from '../../mm/uapi.js';
import type { Hog, HogRun, HogTask } from '../hog.js';
import { mapRegion, newFile, partiesFrom } from '../map-region.js';
import { takeSignal } from '../signal.js';

const PROCESSES = 8;
const PAGES = 4;
/** Draws until one of them succeeds, for one range. */
const TRIES = 10;

/** Every combination of these bits: what grows is refused, for no mapping here does. */
const PROT_BITS = [PROT.read, PROT.write, PROT.sem, PROT.growsUp, PROT.growsDown] as const;

/** The word of the meeting with the pages' handle; 0 when there is none. */
const FILE = 0;
const ALL = partiesFrom(0, PROCESSES);

class Mprotect implements HogRun {
  readonly #task: HogTask;

  constructor(task: HogTask) {
    this.#task = task;
  }

  *program(): Op<void> {
    const { meeting, calls } = this.#task;
    const isFirst = this.#task.process === 0;
    if (isFirst) meeting.set(FILE, yield* newFile(this.#task, FILE_KIND.tmpfs, PAGES));
    yield* meeting.arrive(ALL);
    const file = meeting.get(FILE);
    const address = file === 0 ? 0 : yield* mapRegion(this.#task, PAGES, MAP.shared, file);
    yield* meeting.arrive(ALL);
    if (isFirst && file !== 0) yield* calls.close(file);
    if (address === 0) return;
    while (!this.#task.stopping()) yield* this.#protect(address);
    yield* calls.munmap(address, PAGES * PAGE_SIZE);
  }

  /** One range; shorter ones than a page are drawn again. */
  *#protect(memory: number): Op<void> {
    const { prng, calls } = this.#task;
    const page = prng.below(PAGES);
    const bytes = prng.below((PAGES - page) * PAGE_SIZE);
    if (bytes < PAGE_SIZE) return;
    const address = memory + page * PAGE_SIZE;
    for (let i = 0; i < TRIES && !this.#task.stopping(); i++) {
      const prot = this.#drawProt();
      if ((yield* calls.mprotect(address, bytes, prot)) !== 0) continue;
      yield* this.#task.bogo();
      if ((prot & PROT.write) === 0) yield* this.#accessForbidden(address, prot);
      return;
    }
  }

  #drawProt(): number {
    const drawn = this.#task.prng.below(2 ** PROT_BITS.length);
    return PROT_BITS.reduce((prot, bit, i) => (drawn & (1 << i) ? prot | bit : prot), 0);
  }

  /** A read, or where that is allowed a write. */
  *#accessForbidden(address: number, prot: number): Op<void> {
    const { calls, cpu } = this.#task;
    const reads = (prot & PROT.read) === 0;
    const denied = yield* reads ? calls.load(address, 1) : calls.store(address, 1, 1);
    if (denied > 0) takeSignal(cpu);
    else {
      const page = `page 0x${address.toString(16)}`;
      this.#task.fail(`${page} was ${reads ? 'readable' : 'writable'} with protection ${prot}`);
    }
  }
}

export const mprotect: Hog = {
  name: 'mprotect',
  description: 'eight processes that change protections of shared pages and try what they forbid',
  classes: ['vm', 'os'],
  options: {},
  shape: () => ({ processes: PROCESSES, threadsPerProcess: 1 }),
  needs: () => ({ pages: PAGES, files: 1 }),
  start: (task) => new Mprotect(task),
};
