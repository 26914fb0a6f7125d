/** What piscina loads into every worker thread. A pool serves one run and one buffer. */
import { setFlagsFromString } from 'node:v8';
import { KernelMemory } from '../../mm/kernel-memory.js';
import type { TaskReport } from '../task-recorder.js';
import { Seat, type Assignment } from './task.js';

// The fault path is many small functions; with V8's usual budget of 920 bytes the last of them stay
// calls, which costs a fault 15 to 20 %.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');

let seat: Seat | undefined;

export default function work({ buffer, plan, trial, epochMs }: Assignment): TaskReport {
  seat ??= new Seat(KernelMemory.attach(buffer), plan, epochMs);
  return seat.runTrial(plan, trial);
}
