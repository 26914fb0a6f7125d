/**
 * What concurrent cases run on: a few tasks of one address space, under many random schedules, each a
 * function of its number.
 */
import { Crowd, Standstill } from '../engine/explore/crowd.js';
import type { ExploreCpu } from '../engine/explore/cpu.js';
import { Pct, Uniform } from '../engine/explore/random.js';
import { accessPages } from '../mm/access.js';
import { checkKernel } from '../mm/check.js';
import { ACCESS, type Access } from '../mm/fault-result.js';
import { createFile, putFile, type FileKind } from '../mm/file.js';
import type { KernelMemory } from '../mm/kernel-memory.js';
import { PAGE_SIZE } from '../mm/layout.js';
import type { Mm } from '../mm/mm.js';
import { mmap, type MmapRequest } from '../mm/mmap.js';
import { munmap } from '../mm/munmap/strategy.js';
import type { Op } from '../mm/op.js';
import { ANONYMOUS, MAP, PROT } from '../mm/uapi.js';
import { InvariantBroken } from '../util/assert.js';
import type { Setting } from './case.js';
import { Unmet } from './expect.js';

/** First page that races are about; 4 pages below a page-table boundary. */
const FIRST_PAGE = 2 ** 24 - 4;

/** Ordered steps that a bug may take, for schedules by priority. */
const PCT_DEPTH = 3;

/** One task of a race: its calls, counted in pages from the first page of the race on. */
export class Racer {
  readonly cpu: ExploreCpu;
  readonly mm: Mm;
  readonly #setting: Setting;

  constructor(cpu: ExploreCpu, mm: Mm, setting: Setting) {
    this.cpu = cpu;
    this.mm = mm;
    this.#setting = setting;
  }

  /** Whether the pages were mapped there; anonymous memory at a fixed place if nothing else is said. */
  *map(page: number, count: number, request: Partial<MmapRequest> = {}): Op<boolean> {
    const address = (FIRST_PAGE + page) * PAGE_SIZE;
    const flags = ANONYMOUS | MAP.fixed;
    const prot = PROT.read | PROT.write;
    const whole = { address, bytes: count * PAGE_SIZE, prot, flags, ...request };
    return (yield* mmap(this.cpu, this.mm, whole)) === address;
  }

  /** Throws Unmet when it fails. */
  *unmap(page: number, count: number): Op<void> {
    const { kernel, thresholdPages } = this.#setting;
    const how = { strategy: kernel.munmap, thresholdPages };
    const address = (FIRST_PAGE + page) * PAGE_SIZE;
    const result = yield* munmap(this.cpu, this.mm, how, address, count * PAGE_SIZE);
    if (result !== 0) throw new Unmet(`munmap of ${count} pages returns ${result}`);
  }

  /** Whether it went through. */
  *store(page: number, word: number): Op<boolean> {
    return yield* this.#access(page, ACCESS.store, word);
  }

  /** Whether it went through; `cpu.loaded` is what it saw. */
  *load(page: number): Op<boolean> {
    return yield* this.#access(page, ACCESS.load, 0);
  }

  *#access(page: number, access: Access, word: number): Op<boolean> {
    const denied = yield* accessPages(this.cpu, this.mm, FIRST_PAGE + page, 1, access, word);
    return denied === 0;
  }
}

export interface Race {
  readonly tasks: number;
  /** How many schedules are tried. */
  readonly schedules: number;
  /** Of the file that the tasks share, which is there if this is given. */
  readonly file?: { readonly kind: FileKind; readonly pages: number };
  /** Brings the address space to its start, alone. */
  prepare?(racer: Racer, file: number): Op<void>;
  /** One program per task, made anew for every schedule; they throw Unmet. */
  start(racers: readonly Racer[], file: number): Op<void>[];
  /** Looks, alone, at what is left. */
  settle?(racer: Racer, file: number): Op<void>;
}

const GEOMETRY = { mms: 1, frames: 1024, tables: 128, vmas: 128, files: 8, maxMapCount: 65530 };

/** Throws Unmet with the number of the schedule under which something went wrong. */
export function runRace(setting: Setting, race: Race): void {
  let memory: KernelMemory | undefined;
  const schedulers = [new Uniform(1), new Pct(1, race.tasks, PCT_DEPTH)];
  for (let schedule = 0; schedule < race.schedules; schedule++) {
    const crowd = new Crowd({ ...GEOMETRY, tasks: race.tasks }, memory);
    for (const cpu of crowd.cpus) cpu.rules = setting.rules;
    const racers = crowd.cpus.map((cpu) => new Racer(cpu, crowd.mmOf(cpu.task), setting));
    try {
      const file = makeFile(crowd, race);
      if (race.prepare !== undefined) crowd.runAlone(race.prepare(racers[0]!, file));
      crowd.run(race.start(racers, file), schedulers[schedule % schedulers.length]!, schedule);
      if (race.settle !== undefined) crowd.runAlone(race.settle(racers[0]!, file));
      const broken = [...checkKernel(crowd.km).violations];
      crowd.exitAll();
      if (file !== 0) crowd.runAlone(putFile(crowd.cpus[0]!, file));
      broken.push(...crowd.tearDown());
      if (broken.length > 0) throw new Unmet(broken.join('; '));
    } catch (error) {
      const isFound = [Unmet, InvariantBroken, Standstill].some((kind) => error instanceof kind);
      if (!isFound) throw error;
      throw new Unmet(`schedule ${schedule}: ${(error as Error).message}`);
    }
    memory = crowd.km;
  }
}

function makeFile(crowd: Crowd, { file }: Race): number {
  if (file === undefined) return 0;
  return crowd.runAlone(createFile(crowd.cpus[0]!, file.kind, file.pages * PAGE_SIZE));
}
