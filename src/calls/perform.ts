/** One memory call on a simulated process, placed where the recorded one was. */
import { EBADF, EEXIST } from '../mm/errno.js';
import { MAP, MREMAP } from '../mm/uapi.js';
import type { SimulatedProcess } from '../process/process.js';
import type { CallName } from './call-table.js';
import { fileOfCall, type Files } from './files.js';
import type { CallStep } from './program.js';
import { isError } from './result-text.js';

type Perform = (process: SimulatedProcess, step: CallStep, files: Files) => number;

const SIMPLE: Readonly<Record<Exclude<CallName, 'mmap' | 'mremap'>, Perform>> = {
  munmap: (process, { args }) => process.munmap(args[0]!, args[1]!),
  mprotect: (process, { args }) => process.mprotect(args[0]!, args[1]!, args[2]!),
  madvise: (process, { args }) => process.madvise(args[0]!, args[1]!, args[2]!),
  mlock: (process, { args }) => process.mlock(args[0]!, args[1]!),
  mlock2: (process, { args }) => process.mlock(args[0]!, args[1]!, args[2]),
  munlock: (process, { args }) => process.munlock(args[0]!, args[1]!),
  mincore: (process, { args }) => process.mincore(args[0]!, args[1]!).result,
  msync: (process, { args }) => process.msync(args[0]!, args[1]!, args[2]!),
  brk: (process, { args }) => process.brk(args[0]!),
};

const PERFORM: Readonly<Record<CallName, Perform>> = { ...SIMPLE, mmap, mremap };

/** What it returns, errors as negated errno. Throws BadCalls. */
export function perform(process: SimulatedProcess, step: CallStep, files: Files): number {
  return PERFORM[step.name](process, step, files);
}

function mmap(process: SimulatedProcess, step: CallStep, files: Files): number {
  const [address, bytes, prot, flags, , offset] = step.args as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const file = fileOfCall(step);
  if (file === undefined && (flags & MAP.anonymous) === 0) return -EBADF;
  const handle = file === undefined ? 0 : files.handleOf(file, step.line);
  const placed = step.recorded?.value;
  const isFree = (flags & (MAP.fixed | MAP.fixedNoReplace)) === 0;
  if (!isFree || placed === undefined) {
    const result = process.mmap(address, bytes, prot, flags, handle, offset);
    // Where the real call failed there is nothing, and others may have come to that place since.
    const isTooMuch = isFree && step.recorded !== undefined && !isError(result);
    if (isTooMuch) process.munmap(result, bytes);
    return result;
  }
  return process.mmap(placed, bytes, prot, flags | MAP.fixedNoReplace, handle, offset);
}

function mremap(process: SimulatedProcess, step: CallStep): number {
  const [address, oldBytes, newBytes, flags, newAddress = 0] = step.args as [
    number,
    number,
    number,
    number,
    number | undefined,
  ];
  const placed = step.recorded?.value;
  const isFree = (flags & MREMAP.mayMove) !== 0 && (flags & MREMAP.fixed) === 0;
  if (!isFree || placed === undefined) {
    return process.mremap(address, oldBytes, newBytes, flags, newAddress);
  }
  if (placed === address) {
    return process.mremap(address, oldBytes, newBytes, flags & ~MREMAP.mayMove, 0);
  }
  if (isOccupied(process, placed, placed + newBytes)) return -EEXIST;
  return process.mremap(address, oldBytes, newBytes, flags | MREMAP.fixed, placed);
}

function isOccupied(process: SimulatedProcess, start: number, end: number): boolean {
  return process.mappings().some((mapping) => mapping.start < end && start < mapping.end);
}
