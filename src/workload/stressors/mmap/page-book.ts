/** What a child knows of each page of its region, in 5 bytes a page. */

export const PAGE = { unmapped: 0, mapped: 1, failed: 2 } as const;

export class PageBook {
  /** PAGE.* of every page. */
  readonly state: Uint8Array;
  /** Room for an order of the pages, or for what is left of them: see below. */
  readonly #links: Int32Array;

  constructor(pages: number) {
    this.state = new Uint8Array(pages);
    this.#links = new Int32Array(pages + 1);
  }

  /** All pages, none of them taken. Ends what was handed out before. */
  probing(): Probing {
    return new Probing(this.#links);
  }

  /**
   * All pages in one shuffled order: each place exchanged with one that `below` draws, which is how
   * stress-ng does it, if not how to be uniform. Ends what was handed out before.
   */
  shuffled(below: (bound: number) => number): Int32Array {
    const order = this.#links.subarray(0, this.state.length);
    for (let i = 0; i < order.length; i++) order[i] = i;
    for (let i = 0; i < order.length; i++) {
      const other = below(order.length);
      const page = order[i]!;
      order[i] = order[other]!;
      order[other] = page;
    }
    return order;
  }
}

/**
 * Pages that are taken one by one, found by linear probing: from a drawn page upwards, around the end,
 * at most as many probes as there are pages left. The last pages of a large region would take hundreds
 * of millions of probes; links from taken pages to the next ones that may be left skip those.
 */
export class Probing {
  /** Pages that are left. */
  left: number;
  /** For a page itself, unless it is taken; behind the last page, the end. */
  readonly #next: Int32Array;

  constructor(next: Int32Array) {
    for (let i = 0; i < next.length; i++) next[i] = i;
    this.#next = next;
    this.left = next.length - 1;
  }

  /** The page that probes from `start` on hit, or -1 for none. Needs pages left. */
  seek(start: number): number {
    const end = this.#next.length - 1;
    const above = this.#find(start);
    const page = above < end ? above : this.#find(0);
    const misses = page >= start ? page - start : page + end - start;
    return misses < this.left ? page : -1;
  }

  take(page: number): void {
    this.#next[page] = page + 1;
    this.left -= 1;
  }

  #find(start: number): number {
    const next = this.#next;
    let page = start;
    for (let to = next[page]!; to !== page; to = next[page]!) {
      next[page] = next[to]!;
      page = next[page]!;
    }
    return page;
  }
}
