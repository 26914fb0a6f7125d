/**
 * Who gets the lock and who does not, as the main thread sees it: a task that waits for longer than
 * the limit starves, which is news; when nobody gets it for as long, the lock is broken.
 */
import { DOING, type TortureWords } from './shared-words.js';

/** Longer between two looks than this, and it was not the lock that stood still. */
const GAP_SECONDS = 3;

export interface Starving {
  readonly task: number;
  /** Without an acquisition so far, seconds. */
  readonly seconds: number;
}

export class StallWatch {
  readonly #shared: TortureWords;
  readonly #limitSeconds: number;
  readonly #acquisitions: number[];
  /** When a task last got on, on `#clock`. */
  readonly #since: number[];
  readonly #reported: boolean[];
  /** Time that tasks had to get on, seconds: `now` without the gaps in which nobody ran. */
  #clock = 0;
  #looked: number;

  /** `now` in seconds, on the caller's clock throughout. */
  constructor(shared: TortureWords, limitSeconds: number, now: number) {
    this.#shared = shared;
    this.#limitSeconds = limitSeconds;
    this.#looked = now;
    const tasks = Array.from({ length: shared.tasks }, (_, task) => task);
    this.#acquisitions = tasks.map((task) => shared.acquisitions(task));
    this.#since = tasks.map(() => 0);
    this.#reported = tasks.map(() => false);
  }

  /** Tasks that have begun to starve since the last look; each once per wait. */
  look(now: number): Starving[] {
    this.#clock += Math.min(now - this.#looked, GAP_SECONDS);
    this.#looked = now;
    const starving: Starving[] = [];
    for (let task = 0; task < this.#since.length; task++) {
      const acquisitions = this.#shared.acquisitions(task);
      if (acquisitions !== this.#acquisitions[task]) {
        this.#acquisitions[task] = acquisitions;
        this.#since[task] = this.#clock;
        this.#reported[task] = false;
      }
      const seconds = this.#clock - this.#since[task]!;
      const isNews = !this.#reported[task]! && seconds >= this.#limitSeconds;
      if (!isNews || !this.#shared.isWaiting(task)) continue;
      this.#reported[task] = true;
      starving.push({ task, seconds });
    }
    return starving;
  }

  /** Whether no task that is not done has got the lock for as long as the limit. */
  get stalled(): boolean {
    const busy = this.#since.filter((_, task) => this.#shared.doing(task) !== DOING.done);
    return busy.length > 0 && this.#clock - Math.max(...busy) >= this.#limitSeconds;
  }
}
