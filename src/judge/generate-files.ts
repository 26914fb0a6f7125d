/** Files of a program, and random calls on them. */
import { PAGE_SIZE } from '../mm/layout.js';
import type { Draw } from './draw.js';
import type { Features } from './features.js';
import type { Generation } from './generate.js';
import type { Call, FileSpec, Op } from './program.js';

/** One read of the disk brings so many pages or all of the file, and then none is marked to read ahead from. */
const FILE_PAGES_MAX = 16;

const FILE_CALLS = ['write', 'read', 'punch', 'truncate'] as const;
type FileCall = (typeof FILE_CALLS)[number];

export function isFileCall(call: Call): call is FileCall {
  return (FILE_CALLS as readonly Call[]).includes(call);
}

function sizeOf(draw: Draw): number {
  const pages = draw.between(1, FILE_PAGES_MAX);
  return draw.percent(70) ? pages * PAGE_SIZE : pages * PAGE_SIZE - draw.between(1, 2000);
}

export function generateFiles(draw: Draw, { hasDisk }: Features): FileSpec[] {
  return Array.from({ length: draw.between(1, 2) }, () => ({
    kind: hasDisk && draw.percent(50) ? ('disk' as const) : ('tmpfs' as const),
    bytes: sizeOf(draw),
    writable: draw.percent(85),
  }));
}

/** Bytes of a range in or about a file, mostly whole pages. */
function bytesIn(draw: Draw, most: number): number {
  const bytes = draw.below(most + 1) * PAGE_SIZE;
  return draw.percent(80) ? bytes : bytes + draw.between(4, PAGE_SIZE - 1);
}

export function generateFileCall({ draw, files }: Generation, call: FileCall): Op {
  const file = draw.between(1, files.length);
  const pages = Math.ceil(files[file - 1]!.bytes / PAGE_SIZE);
  switch (call) {
    case 'write':
      return { call, file, page: draw.below(pages), word: draw.between(1, 2 ** 30) };
    case 'read':
      return { call, file, page: draw.below(pages) };
    case 'punch':
      return { call, file, offset: draw.below(pages + 1) * PAGE_SIZE, bytes: draw.below(5) * PAGE_SIZE };
    case 'truncate':
      return { call, file, bytes: bytesIn(draw, Math.min(pages + 3, FILE_PAGES_MAX)) };
  }
}
