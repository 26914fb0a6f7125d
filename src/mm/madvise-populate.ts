/** MADV_POPULATE_READ and _WRITE (mm/madvise.c: madvise_populate; 5.14). */
import { EINVAL, ENOMEM } from './errno.js';
import { ACCESS, FAULT } from './fault-result.js';
import type { Mm } from './mm.js';
import type { Cpu, Op } from './op.js';
import { POPULATE_BATCH, RETRY, errnoOfFault, populateRun, type Populated } from './populate.js';
import { downRead, upRead } from './rwsem.js';
import { VM_PFNMAP, VM_READ, VM_WRITE, endOf, findVma, flagsOf, startOf } from './vma.js';

/** 0; -ENOMEM at a hole or without memory, -EINVAL without permission, -EFAULT behind a file's end. */
export function* populateAdvised(
  cpu: Cpu,
  mm: Mm,
  range: { readonly start: number; readonly end: number },
  forWrite: boolean,
): Op<number> {
  const { km } = cpu;
  const access = forWrite ? ACCESS.store : ACCESS.load;
  const needed = forWrite ? VM_WRITE : VM_READ;
  let failed = 0;
  let wasTried = false;
  for (let page = range.start; page < range.end && failed === 0;) {
    yield* downRead(cpu, mm.sem);
    const vma = findVma(km, mm, page);
    const flags = vma === 0 ? 0 : flagsOf(km, vma);
    if (vma === 0 || startOf(km, vma) > page) failed = -ENOMEM;
    else if ((flags & needed) === 0 || (flags & VM_PFNMAP) !== 0) failed = -EINVAL;
    else {
      const end = Math.min(range.end, endOf(km, vma), page + POPULATE_BATCH);
      const retry = wasTried ? RETRY.tried : RETRY.allowed;
      const run: Populated = yield* populateRun(cpu, mm, page, end - page, access, retry);
      failed = errnoOfFault(run.result);
      page += run.done;
      wasTried = run.result === FAULT.retry;
      if (wasTried) continue;
    }
    yield* upRead(cpu, mm.sem);
  }
  return failed;
}
