/**
 * What the generator believes to be in the arena: good enough to aim most calls at mappings and their
 * edges; it need not be right.
 */
import type { Draw } from './draw.js';

export interface Pages {
  readonly page: number;
  readonly pages: number;
}

/** What was just used is used again: read and then written, locked and then moved. */
const RECENT_PERCENT = 35;

export class Shadow {
  /** Number of the call that made what is in a page; 0 nothing. */
  readonly #made: Uint32Array;
  readonly #draw: Draw;
  /** Most pages that a range chosen at random has. */
  readonly #longest: number;
  #calls = 0;
  /** Whether the last touch was a load. */
  hasJustLoaded = false;
  #recent: Pages = { page: 0, pages: 1 };

  constructor(draw: Draw, pages: number, longest: number) {
    this.#draw = draw;
    this.#made = new Uint32Array(pages);
    this.#longest = longest;
  }

  get pages(): number {
    return this.#made.length;
  }

  map({ page, pages }: Pages): void {
    this.#made.fill(++this.#calls, page, page + pages);
  }

  unmap({ page, pages }: Pages): void {
    this.#made.fill(0, page, page + pages);
  }

  /** Any range of the arena, more often a short one. */
  anywhere(longest = this.#longest): Pages {
    const most = Math.min(this.#draw.percent(60) ? Math.min(4, longest) : longest, this.pages);
    const pages = this.#draw.between(1, most);
    return { page: this.#draw.below(this.pages - pages + 1), pages };
  }

  /** So many pages somewhere, or as many as there are. */
  anywhereFor(pages: number): Pages {
    const fitting = Math.min(pages, this.pages);
    return { page: this.#draw.below(this.pages - fitting + 1), pages: fitting };
  }

  /**
   * A mapping, a part of it, or what begins or ends at its edges; anything if there is none. Now and then
   * the same as last time.
   */
  mapped(): Pages {
    if (!this.#draw.percent(RECENT_PERCENT)) this.#recent = this.#mapped();
    return this.#recent;
  }

  #mapped(): Pages {
    const run = this.#runAt(this.#draw.below(this.pages));
    if (run === undefined) return this.anywhere();
    const { page, pages } = run;
    const cut = this.#draw.between(1, pages);
    switch (this.#draw.below(6)) {
      case 0:
        return run;
      case 1:
        return { page, pages: cut };
      case 2:
        return { page: page + pages - cut, pages: cut };
      case 3: {
        const first = this.#draw.below(pages);
        return { page: page + first, pages: this.#draw.between(1, pages - first) };
      }
      case 4:
        return this.#reaching(page + pages - cut, cut);
      default:
        return this.#reaching(Math.max(0, page - this.#draw.below(3)), cut);
    }
  }

  /** From `page` on for a few pages more than `pages`, as far as the arena goes. */
  #reaching(page: number, pages: number): Pages {
    const wanted = pages + this.#draw.between(1, 4);
    return { page, pages: Math.min(wanted, this.pages - page) };
  }

  /** The mapping in or behind a page, around the end of the arena if need be. */
  #runAt(from: number): Pages | undefined {
    for (let step = 0; step < this.pages; step++) {
      const at = (from + step) % this.pages;
      const made = this.#made[at]!;
      if (made === 0) continue;
      let page = at;
      let end = at + 1;
      while (page > 0 && this.#made[page - 1] === made) page--;
      while (end < this.pages && this.#made[end] === made) end++;
      return { page, pages: end - page };
    }
    return undefined;
  }
}
