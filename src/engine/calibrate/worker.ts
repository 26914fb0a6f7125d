/** What piscina loads into the workers of a calibration: each is one task of one buffer. */
import { setFlagsFromString } from 'node:v8';
import { KernelMemory } from '../../mm/kernel-memory.js';
import { TASK } from '../../mm/layout.js';
import { Mm } from '../../mm/mm.js';
import type { LoneRound, PairRound } from '../../samples/calibration.js';
import { TaskRecorder } from '../task-recorder.js';
import { ThreadCpu } from '../threads/cpu.js';
import { takeSeat } from '../threads/rendezvous.js';
import { LoneTask } from './lone-task.js';
import { TaskPair } from './task-pair.js';

// As the threads engine's worker has it: what is measured is that engine's code.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000');

/** A round of a single task, with the munmap of a kernel; or of two, at the pace of faults. */
export type Errand =
  { readonly kernel: string } | { readonly place: SharedArrayBuffer; readonly paceNs: number };

export type Assignment = Errand & { readonly buffer: SharedArrayBuffer };

interface Seat {
  readonly cpu: ThreadCpu;
  readonly mm: Mm;
}

/** One per worker for all rounds, as in a run: the code that was compiled for it stays valid. */
let seat: Seat | undefined;
let lone: LoneTask | undefined;
let pair: TaskPair | undefined;

function takePlace(buffer: SharedArrayBuffer): Seat {
  const km = KernelMemory.attach(buffer);
  const cpu = new ThreadCpu(km, takeSeat(km), new TaskRecorder());
  return { cpu, mm: Mm.attach(km, km.words[cpu.self + TASK.mm]!) };
}

export default function work(assignment: Assignment): LoneRound | PairRound | undefined {
  seat ??= takePlace(assignment.buffer);
  if ('kernel' in assignment) {
    lone ??= new LoneTask(seat.cpu, seat.mm);
    return lone.round(assignment.kernel);
  }
  pair ??= new TaskPair(seat.cpu, seat.mm, assignment.place);
  return pair.round(assignment.paceNs);
}
