/** Random mmap calls. */
import { PAGE_SIZE } from '../mm/layout.js';
import { MAP, PROT } from '../mm/uapi.js';
import type { Weighted } from './draw.js';
import { sloppyBytes, type Generation } from './generation.js';
import { NOWHERE, TASK_SIZE, type Op } from './program.js';
import type { Pages } from './shadow.js';

type Mmap = Op & { call: 'mmap' };

const PROTS: Weighted<number> = [
  [10, PROT.read | PROT.write],
  [4, PROT.read],
  [3, PROT.none],
  [1, PROT.write],
  [1, PROT.read | PROT.exec],
  [1, PROT.read | PROT.write | PROT.exec],
];

/** Added to a mapping's flags, alone or together. */
const EXTRAS: Weighted<number> = [
  [5, MAP.populate],
  [3, MAP.locked],
  [3, MAP.noReserve],
  [2, MAP.growsDown],
  [1, MAP.nonBlock],
  [1, MAP.stack],
  [1, MAP.nonBlock | MAP.populate],
  [1, MAP.denyWrite],
  [1, MAP.executable],
  [1, MAP.uninitialized],
];

export function anyProt({ draw, features }: Generation): number {
  const prot = draw.weighted(PROTS);
  return !features.executesOnly && draw.percent(2) ? PROT.exec : prot;
}

function typeOf({ draw }: Generation, isFile: boolean): number {
  if (draw.permille(15)) return draw.oneOf([0, MAP.sharedValidate, 4, 5, 6]);
  return draw.percent(isFile ? 60 : 35) ? MAP.shared : MAP.private;
}

function flagsOf(generation: Generation, isFile: boolean): number {
  const { draw, features } = generation;
  let flags = typeOf(generation, isFile);
  if (!isFile) flags |= MAP.anonymous;
  while (draw.percent(25)) flags |= draw.weighted(EXTRAS);
  if (draw.permille(8) && !features.hasHugetlb) flags = (flags | MAP.hugetlb) & ~MAP.noReserve;
  if (draw.permille(10)) flags |= MAP.bit32;
  return flags | draw.weighted(PLACEMENTS);
}

/** Most are told where to go; the others may be placed outside. */
const PLACEMENTS: Weighted<number> = [
  [80, MAP.fixed],
  [10, MAP.fixedNoReplace],
  [1, MAP.fixed | MAP.fixedNoReplace],
  [9, 0],
];

const isFixed = (flags: number): boolean => (flags & (MAP.fixed | MAP.fixedNoReplace)) !== 0;

/** Where in its file a mapping begins, bytes: mostly where it also begins in the arena, so that neighbours merge. */
function offsetOf({ draw }: Generation, { page }: Pages, filePages: number): number {
  const offset = draw.weighted([
    [4, page % Math.max(filePages, 1)],
    [3, 0],
    [3, draw.below(filePages + 3)],
  ]);
  if (draw.permille(10)) return offset * PAGE_SIZE + draw.oneOf([1, 2048]);
  if (draw.permille(8)) return draw.oneOf([2 ** 63, 2 ** 64 - PAGE_SIZE]);
  return offset * PAGE_SIZE;
}

/** Calls that fail, or ought to, for what they are asked. */
function spoilt(op: Mmap, { draw }: Generation): Mmap {
  switch (draw.below(4)) {
    case 0:
      return { ...op, bytes: 0 };
    case 1:
      return { ...op, bytes: draw.oneOf([TASK_SIZE, 2 ** 48, 2 ** 63, 2 ** 64 - PAGE_SIZE]) };
    case 2:
      return isFixed(op.flags)
        ? { ...op, at: op.at + draw.oneOf([1, 2048]), bytes: PAGE_SIZE }
        : op;
    default:
      return isFixed(op.flags) ? { ...op, at: draw.oneOf([2 ** 47, 2 ** 48, 2 ** 56]) } : op;
  }
}

/** Where to map; `filePages` of a file, now and then all. */
function targetOf({ draw, shadow }: Generation, filePages: number): Pages {
  if (filePages > 0 && draw.percent(30)) return shadow.anywhereFor(filePages);
  return draw.percent(75) ? shadow.anywhere() : shadow.mapped();
}

export function generateMmap(generation: Generation): Mmap {
  const { draw, shadow, files, tableAt } = generation;
  const file = files.length > 0 && draw.percent(55) ? draw.between(1, files.length) : 0;
  const spec = files[file - 1];
  const filePages = Math.ceil((spec?.bytes ?? 0) / PAGE_SIZE);
  const target = targetOf(generation, filePages);
  let flags = flagsOf(generation, spec !== undefined);
  // There a huge page could be, and would replace what is beyond the arena.
  if (isFixed(flags) && target.page === tableAt) flags &= ~MAP.hugetlb;
  const hasOffset = spec !== undefined || draw.percent(3);
  const op: Mmap = {
    call: 'mmap',
    at: target.page * PAGE_SIZE,
    bytes: sloppyBytes(draw, target.pages),
    prot: anyProt(generation),
    flags,
    // A file number is of no interest to an anonymous mapping, and none is an error of any other.
    file: draw.permille(5) ? 0 : file,
    offset: hasOffset ? offsetOf(generation, target, filePages) : 0,
  };
  if (draw.permille(25)) return spoilt(op, generation);
  if (!isFixed(flags)) {
    if (draw.percent(10)) return { ...op, at: NOWHERE };
    return draw.percent(10) ? { ...op, at: op.at + 100 } : op;
  }
  shadow.map(target);
  return op;
}
