/**
 * Contended cache lines in virtual time: who has a line, and until when it is under way. An access
 * from elsewhere waits for the transfers before it and then costs one of its own, so that what
 * everybody writes to becomes a queue.
 */
import { placeOf, type Costs, type MachineModel } from '../../plan/machine-model.js';

/** A line is 64 bytes, 16 words; `layout.ts` spaces records apart by two, or keeps them to one. */
const LINE_SHIFT = 4;
const NOBODY = -1;
/** It was read since it was last written, by those that #readers has. */
const SHARED = -2;

export class CacheLines {
  readonly #owner: Int32Array;
  /** Of a shared line: who has read it, a bit for every CPU modulo 32, and on which sockets. */
  readonly #readers: Int32Array;
  readonly #readerSockets: Int32Array;
  /** When the line has arrived where it goes to. */
  readonly #freeAt: Float64Array;
  /** The time before its last transfer in which it lay still. */
  readonly #idleFrom: Float64Array;
  readonly #idleUntil: Float64Array;
  /** Until when a spinlock in the line is held by one who has run ahead in time. */
  readonly #heldUntil: Float64Array;
  readonly #sockets: Int32Array;
  readonly #localNs: number;
  readonly #transferNs: number;
  readonly #remoteNs: number;

  /** `sockets`: of every CPU. */
  constructor(words: number, sockets: Int32Array, costs: Costs) {
    const lines = (words >>> LINE_SHIFT) + 1;
    this.#owner = new Int32Array(lines).fill(NOBODY);
    this.#readers = new Int32Array(lines);
    this.#readerSockets = new Int32Array(lines);
    this.#freeAt = new Float64Array(lines);
    this.#idleFrom = new Float64Array(lines);
    this.#idleUntil = new Float64Array(lines);
    this.#heldUntil = new Float64Array(lines);
    this.#sockets = sockets;
    this.#localNs = costs.atomicNs;
    this.#transferNs = costs.lineTransferNs;
    this.#remoteNs = costs.lineTransferRemoteNs;
  }

  /** A write or an atomic of `cpu` at `time`; returns when it is done. */
  write(word: number, cpu: number, time: number): number {
    const line = word >>> LINE_SHIFT;
    const owner = this.#owner[line]!;
    if (owner === cpu) return time + this.#localNs;
    if (owner === NOBODY) {
      this.#owner[line] = cpu;
      return time + this.#localNs;
    }
    const cost = this.#isNear(line, owner, cpu) ? this.#transferNs : this.#remoteNs;
    // The one before may have run a little ahead of this CPU's time, and asked for the line first.
    const early = Math.max(time, this.#idleFrom[line]!) + cost;
    if (early <= this.#idleUntil[line]!) {
      this.#idleFrom[line] = early;
      return early;
    }
    const free = this.#freeAt[line]!;
    const start = Math.max(time, free);
    this.#idleFrom[line] = free;
    this.#idleUntil[line] = start;
    this.#owner[line] = cpu;
    this.#freeAt[line] = start + cost;
    return start + cost;
  }

  /** A read costs a transfer, but for the one who has the line and for those who have read it. */
  read(word: number, cpu: number, time: number): number {
    const line = word >>> LINE_SHIFT;
    const owner = this.#owner[line]!;
    const reader = 1 << cpu;
    if (owner === cpu || owner === NOBODY) return time;
    if (owner === SHARED && (this.#readers[line]! & reader) !== 0) return time;
    const free = this.#freeAt[line]!;
    const start = Math.max(time, free);
    const done = start + (this.#isNear(line, owner, cpu) ? this.#transferNs : this.#remoteNs);
    if (owner !== SHARED) {
      // The one who has written it gives it out; from then on it can be read by many at a time.
      this.#owner[line] = SHARED;
      this.#readers[line] = 1 << owner;
      this.#readerSockets[line] = 1 << this.#sockets[owner]!;
      this.#idleFrom[line] = free;
      this.#idleUntil[line] = start;
      this.#freeAt[line] = done;
    }
    this.#readers[line]! |= reader;
    this.#readerSockets[line]! |= 1 << this.#sockets[cpu]!;
    return done;
  }

  /**
   * Whether the line comes from the CPU's own socket. A shared line is written once all readers have
   * dropped it, of which those on other sockets take longest; it is read from the nearest.
   */
  #isNear(line: number, owner: number, cpu: number): boolean {
    const socket = this.#sockets[cpu]!;
    if (owner !== SHARED) return this.#sockets[owner] === socket;
    return this.#readerSockets[line] === 1 << socket;
  }

  /** When a spinlock of this line, which is free now, was given up in virtual time. */
  heldUntil(word: number): number {
    return this.#heldUntil[word >>> LINE_SHIFT]!;
  }

  release(word: number, time: number): void {
    this.#heldUntil[word >>> LINE_SHIFT] = time;
  }
}

/** The lines of a machine's first `words` words, none of which anybody has. */
export function cacheLinesOf({ cpus, topology, costs }: MachineModel, words: number): CacheLines {
  const sockets = Int32Array.from({ length: cpus }, (_, cpu) => placeOf(cpu, topology).socket);
  return new CacheLines(words, sockets, costs);
}
