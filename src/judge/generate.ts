/** Programs from seeds: mostly valid calls on a crowded arena, now and then anything at all. */
import { PTRS_PER_TABLE } from '../mm/layout.js';
import { Draw, type Weighted } from './draw.js';
import type { Features } from './features.js';
import { generateFileCall, generateFiles, isFileCall } from './generate-files.js';
import { generateMmap } from './generate-mmap.js';
import { generateRange } from './generate-range.js';
import type { Generation } from './generation.js';
import type { Call, Op, Program } from './program.js';
import { Shadow } from './shadow.js';

export interface GenerateOptions {
  readonly features: Features;
  /** Calls that programs do without. */
  readonly without: ReadonlySet<Call>;
  readonly kernels: readonly string[];
}

const CALLS: Weighted<Call> = [
  [20, 'mmap'],
  [8, 'munmap'],
  [12, 'mprotect'],
  [9, 'mremap'],
  [11, 'madvise'],
  [3, 'mlock'],
  [3, 'mlock2'],
  [3, 'munlock'],
  [2, 'mincore'],
  [2, 'msync'],
  [24, 'touch'],
];
const FILE_CALLS: Weighted<Call> = [
  [2, 'write'],
  [1, 'read'],
  [1, 'punch'],
  [1, 'truncate'],
];

/** fsync takes the disk's time. */
const FSYNC_PERMILLE = 3;

/** Arena and longest range, pages: crowded ones show merges, wide ones let stacks grow. */
const SHAPES: Weighted<readonly [arena: number, longest: number]> = [
  [3, [10, 6]],
  [4, [24, 20]],
  [5, [64, 40]],
  [2, [700, 300]],
];

const OPS_MIN = 20;
const OPS_MAX = 160;
/** The first calls map, so that there is something to work on. */
const FIRST_MAPS = 4;

function nextOp(generation: Generation, calls: Weighted<Call>, at: number): Op {
  const { draw, files } = generation;
  if (at < FIRST_MAPS) return generateMmap(generation);
  if (files.length > 0 && draw.permille(FSYNC_PERMILLE)) {
    return { call: 'fsync', file: draw.between(1, files.length) };
  }
  const call = draw.weighted(calls);
  if (isFileCall(call)) return generateFileCall(generation, call);
  return call === 'mmap' ? generateMmap(generation) : generateRange(generation, call);
}

/** In the arena's middle, or somewhere, so that windows of faults around begin anywhere in it. */
function tableAtOf(draw: Draw, arenaPages: number): number {
  if (draw.percent(50)) return Math.floor(arenaPages / 2);
  const most = PTRS_PER_TABLE - 1;
  return draw.between(Math.max(0, arenaPages - most), Math.min(arenaPages + 20, most));
}

export function generateProgram(seed: number, options: GenerateOptions): Program {
  const draw = new Draw(seed);
  const { features, without } = options;
  const kernel = draw.oneOf(options.kernels);
  const thresholdPages = draw.oneOf([1, 1, 4, 262_144]);
  const [arenaPages, longest] = draw.weighted(SHAPES);
  const tableAt = tableAtOf(draw, arenaPages);
  const limit = draw.below(100);
  const roomVmas = limit < 8 ? 2 * draw.between(1, 6) : 0;
  const memlockPages = limit >= 8 && limit < 14 ? draw.between(1, Math.min(arenaPages, 30)) : 0;
  const hasFiles = draw.percent(50) && !FILE_CALLS.every(([, call]) => without.has(call));
  const files = hasFiles ? generateFiles(draw, features) : [];
  const isAllowed = ([, call]: readonly [number, Call]): boolean => !without.has(call);
  const calls = [...CALLS, ...(files.length > 0 ? FILE_CALLS : [])].filter(isAllowed);
  const shadow = new Shadow(draw, arenaPages, longest);
  const generation = { draw, shadow, features, tableAt, files, isLockLimited: memlockPages > 0 };
  const length = draw.between(OPS_MIN, OPS_MAX);
  const ops = Array.from({ length }, (_, at) => nextOp(generation, calls, at));
  return {
    ...{ seed, kernel, thresholdPages, arenaPages, tableAt, roomVmas, memlockPages },
    files,
    ops: ops.filter(({ call }) => !without.has(call)),
  };
}
