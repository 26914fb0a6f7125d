/**
 * What a munmap strategy is, and the munmap(2) entry that all of them share.
 */
import { EINVAL } from '../errno.js';
import { PAGE_SIZE, STAT } from '../layout.js';
import { TASK_SIZE_PAGES, type Mm } from '../mm.js';
import { COST, type Cpu, type Op } from '../op.js';
import { MunmapRange } from './phases.js';

export interface MunmapStrategy {
  readonly name: string;
  /** One line: which kernel does it this way. */
  readonly title: string;
  /** Whether only mappings from a threshold on are treated in this way, smaller ones as ever. */
  readonly hasThreshold: boolean;
  /**
   * Unmaps a non-empty range of whole pages inside the user address space, taking and releasing
   * mmap_sem as it sees fit; it is held in no mode before and after. `thresholdPages`: mappings of
   * at least this size are large. Returns 0 or a negated errno.
   */
  munmap(cpu: Cpu, mm: Mm, range: MunmapRange, thresholdPages: number): Op<number>;
}

/** munmap(2): `address` and `bytes` as a program gives them. 0 or a negated errno. */
export function* munmap(
  cpu: Cpu,
  mm: Mm,
  how: { readonly strategy: MunmapStrategy; readonly thresholdPages: number },
  address: number,
  bytes: number,
): Op<number> {
  const { stats } = cpu.km;
  cpu.charge(COST.syscall, 1);
  const pages = Math.ceil(bytes / PAGE_SIZE);
  const start = address / PAGE_SIZE;
  if (!Number.isInteger(start) || start < 0 || pages <= 0 || !(start + pages <= TASK_SIZE_PAGES)) {
    stats[cpu.stat + STAT.failedCalls]! += 1;
    return -EINVAL;
  }
  const since = cpu.now();
  const range = new MunmapRange(start, start + pages);
  const result = yield* how.strategy.munmap(cpu, mm, range, how.thresholdPages);
  stats[cpu.stat + STAT.munmapNs]! += cpu.now() - since;
  stats[cpu.stat + (result < 0 ? STAT.failedCalls : STAT.munmapCalls)]! += 1;
  return result;
}
