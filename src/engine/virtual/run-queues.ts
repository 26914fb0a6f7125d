/** Which task runs on which CPU, who waits for it, and when a running task's slice is over. */
import { cpusOf, placeOf, type MachineModel } from '../../plan/machine-model.js';

const IDLE = -1;

export class RunQueues {
  readonly #running: Int32Array;
  readonly #sliceEnds: Float64Array;
  readonly #waiting: number[][];
  readonly #sockets: Int32Array;
  readonly #cores: Int32Array;
  /** Busy threads by core. */
  readonly #busy: Int32Array;
  readonly #sliceNs: number;

  constructor({ cpus, topology, costs }: MachineModel) {
    const places = Array.from({ length: cpus }, (_, cpu) => placeOf(cpu, topology));
    this.#running = new Int32Array(cpus).fill(IDLE);
    this.#sliceEnds = new Float64Array(cpus);
    this.#waiting = places.map(() => []);
    this.#sockets = Int32Array.from(places, ({ socket }) => socket);
    this.#cores = Int32Array.from(places, ({ core }) => core);
    this.#busy = new Int32Array(cpusOf(topology));
    this.#sliceNs = costs.sliceNs;
  }

  /** The task that runs there, -1 for none. */
  runningOn(cpu: number): number {
    return this.#running[cpu]!;
  }

  run(task: number, cpu: number, sliceEnd: number): void {
    this.#running[cpu] = task;
    this.#sliceEnds[cpu] = sliceEnd;
    this.#busy[this.#cores[cpu]!]! += 1;
  }

  enqueue(task: number, cpu: number): void {
    this.#waiting[cpu]!.push(task);
  }

  /** The running task leaves; returns the one that waits next, -1 for none. */
  leave(cpu: number): number {
    this.#running[cpu] = IDLE;
    this.#busy[this.#cores[cpu]!]! -= 1;
    return this.#waiting[cpu]!.shift() ?? IDLE;
  }

  /** Others wait, and the one that runs has had its share. */
  isSliceOver(cpu: number, timeNs: number): boolean {
    return this.#waiting[cpu]!.length > 0 && timeNs >= this.#sliceEnds[cpu]!;
  }

  /** The first end of a slice after `timeNs`. */
  sliceEnd(cpu: number, timeNs: number): number {
    const end = this.#sliceEnds[cpu]!;
    if (end > timeNs) return end;
    return end + this.#sliceNs * (Math.floor((timeNs - end) / this.#sliceNs) + 1);
  }

  isSiblingBusy(cpu: number): boolean {
    return this.#busy[this.#cores[cpu]!]! > 1;
  }

  /** Where a woken task goes: where it was, else to an idle CPU, the nearest first, else it waits. */
  placeFor(last: number): number {
    if (this.#running[last] === IDLE) return last;
    let far = IDLE;
    for (let cpu = 0; cpu < this.#running.length; cpu++) {
      if (this.#running[cpu] !== IDLE || this.#waiting[cpu]!.length > 0) continue;
      if (this.#sockets[cpu] === this.#sockets[last]) return cpu;
      if (far === IDLE) far = cpu;
    }
    return far === IDLE ? last : far;
  }
}
