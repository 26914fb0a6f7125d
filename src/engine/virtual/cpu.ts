/** A task's CPU in virtual time: its clock, and what it asks of the machine it runs on. */
import { Gather } from '../../mm/gather.js';
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { Cpu, type Cost, type LockRecorder } from '../../mm/op.js';
import type { Machine } from './machine.js';

/**
 * How far a task may run ahead of the others with steps that are not a lock's, ns: it saves half of
 * all switches between tasks, and shifts nothing that a queue at a lock would not shift back.
 */
const AHEAD_NS = 500;

export class VirtualCpu extends Cpu {
  /** The task's time, ns. */
  timeNs = 0;
  /** CPU of the machine on which the task runs, or ran last. */
  place = 0;
  /** Work per kind of cost, ns, as long as the other thread of the core is idle, and else. */
  readonly #machine: Machine;

  constructor(km: KernelMemory, task: number, recorder: LockRecorder, machine: Machine) {
    super(km, task, recorder, new Gather());
    this.#machine = machine;
  }

  override mustYield(next?: string): boolean {
    const { horizonNs } = this.#machine;
    return this.timeNs > (next === undefined ? horizonNs + AHEAD_NS : horizonNs);
  }

  override charge(cost: Cost, times: number): void {
    this.timeNs += this.#machine.work(this.place, cost, times);
  }

  override touch(word: number): void {
    this.timeNs = this.#machine.write(this.place, word, this.timeNs);
  }

  override look(word: number): void {
    this.timeNs = this.#machine.read(this.place, word, this.timeNs);
  }

  override locked(word: number): void {
    this.timeNs = this.#machine.lockTaken(word, this.timeNs);
  }

  override unlocking(word: number): void {
    this.#machine.lines.release(word, this.timeNs);
  }

  override now(): number {
    return this.timeNs;
  }

  override hasPassed(since: number, ns: number): boolean {
    return this.timeNs - since >= ns;
  }

  override needResched(): boolean {
    return this.#machine.isSliceOver(this.place, this.timeNs);
  }

  override wake(task: number): void {
    this.#machine.wake(task, this);
  }
}
