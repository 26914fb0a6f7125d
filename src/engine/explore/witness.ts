/**
 * Knows, apart from the lock, who is inside: what the lock promises, checked from the outside. Its
 * counts are in an array of their own, because they are part of the state of an execution.
 */
import { STOP, type Op } from '../../mm/op.js';
import type { ExploreCpu } from './cpu.js';

/** Something that the lock promises was seen to be false. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

const READERS = 0;
const WRITERS = 1;
/** Raised by every writer: nothing that a reader sees change. */
const VERSION = 2;
/** Raised by every reader, for tasks that wait for one. */
const VISITS = 3;
const WORDS = 4;

export class Witness {
  readonly words = new Int32Array(WORDS);

  get version(): number {
    return this.words[VERSION]!;
  }

  get readers(): number {
    return this.words[READERS]!;
  }

  get visits(): number {
    return this.words[VISITS]!;
  }

  /** To be called with the lock held for read; stays inside for a step. */
  *read(cpu: ExploreCpu): Op<void> {
    this.enterRead(cpu);
    yield* this.stayRead(cpu);
    this.leaveRead();
  }

  enterRead(cpu: ExploreCpu): void {
    this.words[READERS]! += 1;
    this.words[VISITS]! += 1;
    this.#expectNoWriter(cpu);
  }

  *stayRead(cpu: ExploreCpu): Op<void> {
    const { version } = this;
    if (cpu.mustYield('read')) yield STOP.step;
    this.#expectNoWriter(cpu);
    this.expectVersion(cpu, version);
  }

  /** To be called by a reader: no writer has been inside since `version`. */
  expectVersion(cpu: ExploreCpu, version: number): void {
    if (this.version === version) return;
    throw new Violation(`a writer passed while task ${cpu.task} had the lock`);
  }

  leaveRead(): void {
    this.words[READERS]! -= 1;
  }

  /** To be called with the lock held for write; stays inside for a step. */
  *write(cpu: ExploreCpu): Op<void> {
    this.words[WRITERS]! += 1;
    this.words[VERSION]! += 1;
    this.#expectAlone(cpu);
    if (cpu.mustYield('write')) yield STOP.step;
    this.#expectAlone(cpu);
    this.words[WRITERS]! -= 1;
  }

  #expectNoWriter(cpu: ExploreCpu): void {
    if (this.words[WRITERS] === 0) return;
    throw new Violation(`task ${cpu.task} reads while a writer is inside`);
  }

  #expectAlone(cpu: ExploreCpu): void {
    const readers = this.words[READERS]!;
    const others = this.words[WRITERS]! - 1;
    if (readers === 0 && others === 0) return;
    const whom = readers > 0 ? `${readers} reader${readers > 1 ? 's' : ''}` : 'another writer';
    throw new Violation(`task ${cpu.task} writes while ${whom} is inside`);
  }
}
