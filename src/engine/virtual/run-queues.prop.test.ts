import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RunQueues } from './run-queues.js';
import { modelWith } from './testing/small-machine.js';

const TASKS = 9;
const ELSEWHERE = -1;

const step = fc.record({
  kind: fc.constantFrom('wake', 'leave', 'preempt'),
  task: fc.nat(TASKS - 1),
});

/** As the machine moves tasks about, beside where each of them should be. */
class Tracked {
  readonly queues: RunQueues;
  readonly #cpus: number;
  /** CPU of a task that runs; ELSEWHERE while it waits or is asleep. */
  readonly runsOn = new Array<number>(TASKS).fill(ELSEWHERE);
  readonly waiting = new Set<number>();

  constructor(cpus: number) {
    this.#cpus = cpus;
    this.queues = new RunQueues(modelWith(cpus, {}, { sockets: 2, coresPerSocket: cpus }));
  }

  wake(task: number): void {
    if (this.runsOn[task] !== ELSEWHERE || this.waiting.has(task)) return;
    const place = this.queues.placeFor(task % this.#cpus);
    if (this.queues.runningOn(place) < 0) this.#run(task, place);
    else this.#wait(task, place);
  }

  /** `isPreempted`: it waits for its next turn, else it sleeps. */
  leave(task: number, isPreempted: boolean): void {
    const place = this.runsOn[task]!;
    if (place === ELSEWHERE) return;
    this.runsOn[task] = ELSEWHERE;
    if (isPreempted) this.#wait(task, place);
    const next = this.queues.leave(place);
    if (next < 0) return;
    expect(this.waiting.delete(next)).toBe(true);
    this.#run(next, place);
  }

  check(): void {
    const running = this.runsOn.filter((place) => place !== ELSEWHERE).length;
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      expect(this.queues.runningOn(cpu)).toBe(this.runsOn.indexOf(cpu));
    }
    // Nobody waits while a CPU has nothing to do.
    if (this.waiting.size > 0) expect(running).toBe(this.#cpus);
  }

  /** Everybody leaves: all who waited must come to run. */
  drain(): void {
    for (;;) {
      const task = this.runsOn.findIndex((place) => place !== ELSEWHERE);
      if (task < 0) break;
      this.leave(task, false);
    }
    expect([...this.waiting]).toEqual([]);
  }

  #run(task: number, place: number): void {
    this.runsOn[task] = place;
    this.queues.run(task, place, 100);
  }

  #wait(task: number, place: number): void {
    this.waiting.add(task);
    this.queues.enqueue(task, place);
  }
}

it('every task is in exactly one place, and no CPU is idle while somebody waits', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(step, { maxLength: 80 }),
      (cpus, steps) => {
        const tracked = new Tracked(cpus);
        for (const { kind, task } of steps) {
          if (kind === 'wake') tracked.wake(task);
          else tracked.leave(task, kind === 'preempt');
          tracked.check();
        }
        tracked.drain();
      },
    ),
  );
});
