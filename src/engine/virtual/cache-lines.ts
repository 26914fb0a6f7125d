/**
 * Contended cache lines in virtual time: who has a line, and until when it is under way. An access
 * from elsewhere waits for the transfers before it and then costs one of its own, so that what
 * everybody writes to becomes a queue.
 */
import { placeOf, type Costs, type MachineModel } from '../../plan/machine-model.js';

/** 32-bit words of a line, as `layout.ts` spaces records apart. */
const LINE_SHIFT = 5;
const NOBODY = -1;
/** Several CPUs have read it since it was last written. */
const SHARED = -2;

export function isSameLine(a: number, b: number): boolean {
  return a >>> LINE_SHIFT === b >>> LINE_SHIFT;
}

export class CacheLines {
  readonly #owner: Int32Array;
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
    this.#freeAt = new Float64Array(lines);
    this.#idleFrom = new Float64Array(lines);
    this.#idleUntil = new Float64Array(lines);
    this.#heldUntil = new Float64Array(lines);
    this.#sockets = sockets;
    this.#localNs = costs.atomicNs;
    this.#transferNs = costs.lineTransferNs;
    this.#remoteNs = costs.lineTransferRemoteNs;
  }

  /** Those of a machine with so many words of memory. */
  static of({ cpus, topology, costs }: MachineModel, words: number): CacheLines {
    const sockets = Int32Array.from({ length: cpus }, (_, cpu) => placeOf(cpu, topology).socket);
    return new CacheLines(words, sockets, costs);
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
    const isNear = owner >= 0 && this.#sockets[owner] === this.#sockets[cpu];
    const cost = isNear ? this.#transferNs : this.#remoteNs;
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

  /** A read: cheap for the one who has the line, and for all who have read it since its last write. */
  read(word: number, cpu: number, time: number): number {
    const line = word >>> LINE_SHIFT;
    const owner = this.#owner[line]!;
    if (owner === cpu || owner < 0) return time;
    this.#owner[line] = SHARED;
    const start = Math.max(time, this.#freeAt[line]!);
    const isNear = this.#sockets[owner] === this.#sockets[cpu];
    return start + (isNear ? this.#transferNs : this.#remoteNs);
  }

  /** When a spinlock of this line, which is free now, was given up in virtual time. */
  heldUntil(word: number): number {
    return this.#heldUntil[word >>> LINE_SHIFT]!;
  }

  release(word: number, time: number): void {
    this.#heldUntil[word >>> LINE_SHIFT] = time;
  }
}
