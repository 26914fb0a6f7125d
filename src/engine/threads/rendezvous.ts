/**
 * The words by which the main thread and the workers of a trial meet. Nothing is posted while a
 * trial runs; the main thread polls, because it also has a terminal and signals to look after.
 *
 *   seats     workers that have taken a task number, for the whole run; raised by workers
 *   ready     workers that have set up and wait for `go`; raised by workers
 *   go        0, then 1: the window is open; set by the main thread
 *   stop      0, then 1: the window is closed; set by the main thread
 *   rested    workers that have ended their program and wait for `leave`; raised by workers
 *   leave     0, then 1: the kernel was audited, tear it down; set by the main thread
 */
import type { KernelMemory } from '../../mm/kernel-memory.js';
import { CONTROL } from '../../mm/layout.js';

/** CONTROL.go or CONTROL.leave. */
type Gate = number;

function word(km: KernelMemory, field: number): number {
  return km.at.control + field;
}

/** Main thread, between trials. */
export function resetRendezvous(km: KernelMemory): void {
  for (const field of Object.values(CONTROL)) {
    if (field !== CONTROL.seats) Atomics.store(km.words, word(km, field), 0);
  }
}

/** Worker: the task number it keeps for the run. */
export function takeSeat(km: KernelMemory): number {
  return Atomics.add(km.words, word(km, CONTROL.seats), 1);
}

/** Worker: says that it is ready, or at rest, and sleeps until the main thread opens the gate. */
export function arriveAndWait(km: KernelMemory, counter: number, gate: Gate): void {
  Atomics.add(km.words, word(km, counter), 1);
  while (Atomics.load(km.words, word(km, gate)) === 0) {
    Atomics.wait(km.words, word(km, gate), 0);
  }
}

export function arrived(km: KernelMemory, counter: number): number {
  return Atomics.load(km.words, word(km, counter));
}

export function open(km: KernelMemory, gate: Gate): void {
  Atomics.store(km.words, word(km, gate), 1);
  Atomics.notify(km.words, word(km, gate));
}

export function closeWindow(km: KernelMemory): void {
  Atomics.store(km.words, word(km, CONTROL.stop), 1);
}

export function windowClosed(km: KernelMemory): boolean {
  return Atomics.load(km.words, word(km, CONTROL.stop)) !== 0;
}
