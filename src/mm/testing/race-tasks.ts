/**
 * Tasks of one address space that get in each other's way: they map, store words of their own, load
 * them back and unmap ranges that overlap what others use, and keep a history of all of it.
 *
 * The address range is a few pages at the same place in each of three page tables, near where mmap
 * places of its own accord, so that pages, tables and places are reused at once by somebody else.
 */
import type { Prng } from '../../util/prng.js';
import { accessPages } from '../access.js';
import { populate } from '../populate.js';
import { ACCESS } from '../fault-result.js';
import type { KernelMemory } from '../kernel-memory.js';
import { PAGE_SIZE, PTRS_PER_TABLE } from '../layout.js';
import { MMAP_BASE_PAGE, type Mm } from '../mm.js';
import { mmap } from '../mmap.js';
import { ANONYMOUS, MAP } from '../uapi.js';
import { munmap } from '../munmap/strategy.js';
import type { Op } from '../op.js';
import { READ_WRITE, type How } from './lone-task.js';
import { contentOf, vmasOf } from './memory-view.js';
import type { PageHistory } from './page-history.js';
import type { TestCpu } from './test-machine.js';

const REGIONS = 3;
/** Pages of each region that are used. */
const PAGES = 8;

interface Range {
  readonly page: number;
  readonly pages: number;
}

export interface Race {
  readonly km: KernelMemory;
  readonly mm: Mm;
  readonly how: How;
  readonly history: PageHistory;
  /** Ranges that somebody has mapped lately: what everybody likes to work on. */
  readonly known: Range[];
}

/** What one task does: `rounds` calls or runs of accesses. */
export function* raceTask(race: Race, cpu: TestCpu, prng: Prng, rounds: number): Op<void> {
  for (let round = 0; round < rounds; round++) {
    const choice = prng.below(13);
    if (choice < 2) yield* mapSomewhere(race, cpu, prng);
    else if (choice < 4) yield* mapThere(race, cpu, prng);
    else if (choice < 7) yield* unmap(race, cpu, prng);
    else if (choice < 10) yield* access(race, cpu, prng, (round + 1) * 100);
    else if (choice < 12) yield* access(race, cpu, prng, 0);
    else yield* populateSome(race, cpu, prng);
  }
}

/** When all tasks are done: what is in every page, as one more reader would see it. */
export function observe(race: Race): void {
  const { km, mm, history } = race;
  const task = km.geometry.tasks;
  const vmas = vmasOf(km, mm);
  for (const page of history.pages()) {
    const mapped = vmas.some(({ start, end }) => start <= page && page < end);
    const word = contentOf(km, mm, page) ?? 0;
    const deed = mapped ? 'load' : 'denied';
    const now = history.tick();
    history.add({ task, deed, start: page, end: page + 1, word, from: now, to: now });
  }
}

function regionStart(region: number): number {
  return MMAP_BASE_PAGE - PAGES - region * PTRS_PER_TABLE;
}

/** Part of a range somebody has mapped, or of a region. */
function someRange({ known }: Race, prng: Prng): Range {
  const shared = known[prng.below(known.length + 1)];
  const whole = shared ?? { page: regionStart(prng.below(REGIONS)), pages: PAGES };
  const skip = prng.below(3) === 0 ? prng.below(whole.pages) : 0;
  const rest = whole.pages - skip;
  return { page: whole.page + skip, pages: prng.below(2) === 0 ? rest : 1 + prng.below(rest) };
}

function remember({ known }: Race, prng: Prng, range: Range): void {
  if (known.length < 6) known.push(range);
  else known[prng.below(known.length)] = range;
}

function* mapSomewhere(race: Race, cpu: TestCpu, prng: Prng): Op<void> {
  const { mm, history } = race;
  const pages = 1 + prng.below(PAGES);
  const from = history.tick();
  const request = { bytes: pages * PAGE_SIZE, prot: READ_WRITE };
  const address = yield* mmap(cpu, mm, request);
  if (address < 0) throw new Error(`mmap gives ${address}`);
  const page = address / PAGE_SIZE;
  const to = history.tick();
  const entry = { task: cpu.task, start: page, end: page + pages, word: 0, from, to };
  history.add({ ...entry, deed: 'mapFree' });
  remember(race, prng, { page, pages });
}

function* mapThere(race: Race, cpu: TestCpu, prng: Prng): Op<void> {
  const { mm, history } = race;
  const range = someRange(race, prng);
  const flags = prng.below(2) === 0 ? MAP.fixed : MAP.fixedNoReplace;
  const place = { address: range.page * PAGE_SIZE, bytes: range.pages * PAGE_SIZE };
  const from = history.tick();
  const address = yield* mmap(cpu, mm, {
    ...place,
    prot: READ_WRITE,
    flags: flags | ANONYMOUS,
  });
  if (address < 0 && flags === MAP.fixedNoReplace) return;
  if (address !== place.address) throw new Error(`mmap at ${place.address} gives ${address}`);
  const to = history.tick();
  const deed = flags === MAP.fixed ? 'map' : 'mapFree';
  const { page, pages } = range;
  history.add({ task: cpu.task, deed, start: page, end: page + pages, word: 0, from, to });
  remember(race, prng, range);
}

function* unmap(race: Race, cpu: TestCpu, prng: Prng): Op<void> {
  const { mm, how, history } = race;
  const { page, pages } = someRange(race, prng);
  // Now and then up to the end of a higher range, over whole tables.
  const upper = prng.below(4) === 0 ? someRange(race, prng) : { page, pages };
  const end = Math.max(page + pages, upper.page + upper.pages);
  const bytes = (end - page) * PAGE_SIZE;
  const from = history.tick();
  const result = yield* munmap(cpu, mm, how, page * PAGE_SIZE, bytes);
  if (result !== 0) throw new Error(`munmap gives ${result}`);
  const to = history.tick();
  history.add({ task: cpu.task, deed: 'unmap', start: page, end, word: 0, from, to });
}

/** As the kernel does for MAP_POPULATE: pages become present, and keep what they hold. */
function* populateSome(race: Race, cpu: TestCpu, prng: Prng): Op<void> {
  const { mm, history } = race;
  const { page, pages } = someRange(race, prng);
  const from = history.tick();
  const done = yield* populate(cpu, mm, page, pages);
  const at = { task: cpu.task, word: 0, from, to: history.tick() };
  if (done > 0) history.add({ ...at, deed: 'populate', start: page, end: page + done });
  if (done < pages) {
    history.add({ ...at, deed: 'denied', start: page + done, end: page + done + 1 });
  }
}

/** A run of stores of words that nobody else stores, or with `serial` 0 of loads. */
function* access(race: Race, cpu: TestCpu, prng: Prng, serial: number): Op<void> {
  const { mm, history } = race;
  const { page, pages } = someRange(race, prng);
  const word = (cpu.task + 1) * 10_000 + serial;
  const how = serial === 0 ? ACCESS.load : ACCESS.store;
  const op = accessPages(cpu, mm, page, pages, how, word);
  let from = history.tick();
  let [index, denied] = [0, 0];
  for (let done = false; !done;) {
    const step = op.next();
    done = step.done === true;
    const { run } = cpu.accessRunner!;
    if (run.index > index + 1) throw new Error('two pages accessed in one step');
    if (run.index > index) {
      const at = { task: cpu.task, start: page + index, end: page + index + 1, from };
      const to = history.tick();
      if (run.denied > denied) history.add({ ...at, deed: 'denied', word: 0, to });
      else if (serial === 0) history.add({ ...at, deed: 'load', word: cpu.loaded, to });
      else history.add({ ...at, deed: 'store', word: word + index, to });
      ({ index, denied } = run);
      from = history.tick();
    }
    if (step.done !== true) yield step.value;
  }
}
