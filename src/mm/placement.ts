/** Where a mapping goes (4.17 get_unmapped_area with x86's arch_get_unmapped_area_topdown). */
import { EINVAL, ENOMEM } from './errno.js';
import { PAGE_SIZE, PTRS_PER_TABLE } from './layout.js';
import { MMAP_BASE_PAGE, MMAP_MIN_PAGE, TASK_SIZE_PAGES, type Mm } from './mm.js';
import type { Cpu } from './op.js';
import { MAP } from './uapi.js';
import { findGap, findGapUp, holeEnd } from './vma-index.js';
import { findVma } from './vma.js';

/** MAP_32BIT's window. */
const WINDOW_32BIT = { low: 0x4000_0000 / PAGE_SIZE, high: 0x8000_0000 / PAGE_SIZE } as const;
/** Where a bottom-up search begins: a third of the address space (TASK_UNMAPPED_BASE). */
const BOTTOM_UP_PAGE = Math.ceil(TASK_SIZE_PAGES / 3);

/**
 * First page of the place for `pages` pages, or a negated errno. `address`: hint, or with MAP_FIXED
 * the address itself, bytes. Needs mmap_sem.
 */
export function unmappedArea(
  cpu: Cpu,
  mm: Mm,
  { address, flags }: { readonly address: number; readonly flags: number },
  pages: number,
): number {
  const { km } = cpu;
  if (pages > TASK_SIZE_PAGES) return -ENOMEM;
  if ((flags & (MAP.fixed | MAP.fixedNoReplace)) !== 0) {
    const isHuge = (flags & MAP.hugetlb) !== 0;
    if (isHuge && address % (PTRS_PER_TABLE * PAGE_SIZE) !== 0) return -EINVAL;
    if (address < 0 || address > (TASK_SIZE_PAGES - pages) * PAGE_SIZE) return -ENOMEM;
    return address % PAGE_SIZE === 0 ? address / PAGE_SIZE : -EINVAL;
  }
  const isLow = (flags & MAP.bit32) !== 0;
  if (address >= PAGE_SIZE) {
    const hint = Math.max(Math.floor(address / PAGE_SIZE), MMAP_MIN_PAGE);
    const above = findVma(km, mm, hint);
    const free = above === 0 || hint + pages <= holeEnd(km, above);
    // A hint below MAP_32BIT's window is as good as one in it.
    if (free && hint + pages <= (isLow ? WINDOW_32BIT.high : TASK_SIZE_PAGES)) return hint;
  }
  if (isLow) return lowestIn(cpu, mm, pages, WINDOW_32BIT);
  const topDown = findGap(km, mm, pages, MMAP_MIN_PAGE, MMAP_BASE_PAGE);
  if (topDown >= 0) return topDown;
  return lowestIn(cpu, mm, pages, { low: BOTTOM_UP_PAGE, high: TASK_SIZE_PAGES });
}

function lowestIn(
  cpu: Cpu,
  mm: Mm,
  pages: number,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  const found = findGapUp(cpu.km, mm, pages, low, high);
  return found >= 0 ? found : -ENOMEM;
}
