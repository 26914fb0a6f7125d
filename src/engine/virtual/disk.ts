/** The one disk of a machine: requests move their pages one after the other, and wait side by side. */
import type { Costs } from '../../plan/machine-model.js';

export class Disk {
  readonly #latencyNs: number;
  readonly #pageNs: number;
  /** When the last request so far will have moved its pages, ns. */
  #freeNs = 0;

  constructor({ diskLatencyNs, diskPageNs }: Costs) {
    this.#latencyNs = diskLatencyNs;
    this.#pageNs = diskPageNs;
  }

  /** When a request for so many pages that comes at `nowNs` is done, ns. Requests come in order of time. */
  request(pages: number, nowNs: number): number {
    this.#freeNs = Math.max(this.#freeNs, nowNs) + pages * this.#pageNs;
    return this.#freeNs + this.#latencyNs;
  }
}
