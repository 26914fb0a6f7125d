/** Times stretches of work, down to what looking at the clock itself takes. */

const BATCHES = 50;
const LOOKS = 1000;

export class Stopwatch {
  /** What two looks at the clock add to a stretch, ns. */
  #overheadNs = 0;

  constructor() {
    let least = Infinity;
    for (let batch = 0; batch < BATCHES; batch++) {
      let sum = 0;
      for (let look = 0; look < LOOKS; look++) sum += this.time(() => undefined);
      least = Math.min(least, sum / LOOKS);
    }
    this.#overheadNs = least;
  }

  time(work: () => unknown): number {
    const startMs = performance.now();
    work();
    return (performance.now() - startMs) * 1e6 - this.#overheadNs;
  }
}
