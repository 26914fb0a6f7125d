/** PAGEMAP_SCAN, an ioctl of /proc/PID/pagemap (6.7, pagemap_scan_ioctl): which pages are there. */
import { EFAULT, EINVAL } from './errno.js';
import { PAGE_SIZE } from './layout.js';
import { TASK_SIZE_PAGES, type Mm } from './mm.js';
import { COST, STOP, type Cpu, type Op } from './op.js';
import { pteAt } from './page-table.js';
import { downRead, upRead } from './rwsem.js';
import { endOf, findVma, startOf } from './vma.js';

/**
 * How many pages of the range are present, or a negated errno; holes have none. `address` is that of a
 * page, `bytes` a whole number of pages or what reaches into the last one.
 */
export function* scanPagemap(cpu: Cpu, mm: Mm, address: number, bytes: number): Op<number> {
  const { km } = cpu;
  cpu.charge(COST.syscall, 1);
  if (address % PAGE_SIZE !== 0) return -EINVAL;
  const start = address / PAGE_SIZE;
  const end = start + Math.ceil(bytes / PAGE_SIZE);
  if (end > TASK_SIZE_PAGES) return -EFAULT;
  let present = 0;
  yield* downRead(cpu, mm.sem);
  for (let page = start; page < end;) {
    const vma = findVma(km, mm, page);
    if (vma === 0) break;
    const vmaEnd = Math.min(end, endOf(km, vma));
    for (page = Math.max(page, startOf(km, vma)); page < vmaEnd; page++) {
      if (cpu.mustYield()) yield STOP.step;
      if (pteAt(km, mm.root, page) !== 0) present += 1;
    }
  }
  yield* upRead(cpu, mm.sem);
  return present;
}
