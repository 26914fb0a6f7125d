/** What one task of a torture run keeps count of, privately until the run is over. */
import type { LockRecorder } from '../../../mm/op.js';
import { WaitHistogram, type EncodedWaitHistogram } from '../../../samples/wait-histogram.js';

/** As it crosses threads. */
export interface EncodedTally {
  readonly acquisitions: number;
  readonly contended: number;
  readonly trylocksFailed: number;
  readonly waitsKilled: number;
  readonly wait: EncodedWaitHistogram;
  readonly hold: EncodedWaitHistogram;
}

/** Stands between two sections when the lock has not said that the task waited. */
const NO_WAIT = -1;

export class TaskTally implements LockRecorder {
  readonly #waits = new WaitHistogram();
  readonly #holds = new WaitHistogram();
  #waitNs = NO_WAIT;
  #contended = 0;
  #uncontended = 0;
  trylocksFailed = 0;
  waitsKilled = 0;

  readWait(ns: number): void {
    this.#waitNs = ns;
  }

  writeWait(ns: number): void {
    this.#waitNs = ns;
  }

  faultWait(): void {
    // Nobody faults here.
  }

  writeHold(): void {
    // The task measures its holds itself, those for read as well.
  }

  /** Counts an acquisition once it is over, so that counting prolongs no hold. */
  section(holdNs: number): void {
    this.#holds.record(holdNs);
    if (this.#waitNs === NO_WAIT) {
      this.#uncontended += 1;
      return;
    }
    this.#contended += 1;
    this.#waits.record(this.#waitNs);
    this.#waitNs = NO_WAIT;
  }

  encode(): EncodedTally {
    const waits = WaitHistogram.merge([this.#waits]);
    waits.recordMany(0, this.#uncontended);
    return {
      acquisitions: this.#uncontended + this.#contended,
      contended: this.#contended,
      trylocksFailed: this.trylocksFailed,
      waitsKilled: this.waitsKilled,
      wait: waits.encode(),
      hold: this.#holds.encode(),
    };
  }
}
