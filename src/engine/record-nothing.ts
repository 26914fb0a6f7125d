import type { LockRecorder } from '../mm/op.js';

/** For CPUs whose waits and holds nobody asks about. */
export const RECORD_NOTHING: LockRecorder = {
  writeHold: () => undefined,
  readWait: () => undefined,
  faultWait: () => undefined,
  writeWait: () => undefined,
};
