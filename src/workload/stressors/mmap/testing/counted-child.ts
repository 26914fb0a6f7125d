/** A child that says at which of its places pages were faulted in. */
import type { Op } from '../../../../mm/op.js';
import { Child } from '../child.js';

/**
 * A first write to the big region, B the pattern after msync, R read(2) into it, C first write after
 * mapping back, C2 the write after that, touch the mincore path's. Checks fault nothing.
 */
export const PLACES = ['A', 'B', 'R', 'C', 'C2', 'touch', 'check'] as const;
export type Place = (typeof PLACES)[number];
export type Faults = Record<Place, number>;

export class CountedChild extends Child {
  readonly faults = Object.fromEntries(PLACES.map((place) => [place, 0])) as Faults;
  /** Whether the page that is under way was written to already since it was mapped. */
  #isWritten = false;

  override *touch(at: number, pages: number): Op<void> {
    this.#isWritten = false;
    yield* this.#count('touch', super.touch(at, pages));
  }

  override *fill(at: number, pages: number): Op<void> {
    const isAll = pages === this.setting.pages;
    const place = isAll ? 'A' : this.#isWritten ? 'C2' : 'C';
    yield* this.#count(place, super.fill(at, pages));
  }

  override *set(at: number, pages: number, word: number): Op<void> {
    const isAll = pages === this.setting.pages;
    this.#isWritten = true;
    yield* this.#count(isAll ? (this.file === 0 ? 'A' : 'B') : 'C', super.set(at, pages, word));
  }

  override *check(at: number, pages: number, word: number): Op<void> {
    yield* this.#count('check', super.check(at, pages, word));
  }

  override *copyThroughFile(): Op<void> {
    yield* this.#count('R', super.copyThroughFile());
  }

  /** All that is counted, gone back to 0. */
  takeFaults(): Faults {
    const taken = { ...this.faults };
    for (const place of PLACES) this.faults[place] = 0;
    return taken;
  }

  *#count(place: Place, deed: Op<void>): Op<void> {
    const before = this.calls.cpu.km.stats[this.calls.cpu.stat]!;
    yield* deed;
    this.faults[place] += this.calls.cpu.km.stats[this.calls.cpu.stat]! - before;
  }
}
