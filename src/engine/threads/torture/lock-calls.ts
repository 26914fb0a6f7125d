/** What a torture task asks of a rwsem; a parameter, so that tests can torture a lock that is broken. */
import type { Cpu, Op } from '../../../mm/op.js';
import {
  downRead,
  downReadKillable,
  downReadTrylock,
  downWrite,
  downWriteKillable,
  downWriteTrylock,
  downgradeWrite,
  upRead,
  upWrite,
} from '../../../mm/rwsem.js';

export interface LockCalls {
  downRead(cpu: Cpu, sem: number): Op<void>;
  downReadTrylock(cpu: Cpu, sem: number): boolean;
  /** 0, or -EINTR without the lock. */
  downReadKillable(cpu: Cpu, sem: number): Op<number>;
  upRead(cpu: Cpu, sem: number): Op<void>;
  downWrite(cpu: Cpu, sem: number): Op<void>;
  downWriteTrylock(cpu: Cpu, sem: number): boolean;
  downWriteKillable(cpu: Cpu, sem: number): Op<number>;
  upWrite(cpu: Cpu, sem: number): Op<void>;
  downgradeWrite(cpu: Cpu, sem: number): Op<void>;
}

/** The lock of the simulated kernel. */
export const RWSEM_CALLS: LockCalls = {
  downRead,
  downReadTrylock,
  downReadKillable,
  upRead,
  downWrite,
  downWriteTrylock,
  downWriteKillable,
  upWrite,
  downgradeWrite,
};
