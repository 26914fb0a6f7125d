/**
 * The state of an execution in 64 bits, so that a search need not go twice through what follows from
 * one state: the watched words, the witness, and for each task how it stands.
 *
 * What a task has in its local variables cannot be read. It follows from what the task has seen: so
 * each task carries a digest of the machine's state at each of its own steps since its local state
 * was last known. That tells states apart that are the same, never the other way about, but for two
 * states that collide in 64 bits: at ten million states, once in 370,000 searches.
 */
import type { ExploreCpu } from './cpu.js';
import type { Subject } from './scenario.js';

export class StateHash {
  readonly #subject: Subject;
  /** Of the shared words alone. */
  #low = 0;
  #high = 0;
  /** Of the whole state; filled by `take`. */
  low = 0;
  high = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** Looks at the shared words; whether they have changed since the last look. */
  see(): boolean {
    const { km, watched, witness } = this.#subject;
    const { words } = km;
    let low = 0x2545_f491;
    let high = 0x9e37_79b9 | 0;
    for (const at of watched) {
      const word = words[at]!;
      low = Math.imul(low ^ word, 0x85eb_ca6b);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0xc2b2_ae35);
      high ^= high >>> 13;
    }
    for (const word of witness.words) {
      low = Math.imul(low ^ word, 0x85eb_ca6b);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0xc2b2_ae35);
      high ^= high >>> 13;
    }
    const isNew = low !== this.#low || high !== this.#high;
    this.#low = low;
    this.#high = high;
    return isNew;
  }

  /** Adds what a task is about to see to what it remembers. */
  remember(cpu: ExploreCpu): void {
    cpu.digest = mix(cpu.digest, this.#low, 0x9e37_79b1);
    cpu.digestHigh = mix(cpu.digestHigh, this.#high, 0x27d4_eb2f);
  }

  /** An answer that a task got from the adversary is part of what it remembers. */
  static rememberFlip(cpu: ExploreCpu, answer: boolean): void {
    cpu.digest = mix(cpu.digest, answer ? 1 : 2, 0x9e37_79b1);
    cpu.digestHigh = mix(cpu.digestHigh, answer ? 1 : 2, 0x27d4_eb2f);
  }

  /** Fills `low` and `high`. `extra` is what the caller adds to the state. */
  take(extra: number): void {
    let low = mix(this.#low, extra, 0x85eb_ca6b);
    let high = mix(this.#high, extra, 0xc2b2_ae35);
    for (const cpu of this.#subject.cpus) {
      const { isOutOfTime, hasSeenAll, beginsRound, looksAgain } = cpu;
      const time =
        (isOutOfTime ? 1 : 0) + (hasSeenAll ? 2 : 0) + (beginsRound ? 4 : 0) + (looksAgain ? 8 : 0);
      low = mix(low, cpu.digest + time, 0x85eb_ca6b);
      high = mix(high, cpu.digestHigh + time, 0xc2b2_ae35);
    }
    this.low = low;
    this.high = high;
  }
}

function mix(hash: number, word: number, factor: number): number {
  const mixed = Math.imul(hash ^ word, factor);
  return (mixed ^ (mixed >>> 15)) | 0;
}
