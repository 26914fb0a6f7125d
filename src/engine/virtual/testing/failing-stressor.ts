/** Workloads that go wrong in every way in which a simulation can fail. */
import { TASK } from '../../../mm/layout.js';
import { STOP, type Op } from '../../../mm/op.js';
import { downWrite } from '../../../mm/rwsem.js';
import { spinLockSlow, trySpinLock } from '../../../mm/spinlock.js';
import { assert } from '../../../util/assert.js';
import type { Stressor, StressorTask } from '../../../workload/stressor.js';

const PROGRAMS: Readonly<Record<string, (task: StressorTask) => Op<void>>> = {
  *sleeps() {
    yield STOP.sleep;
  },
  *spins({ cpu }) {
    const { zone } = cpu.km.at;
    if (!trySpinLock(cpu, zone)) yield* spinLockSlow(cpu, zone);
  },
  *deadlocks({ cpu, mm }) {
    yield* downWrite(cpu, mm.sem);
    yield STOP.sleep;
  },
  *leaks({ cpu }) {
    cpu.km.words[cpu.self + TASK.rssPending]! += 1;
    yield STOP.step;
  },
  *asserts() {
    yield STOP.step;
    assert(false, 'this never happens');
  },
  *throws() {
    yield STOP.step;
    throw new TypeError('a slip of the pen');
  },
};

export function failingStressor(program: string): Stressor {
  return {
    name: program,
    description: 'goes wrong',
    start: (task) => ({
      *setup() {
        // Everything goes wrong in the window.
      },
      program: () => PROGRAMS[program]!(task),
    }),
  };
}
