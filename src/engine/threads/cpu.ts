/** A CPU that is a real thread, and how its ops are driven. */
import { TASK, type KernelMemory } from '../../mm/layout.js';
import { Gather } from '../../mm/gather.js';
import { Cpu, STOP, type LockRecorder, type Op } from '../../mm/op.js';

/** Loads of a contended word before the thread gives its core to somebody else. */
const SPINS = 2000;
/** A spinner's nap, ms: only ever long when the holder has lost its core. */
const NAP_MS = 0.05;

export class ThreadCpu extends Cpu {
  constructor(km: KernelMemory, task: number, recorder: LockRecorder) {
    super(km, task, recorder, new Gather());
  }

  /** Others run anyway. */
  override mustYield(): boolean {
    return false;
  }

  /** Work on threads costs what it costs. */
  override charge(): void {
    // Nothing to account: the wall clock does it.
  }

  override now(): number {
    return performance.now() * 1e6;
  }

  override wake(task: number): void {
    Atomics.notify(this.km.words, this.km.taskAt(task) + TASK.wake);
  }
}

/** Runs an op to its end on the calling thread. */
export function drive<T>(cpu: Cpu, op: Op<T>): T {
  const { words } = cpu.km;
  const wake = cpu.self + TASK.wake;
  for (;;) {
    const step = op.next();
    if (step.done === true) return step.value;
    if (step.value === STOP.sleep) {
      while (Atomics.load(words, wake) === 0) Atomics.wait(words, wake, 0);
    } else if (step.value === STOP.spin) {
      spin(words, cpu.spinWord, cpu.spinValue);
    }
  }
}

function spin(words: Int32Array, word: number, value: number): void {
  for (let i = 0; i < SPINS; i++) {
    if (Atomics.load(words, word) !== value) return;
  }
  Atomics.wait(words, word, value, NAP_MS);
}
