/** Runs one op of a program on a process, real or simulated, and says how it ended. */
import { PAGE_SIZE } from '../mm/layout.js';
import type { JudgedProcess } from './judged-process.js';
import { addressOf, OUTSIDE, SIGNAL, type Answer, type Op } from './program.js';

export interface Arena {
  readonly start: number;
  readonly end: number;
}

const NO_WORDS: readonly number[] = [];

/** An address becomes a place; what was mapped elsewhere is unmapped again. */
function placed(
  process: JudgedProcess,
  result: number,
  bytes: number,
  { start, end }: Arena,
): number {
  if (result < 0) return result;
  const length = Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE;
  if (result >= start && result + length <= end) return result - start;
  const undone = process.munmap(result, length);
  return undone < 0 ? undone : OUTSIDE;
}

function touch(process: JudgedProcess, address: number, op: Op & { call: 'touch' }): Answer {
  const words: number[] = [];
  for (let page = 0; page < op.pages; page++) {
    const ended = process.touch(address + page * PAGE_SIZE, op.access, op.word + page);
    if (ended !== 'ok') return { result: SIGNAL, words };
    words.push(op.access === 'r' ? process.loaded : 0);
  }
  return { result: 0, words };
}

/** `files` are the process' handles of `Program.files`, from 1 on. */
export function perform(
  process: JudgedProcess,
  op: Op,
  arena: Arena,
  files: readonly number[],
): Answer {
  const answer = (result: number): Answer => ({ result, words: NO_WORDS });
  const at = 'at' in op ? addressOf(op.at, arena.start) : 0;
  const file = 'file' in op ? files[op.file]! : 0;
  switch (op.call) {
    case 'mmap': {
      const result = process.mmap(at, op.bytes, op.prot, op.flags, file, op.offset);
      return answer(placed(process, result, op.bytes, arena));
    }
    case 'munmap':
      return answer(process.munmap(at, op.bytes));
    case 'mprotect':
      return answer(process.mprotect(at, op.bytes, op.prot));
    case 'mremap': {
      const to = addressOf(op.to, arena.start);
      const result = process.mremap(at, op.bytes, op.newBytes, op.flags, to);
      return answer(placed(process, result, op.newBytes, arena));
    }
    case 'madvise':
      return answer(process.madvise(at, op.bytes, op.advice));
    case 'mlock':
      return answer(process.mlock(at, op.bytes));
    case 'mlock2':
      return answer(process.mlock(at, op.bytes, op.flags));
    case 'munlock':
      return answer(process.munlock(at, op.bytes));
    case 'mincore': {
      const { result, vec } = process.mincore(at, op.bytes);
      return { result, words: Array.from(vec, (byte) => byte & 1) };
    }
    case 'msync':
      return answer(process.msync(at, op.bytes, op.flags));
    case 'touch':
      return touch(process, at, op);
    case 'write':
      return answer(process.writeFile(file, op.page, [op.word]));
    case 'read':
      return { result: 0, words: process.readFile(file, op.page, 1) };
    case 'punch':
      return answer(process.punchHole(file, op.offset, op.bytes));
    case 'truncate':
      return answer(process.truncate(file, op.bytes));
    case 'fsync':
      return answer(process.fsync(file));
  }
}
