/**
 * System calls of the Linux underneath, x86-64, on plain numbers. A negative result is a negated
 * errno. `scratch` is memory outside the JavaScript heap that calls may read and write.
 */
import koffi from 'koffi';

export const SYS = {
  read: 0,
  mmap: 9,
  mprotect: 10,
  munmap: 11,
  pread: 17,
  pwrite: 18,
  mremap: 25,
  msync: 26,
  mincore: 27,
  madvise: 28,
  fsync: 74,
  ftruncate: 77,
  getrlimit: 97,
  getrusage: 98,
  capget: 125,
  capset: 126,
  mlock: 149,
  munlock: 150,
  setrlimit: 160,
  schedSetaffinity: 203,
  fadvise: 221,
  fallocate: 285,
  getcpu: 309,
  mlock2: 325,
} as const;

type Word = number | bigint;
type RawSyscall = (number: number, ...args: [Word, Word, Word, Word, Word, Word]) => Word;

const raw = koffi
  .load('libc.so.6')
  .func('long syscall(long, long, long, long, long, long, long)') as unknown as RawSyscall;

/** As the 64 bits that a register takes; doubles above 2^53 are exact multiples of something. */
function register(value: number): Word {
  return Number.isSafeInteger(value) ? value : BigInt.asIntN(64, BigInt(value));
}

export function syscall(number: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): number {
  const result = raw(
    number,
    register(a),
    register(b),
    register(c),
    register(d),
    register(e),
    register(f),
  );
  return result === -1 ? -koffi.errno() : Number(result);
}

export interface SharedMemory {
  readonly fd: number;
  readonly address: number;
  readonly bytes: Uint8Array;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED_POPULATE = 0x8001;

/**
 * Memory that is both mapped and a file (memfd): calls can be told to read and write addresses in it,
 * and pread and pwrite of `fd` move words between it and any other address without a signal.
 */
export function sharedMemory(size: number): SharedMemory {
  const name = Buffer.from('mmsem-judge\0', 'latin1');
  const memfdCreate = koffi.load('libc.so.6').func('int memfd_create(const char *, unsigned int)');
  const fd = (memfdCreate as unknown as (name: Buffer, flags: number) => number)(name, 0);
  if (fd < 0) throw new Error(`memfd_create: errno ${koffi.errno()}`);
  must('ftruncate', syscall(SYS.ftruncate, fd, size));
  const address = must(
    'mmap',
    syscall(SYS.mmap, 0, size, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd),
  );
  return { fd, address, bytes: new Uint8Array(koffi.view(BigInt(address), size)) };
}

export function must(what: string, result: number): number {
  if (result < 0) throw new Error(`${what}: errno ${-result}`);
  return result;
}

const CPUS_MAX = 1024;

/** What the kernel keeps per CPU, pages on their way to the LRU lists, is then in one place. */
export function stayOnThisCpu(): void {
  const memory = sharedMemory(4096);
  const cpus = memory.address + CPUS_MAX;
  must('getcpu', syscall(SYS.getcpu, memory.address));
  const cpu = new Uint32Array(memory.bytes.buffer, memory.bytes.byteOffset, 1)[0]!;
  memory.bytes[CPUS_MAX + (cpu >>> 3)] = 1 << (cpu & 7);
  must('sched_setaffinity', syscall(SYS.schedSetaffinity, 0, CPUS_MAX / 8, cpus));
}

const M_TRIM_THRESHOLD = -1;
const M_TOP_PAD = -2;
const M_MMAP_MAX = -4;
const MMAP_MAX = 65_536;
const HEAP_BYTES = 64 * 2 ** 20;

const mallopt = koffi.load('libc.so.6').func('int mallopt(int, int)') as unknown as (
  parameter: number,
  value: number,
) => number;

/** While it is so, malloc has memory in stock, and asks the kernel for more of the same VMA. */
export function keepMallocQuiet(isQuiet: boolean): void {
  mallopt(M_TOP_PAD, HEAP_BYTES);
  mallopt(M_TRIM_THRESHOLD, 2 * HEAP_BYTES);
  mallopt(M_MMAP_MAX, isQuiet ? 0 : MMAP_MAX);
}
