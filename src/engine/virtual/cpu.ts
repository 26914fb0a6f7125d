/** A task's CPU in virtual time: its clock, and what it asks of the machine it runs on. */
import { Gather } from '../../mm/gather.js';
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { STAT, TASK } from '../../mm/layout.js';
import { COST, Cpu, type Cost, type CpuTimes, type LockRecorder } from '../../mm/op.js';
import type { Machine } from './machine.js';
import { DRAW_BITS, type WorkRates } from './work-table.js';

/**
 * How far a task may run ahead of the others with steps that need not stand in order, ns: it saves
 * half of all switches between tasks. What others fight for is asked about with `mustYield`.
 */
const AHEAD_NS = 5000;

/** The same for a task whose memory and files are its own, so that nobody sees when it does what with them. */
const ALONE_NS = 50_000;

export class VirtualCpu extends Cpu {
  /** The task's time, ns. */
  timeNs = 0;
  /** CPU of the machine on which the task runs, or ran last. */
  place = 0;
  /** Spinlocks held: as long as there is one, nobody takes the CPU away. */
  locksHeld = 0;
  readonly #machine: Machine;
  /** Where what is charged goes, by COST. */
  readonly #spent: Float64Array;
  /** What work costs; it depends on who else is on the core. */
  rates: WorkRates;
  /** Time spent on CPUs up to the last time it left one; since when it has the one it is on, or -1. */
  #onCpuNs = 0;
  #onCpuSinceNs = -1;
  #userNs = 0;
  /** How far it may run ahead with steps that tasks of its own address space alone can see. */
  #ownNs = 0;
  /** State of a generator; never 0. */
  #noise = 1;

  constructor(km: KernelMemory, task: number, recorder: LockRecorder, machine: Machine) {
    super(km, task, recorder, new Gather());
    this.#machine = machine;
    this.#spent = machine.time.work;
    this.rates = machine.work.alone;
  }

  /** What chance there is in this CPU's costs, from here on. */
  seedNoise(seed: number): void {
    this.#noise = seed | 1;
  }

  /** No other task has this one's address space, or any of its files. */
  setAlone(): void {
    this.#ownNs = ALONE_NS;
  }

  /** The task gets a CPU of the machine. */
  arrive(place: number, timeNs: number): void {
    this.place = place;
    this.timeNs = timeNs;
    this.#onCpuSinceNs = timeNs;
    this.km.words[this.self + TASK.offCpu] = 0;
  }

  /** It has none any more. */
  leave(): void {
    this.#onCpuNs += this.timeNs - this.#onCpuSinceNs;
    this.#onCpuSinceNs = -1;
    this.km.words[this.self + TASK.offCpu] = 1;
    this.km.stats[this.stat + STAT.switches]! += 1;
  }

  override mustYield(): boolean {
    return this.timeNs > this.#machine.horizonNs + this.#ownNs;
  }

  override mustYieldToAll(): boolean {
    return this.timeNs > this.#machine.horizonNs;
  }

  override shouldYield(): boolean {
    return this.timeNs > this.#machine.horizonNs + this.#ownNs + AHEAD_NS;
  }

  /** A single piece of work takes sometimes less and sometimes more; what is done in bulk evens out. */
  override charge(cost: Cost, times: number): void {
    const { mean, drawn } = this.rates;
    const ns = times === 1 ? drawn[(cost << DRAW_BITS) | this.#draw()]! : mean[cost]! * times;
    this.#spent[cost]! += ns;
    this.timeNs += ns;
  }

  /** xorshift32: a draw per piece of work has to cost next to nothing. */
  #draw(): number {
    let noise = this.#noise;
    noise ^= noise << 13;
    noise ^= noise >>> 17;
    noise ^= noise << 5;
    this.#noise = noise;
    return noise >>> (32 - DRAW_BITS);
  }

  override chargeUser(cost: Cost, times: number): void {
    const since = this.timeNs;
    this.charge(cost, times);
    this.#userNs += this.timeNs - since;
  }

  override cpuTimes(): CpuTimes {
    const sinceArrival = this.#onCpuSinceNs < 0 ? 0 : this.timeNs - this.#onCpuSinceNs;
    return { userNs: this.#userNs, totalNs: this.#onCpuNs + sinceArrival };
  }

  override diskRequest(pages: number): number {
    return this.#machine.disk.request(pages, this.timeNs);
  }

  override touch(word: number): void {
    this.timeNs = this.#machine.write(this.place, word, this.timeNs);
  }

  override look(word: number): void {
    this.timeNs = this.#machine.read(this.place, word, this.timeNs);
  }

  override locked(word: number): void {
    this.locksHeld += 1;
    this.timeNs = this.#machine.lockTaken(word, this.timeNs);
  }

  override unlocking(word: number): void {
    this.locksHeld -= 1;
    this.#machine.release(word, this.timeNs);
  }

  override now(): number {
    return this.timeNs;
  }

  /** Accounted to page faults, whose handling it makes longer. */
  override burn(ns: number): void {
    this.#spent[COST.faultEntry]! += ns;
    this.timeNs += ns;
  }

  override hasPassed(since: number, ns: number): boolean {
    return this.timeNs - since >= ns;
  }

  /** When a spinner that nobody tells anything looks again: at the end of its slice at the latest. */
  looksUpAt(sliceEndNs: number): number {
    if (this.spinUntilNs === 0) return sliceEndNs;
    return Math.max(this.timeNs, Math.min(sliceEndNs, this.spinUntilNs));
  }

  override needResched(): boolean {
    return this.#machine.isSliceOver(this);
  }

  override wake(task: number): void {
    this.#machine.wake(task, this);
  }
}
