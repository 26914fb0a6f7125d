/** Faults of VMAs that map a file. */
import { FAULT, type Access, type FaultResult } from './fault-result.js';
import type { Mm } from './mm.js';
import type { Cpu, Op } from './op.js';

/** With mmap_sem held for read, permissions checked. */
export function* faultFile(
  _cpu: Cpu,
  _mm: Mm,
  _vma: number,
  _page: number,
  _access: Access,
): Op<FaultResult> {
  return FAULT.sigbus;
}
