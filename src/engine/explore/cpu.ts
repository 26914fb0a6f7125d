/** A CPU whose every visible step, and every question about time, is an adversary's to decide. */
import { Gather } from '../../mm/gather.js';
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { Cpu } from '../../mm/op.js';
import { RECORD_NOTHING } from '../record-nothing.js';

/** Whether time has passed, whether the CPU is needed elsewhere: true when the adversary says so. */
export type Oracle = (task: number) => boolean;

export class ExploreCpu extends Cpu {
  /** What the step at which the task stands does. */
  next = '';
  /**
   * Stands for everything the task remembers: what it saw at each of its steps since its local state
   * was last known to be nothing but its place in its program (`settle`).
   */
  digest = 0;
  digestHigh = 0;
  /**
   * Nobody else has changed anything since its round of looks began: a spinner would see the same
   * again. A round is what a task does from one pause, or change of its own, to the next.
   */
  hasSeenAll = false;
  /** Its next step begins a round. */
  beginsRound = true;
  /** Set when a spinner would look for ever at what nobody will change. */
  isOutOfTime = false;
  /** It may make one more step for that, even if it has seen all. */
  looksAgain = false;
  readonly #oracle: Oracle;

  constructor(km: KernelMemory, task: number, oracle: Oracle) {
    super(km, task, RECORD_NOTHING, new Gather());
    this.#oracle = oracle;
  }

  /** Back to where the task stands before its program. */
  reset(): void {
    this.next = 'start';
    this.wakeCount = 0;
    this.isOutOfTime = false;
    this.looksAgain = false;
    this.hasSeenAll = false;
    this.beginsRound = true;
    this.settle(1);
  }

  /** Says that the task's local state is its place in the program, `place`, and nothing else. */
  settle(place: number): void {
    this.digest = place;
    this.digestHigh = ~place;
  }

  override mustYield(next = ''): boolean {
    this.next = next;
    return true;
  }

  /** Up to date, or from when the lock was free. */
  override guess(word: number): number {
    return this.#oracle(this.task) ? 0 : this.km.words[word]!;
  }

  override charge(): void {
    // Work has no cost where time has no length.
  }

  /** There is no time to be told, only to be asked about. */
  override now(): number {
    return 0;
  }

  override burn(): void {
    // Work that nobody sees takes no time, either.
  }

  override hasPassed(): boolean {
    return this.#oracle(this.task);
  }

  override needResched(): boolean {
    return this.isOutOfTime || this.#oracle(this.task);
  }

  override wake(): void {
    // The execution looks at the wake words themselves.
  }
}
