/** Which task runs on which CPU, who waits for it, and when a running task's slice is over. */
import { placeOf, type MachineModel } from '../../plan/machine-model.js';

const IDLE = -1;

export class RunQueues {
  readonly #running: Int32Array;
  readonly #sliceEnds: Float64Array;
  readonly #waiting: number[][];
  #waitingCount = 0;
  #runningCount = 0;
  readonly #sockets: Int32Array;
  /** CPU c and CPU c + cores are threads of one core. */
  readonly #cores: number;
  readonly #sliceNs: number;

  constructor({ cpus, topology, costs }: MachineModel) {
    const places = Array.from({ length: cpus }, (_, cpu) => placeOf(cpu, topology));
    this.#running = new Int32Array(cpus).fill(IDLE);
    this.#sliceEnds = new Float64Array(cpus);
    this.#waiting = places.map(() => []);
    this.#sockets = Int32Array.from(places, ({ socket }) => socket);
    this.#cores = topology.sockets * topology.coresPerSocket;
    this.#sliceNs = costs.sliceNs;
  }

  /** The task that runs there, -1 for none. */
  runningOn(cpu: number): number {
    return this.#running[cpu]!;
  }

  run(task: number, cpu: number, sliceEnd: number): void {
    this.#running[cpu] = task;
    this.#runningCount += 1;
    this.#sliceEnds[cpu] = sliceEnd;
  }

  enqueue(task: number, cpu: number): void {
    this.#waiting[cpu]!.push(task);
    this.#waitingCount += 1;
  }

  /** The running task leaves; returns the one that runs there next, -1 for none. */
  leave(cpu: number): number {
    this.#running[cpu] = IDLE;
    this.#runningCount -= 1;
    if (this.#waitingCount === 0) return IDLE;
    const own = this.#waiting[cpu]!;
    const queue = own.length > 0 ? own : this.#longestQueue();
    this.#waitingCount -= 1;
    return queue.shift()!;
  }

  /** What a CPU that would be idle takes a task from. */
  #longestQueue(): number[] {
    return this.#waiting.reduce((longest, queue) =>
      queue.length > longest.length ? queue : longest,
    );
  }

  /** How far a task may run there before somebody else has a right to the CPU. */
  sliceLimit(cpu: number): number {
    if (this.#waitingCount === 0 || this.#waiting[cpu]!.length === 0) return Infinity;
    return this.#sliceEnds[cpu]!;
  }

  /** The first end of a slice after `timeNs`. */
  sliceEnd(cpu: number, timeNs: number): number {
    const end = this.#sliceEnds[cpu]!;
    if (end > timeNs) return end;
    return end + this.#sliceNs * (Math.floor((timeNs - end) / this.#sliceNs) + 1);
  }

  /** The tasks that run on the core of a CPU. */
  tasksOnCoreOf(cpu: number): number[] {
    const cores = this.#cores;
    const tasks: number[] = [];
    for (let thread = cpu % cores; thread < this.#running.length; thread += cores) {
      if (this.#running[thread] !== IDLE) tasks.push(this.#running[thread]!);
    }
    return tasks;
  }

  /** Where a woken task goes: where it was, else to an idle CPU, the nearest first, else it waits. */
  placeFor(last: number): number {
    if (this.#running[last] === IDLE || this.#runningCount === this.#running.length) return last;
    let far = IDLE;
    for (let cpu = 0; cpu < this.#running.length; cpu++) {
      if (this.#running[cpu] !== IDLE || this.#waiting[cpu]!.length > 0) continue;
      if (this.#sockets[cpu] === this.#sockets[last]) return cpu;
      if (far === IDLE) far = cpu;
    }
    return far === IDLE ? last : far;
  }
}
