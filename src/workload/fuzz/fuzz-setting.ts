/** What a task that makes random calls is given. */
import type { Kernel } from '../../mm/kernels.js';
import type { Mm } from '../../mm/mm.js';
import type { Cpu } from '../../mm/op.js';
import { InvariantBroken } from '../../util/assert.js';
import type { CallLog } from './call.js';
import type { Tracked } from './tracked.js';

export interface FuzzSetting {
  readonly cpu: Cpu;
  readonly mm: Mm;
  readonly kernel: Kernel;
  readonly thresholdPages: number;
  /** Task number, how many there are, and how many address spaces they are in. */
  readonly task: number;
  readonly tasks: number;
  readonly mms: number;
  /** Mappings of this address space, shared by its tasks. */
  readonly tracked: Tracked;
  /** A file of this address space, one page for each of the arena's `file`. */
  readonly file: number;
  readonly log: CallLog;
}

/** Throws InvariantBroken: the task has seen what must not be. `what` reads on after its name. */
export function objectTo({ kernel, task }: FuzzSetting, what: string): never {
  throw new InvariantBroken(`${kernel.name}: task ${task} ${what}`);
}
