/** exit_mmap: the last user of an address space is gone, so nothing is locked. */
import { putFile } from './file.js';
import { MM, MM_PAGES } from './layout.js';
import { HIGHEST_PAGE, type Mm } from './mm.js';
import type { Cpu, Op } from './op.js';
import { freeTables, zapRange } from './page-table.js';
import { give, vmaPool } from './pool.js';
import { flushAndFree } from './tlb.js';
import { unlinkVma } from './vma-link.js';
import { endOf, findVma, startOf } from './vma.js';

/** Unmaps everything and frees every table but the root, which the next life of the mm uses. */
export function* exitMmap(cpu: Cpu, mm: Mm): Op<void> {
  const { km } = cpu;
  for (;;) {
    const vma = findVma(km, mm, 0);
    if (vma === 0) break;
    const [first, end] = [startOf(km, vma), endOf(km, vma)];
    const file = yield* unlinkVma(cpu, mm, vma);
    yield* zapRange(cpu, mm, first, end);
    yield* flushAndFree(cpu, mm);
    const next = findVma(km, mm, 0);
    const ceiling = next === 0 ? HIGHEST_PAGE : startOf(km, next);
    yield* freeTables(cpu, mm, { first, end, floor: 0, ceiling });
    if (file !== 0) yield* putFile(cpu, file);
    yield* give(cpu, vmaPool(km), vma);
  }
  km.words[mm.at + MM.rssMax] = 0;
  km.words[mm.at + MM.mapCountMax] = 0;
  km.stats[mm.at / 2 + MM_PAGES.brkStart] = 0;
  km.stats[mm.at / 2 + MM_PAGES.brk] = 0;
}
