/** RLIMIT_MEMLOCK of this process, and whether it is exempt from it (CAP_IPC_LOCK). */
import { readFileSync } from 'node:fs';
import { must, SYS, syscall, type SharedMemory } from './syscalls.js';

const RLIMIT_MEMLOCK = 8;
const CAPABILITY_VERSION = 0x2008_0522;
const CAP_IPC_LOCK = 1 << 14;

/** Bytes in the memory that is handed in: `struct rlimit`, the header and the data of capset. */
const AT = { limit: 0, header: 64, data: 128 };

export class MemoryLimit {
  readonly #memory: SharedMemory;
  readonly #words: Uint32Array;
  readonly #limits: BigUint64Array;
  readonly #soft: bigint;
  readonly #effective: number;

  /** Writes the first 256 bytes of `memory`. */
  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.#words = new Uint32Array(memory.bytes.buffer, memory.bytes.byteOffset, 64);
    this.#limits = new BigUint64Array(memory.bytes.buffer, memory.bytes.byteOffset, 2);
    must('getrlimit', syscall(SYS.getrlimit, RLIMIT_MEMLOCK, memory.address));
    this.#soft = this.#limits[0]!;
    this.#effective = this.#capabilities();
  }

  #capabilities(): number {
    const { address } = this.#memory;
    this.#words[AT.header / 4] = CAPABILITY_VERSION;
    this.#words[AT.header / 4 + 1] = 0;
    must('capget', syscall(SYS.capget, address + AT.header, address + AT.data));
    return this.#words[AT.data / 4]!;
  }

  #set(soft: bigint, effective: number): void {
    const { address } = this.#memory;
    this.#capabilities();
    this.#words[AT.data / 4] = effective;
    must('capset', syscall(SYS.capset, address + AT.header, address + AT.data));
    must('getrlimit', syscall(SYS.getrlimit, RLIMIT_MEMLOCK, address));
    this.#limits[0] = soft;
    must('setrlimit', syscall(SYS.setrlimit, RLIMIT_MEMLOCK, address));
  }

  /** No more bytes than these may be locked beyond what is, whoever we are. */
  leave(bytes: number): void {
    const status = readFileSync('/proc/self/status', 'utf8');
    const lockedKiB = Number(/^VmLck:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0);
    this.#set(BigInt(bytes + lockedKiB * 1024), (this.#effective & ~CAP_IPC_LOCK) >>> 0);
  }

  restore(): void {
    this.#set(this.#soft, this.#effective);
  }
}
