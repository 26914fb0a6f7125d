/**
 * madvise(2) (mm/madvise.c): what each advice does to VMAs and pages, and in which mode it holds
 * mmap_sem meanwhile.
 */
import { EAGAIN, EINVAL, ENOMEM } from './errno.js';
import { PAGE_SIZE, STAT } from './layout.js';
import { adviseFlags, changesFlags } from './madvise-flags.js';
import { advisePages, changesPages } from './madvise-pages.js';
import { populateAdvised } from './madvise-populate.js';
import type { Mm } from './mm.js';
import { pagesOf } from './mmap.js';
import { COST, type Cpu, type Op } from './op.js';
import { downRead, downWrite, upRead, upWrite } from './rwsem.js';
import { MADV } from './uapi.js';
import { modifyVma } from './vma-edit.js';
import { endOf, findVma, flagsOf, startOf } from './vma.js';

/** 0 or a negated errno. Holes are an error, but only in the end: what lies behind them is advised. */
export function* madvise(
  cpu: Cpu,
  mm: Mm,
  address: number,
  bytes: number,
  advice: number,
): Op<number> {
  cpu.charge(COST.syscall, 1);
  const result = yield* doMadvise(cpu, mm, { address, bytes }, advice);
  if (result < 0) cpu.km.stats[cpu.stat + STAT.failedCalls]! += 1;
  return result;
}

function* doMadvise(
  cpu: Cpu,
  mm: Mm,
  { address, bytes }: { readonly address: number; readonly bytes: number },
  advice: number,
): Op<number> {
  const isPopulate = advice === MADV.populateRead || advice === MADV.populateWrite;
  const isKnown = isPopulate || changesFlags(advice) || changesPages(advice);
  if (!isKnown || advice > cpu.rules.adviceMax || address % PAGE_SIZE !== 0) return -EINVAL;
  const pages = pagesOf(bytes);
  if (bytes !== 0 && pages === 0) return -EINVAL;
  if (pages === 0) return 0;
  const start = address / PAGE_SIZE;
  if (address + pages * PAGE_SIZE > 2 ** 64) return -EINVAL;
  const range = { start, end: start + pages };
  if (isPopulate) {
    return yield* populateAdvised(cpu, mm, range, advice === MADV.populateWrite);
  }
  if (changesPages(advice)) {
    yield* downRead(cpu, mm.sem);
    const result = yield* walk(cpu, mm, range, (vma, part) =>
      advisePages(cpu, mm, vma, part, advice),
    );
    yield* upRead(cpu, mm.sem);
    return result;
  }
  // Even when no flag changes in the end.
  yield* downWrite(cpu, mm.sem);
  const result = yield* walk(cpu, mm, range, (vma, part) => changeVma(cpu, mm, vma, part, advice));
  yield* upWrite(cpu, mm.sem);
  return result;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** madvise_walk_vmas: `visit` for the part of every VMA that is in the range, up to an error. */
function* walk(
  cpu: Cpu,
  mm: Mm,
  range: Range,
  visit: (vma: number, part: Range) => Op<number>,
): Op<number> {
  const { km } = cpu;
  let hole = 0;
  for (let page = range.start; page < range.end;) {
    const vma = findVma(km, mm, page);
    if (vma === 0) return -ENOMEM;
    if (startOf(km, vma) > page) {
      hole = -ENOMEM;
      page = startOf(km, vma);
      if (page >= range.end) break;
    }
    const end = Math.min(range.end, endOf(km, vma));
    const failed = yield* visit(vma, { start: page, end });
    if (failed < 0) return failed;
    page = end;
  }
  return hole;
}

/** madvise_update_vma, unless the flags are what they were. */
function* changeVma(cpu: Cpu, mm: Mm, vma: number, part: Range, advice: number): Op<number> {
  const flags = adviseFlags(cpu.km, vma, advice);
  if (flags === undefined) return -EINVAL;
  if (flags === flagsOf(cpu.km, vma)) return 0;
  const modified = yield* modifyVma(cpu, mm, vma, part, flags);
  return modified < 0 ? -EAGAIN : 0;
}
