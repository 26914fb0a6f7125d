/**
 * The obvious address space: a plain map from page to what is there. Slow, and short enough to be
 * right; property tests hold the kernel model against it.
 */
import { EEXIST } from '../errno.js';
import { MAP } from '../uapi.js';
import { VM_EXEC, VM_READ, VM_WRITE } from '../vma.js';
import { DENIED } from './lone-task.js';

interface MappedPage {
  readonly prot: number;
  /** Undefined until the first access. */
  readonly content: number | undefined;
}

export class PageModel {
  readonly pages = new Map<number, MappedPage>();
  readonly #top: number;

  /** mmap places its mappings below page `top`. */
  constructor(top: number) {
    this.#top = top;
  }

  /** First page of the mapping, or a negated errno. */
  map(pages: number, prot: number, page = -1, flags = 0): number {
    const start = page < 0 ? this.#highestHole(pages) : page;
    if (flags === MAP.fixedNoReplace && this.mappedIn(start, pages) > 0) return -EEXIST;
    if (flags === MAP.fixed) this.unmap(start, pages);
    for (let i = 0; i < pages; i++) this.pages.set(start + i, { prot, content: undefined });
    return start;
  }

  unmap(page: number, pages: number): void {
    for (const at of [...this.pages.keys()]) {
      if (at >= page && at < page + pages) this.pages.delete(at);
    }
  }

  /** How many pages were denied. */
  fill(page: number, pages: number, word: number): number {
    let denied = 0;
    for (let i = 0; i < pages; i++) {
      const at = this.pages.get(page + i);
      if (at === undefined || (at.prot & VM_WRITE) === 0) denied += 1;
      else this.pages.set(page + i, { ...at, content: word + i });
    }
    return denied;
  }

  load(page: number): number | typeof DENIED {
    const at = this.pages.get(page);
    if (at === undefined || (at.prot & (VM_READ | VM_WRITE | VM_EXEC)) === 0) return DENIED;
    const content = at.content ?? 0;
    this.pages.set(page, { ...at, content });
    return content;
  }

  mappedIn(page: number, pages: number): number {
    let mapped = 0;
    for (let i = 0; i < pages; i++) if (this.pages.has(page + i)) mapped += 1;
    return mapped;
  }

  /** Maximal runs of pages of one protection: what VMAs there must be. */
  runs(): { start: number; end: number; flags: number }[] {
    const runs: { start: number; end: number; flags: number }[] = [];
    for (const page of [...this.pages.keys()].sort((a, b) => a - b)) {
      const { prot } = this.pages.get(page)!;
      const last = runs.at(-1);
      if (last?.end === page && last.flags === prot) last.end += 1;
      else runs.push({ start: page, end: page + 1, flags: prot });
    }
    return runs;
  }

  #highestHole(pages: number): number {
    let start = this.#top - pages;
    while (this.mappedIn(start, pages) > 0) start -= 1;
    return start;
  }
}
