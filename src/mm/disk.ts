/**
 * The disk under files, as far as it takes time. Reads and writes of pages are accounted where they
 * happen, with locks held (`Cpu.diskPages`); the task waits for all of them together once it may sleep.
 */
import { STOP, type Cpu, type Op } from './op.js';

/**
 * Hands what this task has asked of the disk since the last time over to it, as one request. When it will
 * be done, by the engine's clock. Call it with `cpu.diskPages` above 0 and no spinlock held.
 */
export function* askDisk(cpu: Cpu): Op<number> {
  // The disk serves requests in the order in which they come.
  if (cpu.mustYieldToAll('a request to the disk')) yield STOP.step;
  const pages = cpu.diskPages;
  cpu.diskPages = 0;
  return cpu.diskRequest(pages);
}

/** The same, and waits until it is done. */
export function* waitForDisk(cpu: Cpu): Op<void> {
  const doneNs = yield* askDisk(cpu);
  if (doneNs <= cpu.now()) return;
  cpu.pauseUntilNs = doneNs;
  yield STOP.pause;
}
