/** How the main thread waits for its workers without waiting for those that will never come. */
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { arrived } from './rendezvous.js';

const POLL_MS = 2;

/** The first thing that went wrong beside the main flow: a worker that died, a hang. */
export class Failure {
  #reject: (reason: unknown) => void = () => undefined;
  readonly #failed: Promise<never>;

  constructor(reports: Promise<unknown>) {
    this.#failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#failed.catch(() => undefined);
    reports.catch(this.#reject);
  }

  raise(reason: Error): void {
    this.#reject(reason);
  }

  /** The value of `promise`, unless something fails first. */
  orElse<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#failed]);
  }
}

/** Returns when the workers of all tasks have arrived at one point of the trial. */
export async function gathered(km: KernelMemory, counter: number, failure: Failure): Promise<void> {
  while (arrived(km, counter) < km.geometry.tasks) await failure.orElse(sleep(POLL_MS));
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
