/** How long the calls of one kind took: stress-ng's metrics of them. */
import type { HogMetric } from '../../samples/stress-samples.js';

const NS_PER_MS = 1e6;

export class CallTimes {
  readonly #call: string;
  #count = 0;
  #totalNs = 0;
  #minNs = Infinity;
  #maxNs = 0;

  /** `call`: its name, as in the metrics' descriptions. */
  constructor(call: string) {
    this.#call = call;
  }

  add(ns: number): void {
    this.#count += 1;
    this.#totalNs += ns;
    if (ns < this.#minNs) this.#minNs = ns;
    if (ns > this.#maxNs) this.#maxNs = ns;
  }

  /** How many there were; the shortest, the longest and the mean, ms. */
  metrics(): readonly HogMetric[] {
    const count = this.#count;
    const isNone = count === 0;
    const call = this.#call;
    const ms = (ns: number): number => (isNone ? 0 : ns / NS_PER_MS);
    return [
      { description: `${call} calls`, value: count, mean: 'total' },
      { description: `millisecs minimum per ${call}`, value: ms(this.#minNs), mean: 'geometric' },
      { description: `millisecs maximum per ${call}`, value: ms(this.#maxNs), mean: 'maximum' },
      {
        description: `millisecs average per ${call}`,
        value: ms(this.#totalNs / count),
        mean: 'geometric',
      },
    ];
  }

  /** Their mean, ns; 0 when there was none. */
  get meanNs(): number {
    return this.#count === 0 ? 0 : this.#totalNs / this.#count;
  }
}
