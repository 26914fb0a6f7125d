/** Files of a program, and random calls on them. */
import { PAGE_SIZE } from '../mm/layout.js';
import type { Draw } from './draw.js';
import type { Features } from './features.js';
import type { Generation } from './generation.js';
import type { Call, FileSpec, Op } from './program.js';

/**
 * Longer than the window of a fault around. Of longer disk files the first read would mark a page to read
 * ahead from (three quarters of read_ahead_kb), which faults around leave out.
 */
const PAGES_MAX = { disk: 24, tmpfs: 40 } as const;

const FILE_CALLS = ['write', 'read', 'punch', 'truncate'] as const;
type FileCall = (typeof FILE_CALLS)[number];

export function isFileCall(call: Call): call is FileCall {
  return (FILE_CALLS as readonly Call[]).includes(call);
}

/**
 * Disk files are whole pages: of a partial one that is a hole, Linux may keep a page in the cache that is
 * not up to date, in the way of reading ahead.
 */
function sizeOf(draw: Draw, kind: FileSpec['kind']): number {
  const pages = draw.between(1, draw.percent(50) ? 8 : PAGES_MAX[kind]);
  return kind === 'disk' || draw.percent(70)
    ? pages * PAGE_SIZE
    : pages * PAGE_SIZE - draw.between(1, 2000);
}

export function generateFiles(draw: Draw, { hasDisk }: Features): FileSpec[] {
  return Array.from({ length: draw.between(1, 2) }, () => {
    const kind = hasDisk && draw.percent(40) ? 'disk' : 'tmpfs';
    const writable = draw.percent(85);
    const filled = writable && kind === 'tmpfs' && draw.percent(70);
    return { kind, bytes: sizeOf(draw, kind), writable, filled };
  });
}

export function generateFileCall({ draw, files }: Generation, call: FileCall): Op {
  const file = draw.between(1, files.length);
  const { kind, bytes } = files[file - 1]!;
  const pages = Math.ceil(bytes / PAGE_SIZE);
  switch (call) {
    case 'write':
      return { call, file, page: draw.below(pages), word: draw.between(1, 2 ** 30) };
    case 'read':
      return { call, file, page: draw.below(pages) };
    case 'punch': {
      const offset = draw.below(pages + 1) * PAGE_SIZE;
      return { call, file, offset, bytes: draw.below(5) * PAGE_SIZE };
    }
    case 'truncate': {
      const most = Math.min(pages + 3, PAGES_MAX[kind]);
      const whole = draw.below(most + 1) * PAGE_SIZE;
      const isWhole = kind === 'disk' || draw.percent(80);
      return { call, file, bytes: isWhole ? whole : whole + draw.between(4, PAGE_SIZE - 1) };
    }
  }
}
