/** What was mapped before the first call, mapped again: nobody has recorded how execve did it. */
import { MAP, PROT } from '../mm/uapi.js';
import type { SimulatedProcess } from '../process/process.js';
import { BadCalls } from './bad-calls.js';
import { fileOfMapping, type Files } from './files.js';
import type { GivenMapping, Program } from './program.js';
import { isError, resultText } from './result-text.js';

const HEAP = '[heap]';
const STACK = '[stack]';

/** Above it is the kernel's half: `[vsyscall]` is no mapping of the process. */
const TASK_SIZE = 2 ** 47 - 4096;

/**
 * Where the heap begins: what the first `brk(NULL)` returned, or where `[heap]` begins that was there
 * already; undefined where the file does not tell.
 */
function heapStart({ mappings, steps }: Program): number | undefined {
  const heap = mappings.find(({ name }) => name === HEAP);
  if (heap !== undefined) return heap.start;
  const first = steps.find((step) => step.name === 'brk');
  return first?.name === 'brk' && first.args[0] === 0 ? first.recorded?.value : undefined;
}

/** Throws BadCalls for a mapping that cannot be. */
export function mapGiven(process: SimulatedProcess, program: Program, files: Files): void {
  const start = heapStart(program);
  if (start !== undefined) process.startHeap(start);
  for (const mapping of program.mappings) {
    if (mapping.start >= TASK_SIZE) continue;
    const result = mapping.name === HEAP ? process.brk(mapping.end) : map(process, mapping, files);
    const expected = mapping.name === HEAP ? mapping.end : mapping.start;
    if (result === expected) continue;
    const why = isError(result) ? resultText(result, 'address').replace('-1 ', '') : 'no room';
    throw new BadCalls(`line ${mapping.line}: this mapping cannot be made: ${why}`);
  }
}

function map(process: SimulatedProcess, mapping: GivenMapping, files: Files): number {
  const { start, end, permissions, offset, line } = mapping;
  const file = fileOfMapping(mapping);
  const sharing = permissions.endsWith('s') ? MAP.shared : MAP.private;
  const backing = file === undefined ? MAP.anonymous : 0;
  const growth = mapping.name === STACK ? MAP.growsDown : 0;
  return process.mmap(
    start,
    end - start,
    protectionOf(permissions),
    sharing | backing | growth | MAP.fixedNoReplace,
    file === undefined ? 0 : files.handleOf(file, line),
    file === undefined ? 0 : offset,
  );
}

function protectionOf(permissions: string): number {
  const bits = [PROT.read, PROT.write, PROT.exec];
  return bits.reduce((sum, bit, at) => sum | (permissions[at] === '-' ? 0 : bit), 0);
}
