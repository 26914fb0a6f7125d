/** What /proc/PID/smaps says of an address space (4.17 show_smap), and reading it as a task does. */
import type { KernelMemory } from './kernel-memory.js';
import {
  FRAME,
  FRAME_CACHED,
  FRAME_DIRTY,
  FRAME_MAPS,
  FRAME_MAP_ONE,
  FRAME_WORDS,
  PAGE_SIZE,
  PTE,
} from './layout.js';
import { countHuge } from './huge-page.js';
import { HUGE_PAGES } from './huge-entry.js';
import { mappingOf, mapsLine, readVmas, type FileName } from './maps.js';
import type { Mm } from './mm.js';
import type { Cpu, Op } from './op.js';
import { endOfPopulated, pteAt } from './page-table.js';
import * as vmaFlags from './vma.js';
import { endOf, findVma, flagsOf, nextOf, startOf } from './vma.js';

/** Pages of one VMA, by what they are. */
export interface Residency {
  readonly size: number;
  readonly rss: number;
  /** Each page divided by the number of PTEs that map it: not whole. */
  readonly pss: number;
  readonly sharedClean: number;
  readonly sharedDirty: number;
  readonly privateClean: number;
  readonly privateDirty: number;
  readonly anonymous: number;
  readonly anonHuge: number;
}

/** With mmap_sem in either mode, or at rest. Pages without permission are there; the zero page never is. */
export function residencyOf(km: KernelMemory, mm: Mm, vma: number): Residency {
  const [start, end] = [startOf(km, vma), endOf(km, vma)];
  const found = { rss: 0, pss: 0, anonymous: 0 };
  const kinds = { sharedClean: 0, sharedDirty: 0, privateClean: 0, privateDirty: 0 };
  for (let page = start; page < end;) {
    const next = Math.min(end, endOfPopulated(km, mm.root, page));
    for (; page < next; page++) {
      const pte = pteAt(km, mm.root, page);
      const frame = pte >>> PTE.shift;
      if (pte === 0 || frame === km.zeroFrame) continue;
      const state = km.frames[frame * FRAME_WORDS + FRAME.state]!;
      const maps = (state & FRAME_MAPS) / FRAME_MAP_ONE;
      const isDirty = (pte & PTE.dirty) !== 0 || (state & FRAME_DIRTY) !== 0;
      found.rss += 1;
      found.pss += 1 / Math.max(1, maps);
      if ((state & FRAME_CACHED) === 0) found.anonymous += 1;
      if (maps > 1) kinds[isDirty ? 'sharedDirty' : 'sharedClean'] += 1;
      else kinds[isDirty ? 'privateDirty' : 'privateClean'] += 1;
    }
  }
  const anonHuge = countHuge(km, mm, start, end) * HUGE_PAGES;
  return { size: end - start, ...found, ...kinds, anonHuge };
}

/** The names that VmFlags has for flags, in its order. */
const FLAG_NAMES = [
  ['rd', vmaFlags.VM_READ],
  ['wr', vmaFlags.VM_WRITE],
  ['ex', vmaFlags.VM_EXEC],
  ['sh', vmaFlags.VM_SHARED],
  ['mr', vmaFlags.VM_MAYREAD],
  ['mw', vmaFlags.VM_MAYWRITE],
  ['me', vmaFlags.VM_MAYEXEC],
  ['ms', vmaFlags.VM_MAYSHARE],
  ['gd', vmaFlags.VM_GROWSDOWN],
  ['pf', vmaFlags.VM_PFNMAP],
  ['lo', vmaFlags.VM_LOCKED],
  ['sr', vmaFlags.VM_SEQ_READ],
  ['rr', vmaFlags.VM_RAND_READ],
  ['dc', vmaFlags.VM_DONTCOPY],
  ['de', vmaFlags.VM_DONTEXPAND],
  ['ac', vmaFlags.VM_ACCOUNT],
  ['nr', vmaFlags.VM_NORESERVE],
  ['ht', vmaFlags.VM_HUGETLB],
  ['wf', vmaFlags.VM_WIPEONFORK],
  ['dd', vmaFlags.VM_DONTDUMP],
  ['hg', vmaFlags.VM_HUGEPAGE],
  ['nh', vmaFlags.VM_NOHUGEPAGE],
  ['mg', vmaFlags.VM_MERGEABLE],
  ['um', vmaFlags.VM_UFFD_MISSING],
] as const;

const KB_PER_PAGE = PAGE_SIZE / 1024;

/** All VMAs as /proc/PID/smaps prints them, lowest first. */
export function smapsText(km: KernelMemory, mm: Mm, nameOf?: FileName): string {
  let text = '';
  for (let vma = findVma(km, mm, 0); vma !== 0; vma = nextOf(km, vma)) {
    text += `${smapsOf(km, mm, vma, nameOf)}\n`;
  }
  return text;
}

function smapsOf(km: KernelMemory, mm: Mm, vma: number, nameOf?: FileName): string {
  const found = residencyOf(km, mm, vma);
  const flags = flagsOf(km, vma);
  const locked = (flags & vmaFlags.VM_LOCKED) !== 0 ? found.pss : 0;
  const lines = Object.entries({
    Size: found.size,
    Rss: found.rss,
    Pss: found.pss,
    Shared_Clean: found.sharedClean,
    Shared_Dirty: found.sharedDirty,
    Private_Clean: found.privateClean,
    Private_Dirty: found.privateDirty,
    Anonymous: found.anonymous,
    AnonHugePages: found.anonHuge,
    Locked: locked,
  }).map(([name, pages]) => {
    const kb = Math.floor(pages * KB_PER_PAGE);
    return `${`${name}:`.padEnd(16)}${String(kb).padStart(8)} kB`;
  });
  const names = FLAG_NAMES.filter(([, flag]) => (flags & flag) !== 0).map(([name]) => `${name} `);
  const head = mapsLine(mappingOf(km, mm, vma, nameOf));
  return [head, ...lines, `VmFlags: ${names.join('')}`].join('\n');
}

/** A task that reads smaps from start to end, as `readMaps` does maps: a few VMAs to a hold. */
export function* readSmaps(cpu: Cpu, mm: Mm): Op<number> {
  const { km } = cpu;
  return yield* readVmas(cpu, mm, (vma) => smapsOf(km, mm, vma));
}
