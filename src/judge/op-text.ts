/** Ops and answers as strace would print them, addresses as `A+pages`. */
import { errnoName } from '../mm/errno.js';
import { PAGE_SIZE } from '../mm/layout.js';
import { MADV, MAP, MLOCK, MREMAP, MS, PROT } from '../mm/uapi.js';
import {
  ABSOLUTE,
  NOWHERE,
  OUTSIDE,
  SIGNAL,
  type Answer,
  type Op,
  type Program,
} from './program.js';

type Names = Readonly<Record<string, number>>;

const PREFIX = { prot: 'PROT_', map: 'MAP_', mremap: 'MREMAP_', ms: 'MS_', mlock: 'MLOCK_' };
const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase();

/** More words than this tell a reader nothing. */
const WORDS_MAX = 40;

/** Unknown bits stay a number. */
function bits(value: number, names: Names, prefix: string, none = '0'): string {
  const parts: string[] = [];
  let rest = value;
  for (const [name, bit] of Object.entries(names)) {
    const isBit = bit !== 0 && (bit & (bit - 1)) === 0;
    if (!isBit || (rest & bit) === 0) continue;
    parts.push(`${prefix}${snake(name)}`);
    rest &= ~bit;
  }
  if (rest !== 0) parts.push(`0x${(rest >>> 0).toString(16)}`);
  return parts.length === 0 ? none : parts.join('|');
}

function place(at: number): string {
  if (at === NOWHERE) return 'NULL';
  if (at >= ABSOLUTE) return `0x${at.toString(16)}`;
  return `A+${size(at)}`;
}

/** Pages where it is whole pages: `3p`, `3p+100`, `0x...` where it is huge. */
function size(bytes: number): string {
  if (bytes >= ABSOLUTE) return `0x${bytes.toString(16)}`;
  const pages = Math.floor(bytes / PAGE_SIZE);
  const rest = bytes % PAGE_SIZE;
  return rest === 0 ? `${pages}p` : `${pages}p+${rest}`;
}

function advice(value: number): string {
  const name = Object.entries(MADV).find(([, known]) => known === value)?.[0];
  return name === undefined ? String(value) : `MADV_${name.toUpperCase()}`;
}

export function opText(op: Op): string {
  switch (op.call) {
    case 'mmap': {
      const prot = bits(op.prot, PROT, PREFIX.prot, 'PROT_NONE');
      const flags = bits(op.flags, MAP, PREFIX.map);
      const file = op.file === 0 ? -1 : `file${op.file}`;
      return `mmap(${place(op.at)}, ${size(op.bytes)}, ${prot}, ${flags}, ${file}, ${size(op.offset)})`;
    }
    case 'munmap':
    case 'munlock':
    case 'mincore':
    case 'mlock':
      return `${op.call}(${place(op.at)}, ${size(op.bytes)})`;
    case 'mprotect':
      return `mprotect(${place(op.at)}, ${size(op.bytes)}, ${bits(op.prot, PROT, PREFIX.prot, 'PROT_NONE')})`;
    case 'madvise':
      return `madvise(${place(op.at)}, ${size(op.bytes)}, ${advice(op.advice)})`;
    case 'mlock2':
      return `mlock2(${place(op.at)}, ${size(op.bytes)}, ${bits(op.flags, MLOCK, PREFIX.mlock)})`;
    case 'msync':
      return `msync(${place(op.at)}, ${size(op.bytes)}, ${bits(op.flags, MS, PREFIX.ms)})`;
    case 'mremap': {
      const flags = bits(op.flags, MREMAP, PREFIX.mremap);
      return `mremap(${place(op.at)}, ${size(op.bytes)}, ${size(op.newBytes)}, ${flags}, ${place(op.to)})`;
    }
    case 'touch':
      return `touch(${place(op.at)}, ${op.pages}p, ${op.access}, ${op.word})`;
    case 'write':
      return `pwrite(file${op.file}, ${op.word}, page ${op.page})`;
    case 'read':
      return `pread(file${op.file}, page ${op.page})`;
    case 'punch':
      return `fallocate(file${op.file}, PUNCH_HOLE, ${size(op.offset)}, ${size(op.bytes)})`;
    case 'truncate':
      return `ftruncate(file${op.file}, ${size(op.bytes)})`;
    case 'fsync':
      return `fsync(file${op.file})`;
  }
}

export function answerText({ result, words }: Answer): string {
  const more = words.length > WORDS_MAX ? ` and ${words.length - WORDS_MAX} more` : '';
  const tail = words.length === 0 ? '' : ` [${words.slice(0, WORDS_MAX).join(' ')}${more}]`;
  if (result === OUTSIDE) return `outside the arena${tail}`;
  if (result === SIGNAL) return `signal${tail}`;
  return (result < 0 ? `-1 ${errnoName(-result)}` : String(result)) + tail;
}

export function programText(program: Program): string {
  const { kernel, thresholdPages, arenaPages, tableAt, roomVmas, memlockPages, files } = program;
  const limits = [
    roomVmas > 0 ? `, room for ${roomVmas} VMAs` : '',
    memlockPages > 0 ? `, RLIMIT_MEMLOCK ${memlockPages} pages` : '',
  ].join('');
  return [
    `kernel ${kernel}, threshold ${thresholdPages} pages, arena A of ${arenaPages} pages, ` +
      `a page table ends at A+${tableAt}p${limits}`,
    ...files.map(
      ({ kind, bytes, writable, filled }, at) =>
        `file${at + 1}: ${kind}, ${size(bytes)}, ${writable ? 'read-write' : 'read-only'}${filled ? ', filled' : ''}`,
    ),
    ...program.ops.map((op, step) => `${String(step).padStart(3)} ${opText(op)}`),
  ].join('\n');
}
