/** A running hash of who made a step when: what `--check-determinism` compares. */
export class TraceHash {
  #low = 0x243f6a88;
  #high = 0x13198a2e;

  /** A step of `task` that ended at `timeNs`. */
  add(task: number, timeNs: number): void {
    const low = timeNs | 0;
    this.#low = Math.imul((this.#low ^ low) + task, 0x9e3779b1);
    this.#low ^= this.#low >>> 15;
    this.#high = Math.imul(this.#high + this.#low, 0x85ebca77);
    this.#high ^= this.#high >>> 13;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return [this.#high, this.#low]
      .map((half) => (half >>> 0).toString(16).padStart(8, '0'))
      .join('');
  }
}
