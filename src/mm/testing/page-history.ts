/**
 * Whether what several tasks saw of a page's content can be explained.
 *
 * Every call and access is kept with the time it began and ended, outside the simulated memory. For
 * each page there must be an order of all that was done to it, in agreement with those times, in
 * which every load finds what was stored last since the page was mapped (0 if nothing was), and only
 * accesses to a page that nobody has mapped are denied. If there is none, somebody lost a page, saw
 * a fresh one in its place, or saw somebody else's (linearizability, Herlihy and Wing).
 */

/**
 * `map` replaces whatever is there, `mapFree` must find nothing, `populate` must find a mapping. A
 * load that is denied and a store that is denied are `denied`.
 */
export type Deed = 'map' | 'mapFree' | 'unmap' | 'populate' | 'load' | 'store' | 'denied';

export interface HistoryEntry {
  readonly task: number;
  readonly deed: Deed;
  /** Pages [start, end); accesses are of one page. */
  readonly start: number;
  readonly end: number;
  /** Loaded or stored. */
  readonly word: number;
  /** Ticks of the test's clock; whatever ended before another began, came before it. */
  readonly from: number;
  readonly to: number;
}

/** One moment of an entry at which it acts on a page. */
interface Act {
  readonly deed: Deed | 'dying' | 'gone';
  readonly word: number;
  readonly from: number;
  readonly to: number;
}

/** Content of a mapped page, twice, plus one if it is being unmapped; or: */
const UNMAPPED = -1;
const IMPOSSIBLE = -2;

/**
 * How a page is unmapped. At one moment, as under a lock that keeps every fault out; or gradually:
 * from one moment on faults are denied, while who has it mapped can still use it up to a later one.
 */
export type Unmapping = 'at once' | 'gradually';

export class PageHistory {
  readonly entries: HistoryEntry[] = [];
  readonly #unmapping: Unmapping;
  #ticks = 0;

  constructor(unmapping: Unmapping) {
    this.#unmapping = unmapping;
  }

  /** The time, different at every look. */
  tick(): number {
    this.#ticks += 1;
    return this.#ticks;
  }

  add(entry: HistoryEntry): void {
    this.entries.push(entry);
  }

  /** Pages that were ever mapped or accessed. */
  pages(): number[] {
    const pages = new Set<number>();
    for (const { deed, start, end } of this.entries) {
      for (let page = start; deed !== 'unmap' && page < end; page++) pages.add(page);
    }
    return [...pages].sort((a, b) => a - b);
  }

  /** One sentence and the history for every page that cannot be explained. */
  unexplained(): string[] {
    return this.pages().flatMap((page) => {
      const entries = this.entries.filter(({ start, end }) => start <= page && page < end);
      return isExplained(this.#actsByTask(entries)) ? [] : [describePage(page, entries)];
    });
  }

  #actsByTask(entries: readonly HistoryEntry[]): Act[][] {
    const byTask = new Map<number, Act[]>();
    for (const { task, deed, word, from, to } of entries) {
      const acts = byTask.get(task) ?? [];
      byTask.set(task, acts);
      if (deed === 'unmap' && this.#unmapping === 'gradually') {
        acts.push({ deed: 'dying', word, from, to }, { deed: 'gone', word, from, to });
      } else {
        acts.push({ deed, word, from, to });
      }
    }
    return [...byTask.values()].map((acts) => acts.sort((a, b) => a.from - b.from));
  }
}

/** Looks for an order, depth first; a task's own acts come in their order. */
function isExplained(byTask: readonly (readonly Act[])[]): boolean {
  const next = byTask.map(() => 0);
  const failed = new Set<string>();
  const search = (state: number): boolean => {
    const waiting = byTask.map((acts, i) => acts[next[i]!]);
    if (waiting.every((act) => act === undefined)) return true;
    const key = `${next.join()} ${state}`;
    if (failed.has(key)) return false;
    const soonest = Math.min(...waiting.map((act) => act?.to ?? Infinity));
    for (const [i, act] of waiting.entries()) {
      if (act === undefined || act.from > soonest) continue;
      const after = afterAct(state, act);
      if (after === IMPOSSIBLE) continue;
      next[i]! += 1;
      if (search(after)) return true;
      next[i]! -= 1;
    }
    failed.add(key);
    return false;
  };
  return search(UNMAPPED);
}

function afterAct(state: number, { deed, word }: Act): number {
  const mapped = state !== UNMAPPED;
  const dying = mapped && state % 2 === 1;
  switch (deed) {
    case 'map':
      return 0;
    case 'mapFree':
      return mapped ? IMPOSSIBLE : 0;
    case 'dying':
      return mapped && !dying ? state + 1 : state;
    case 'unmap':
      return UNMAPPED;
    case 'gone':
      // A page that is not dying was mapped since, and is not this unmap's business any more.
      return dying ? UNMAPPED : state;
    case 'store':
      return mapped ? 2 * word + (dying ? 1 : 0) : IMPOSSIBLE;
    case 'populate':
      return mapped && !dying ? state : IMPOSSIBLE;
    case 'load':
      return mapped && Math.floor(state / 2) === word ? state : IMPOSSIBLE;
    case 'denied':
      return mapped && !dying ? IMPOSSIBLE : state;
  }
}

function describePage(page: number, entries: readonly HistoryEntry[]): string {
  const lines = entries.map(({ task, deed, start, end, word, from, to }) => {
    const what = deed === 'load' || deed === 'store' ? `${deed} ${word}` : deed;
    const where = end - start === 1 ? '' : ` with pages ${start}..${end - 1}`;
    return `  ${from}..${to} task ${task} ${what}${where}`;
  });
  return [`page ${page}: no order explains what was seen`, ...lines].join('\n');
}
