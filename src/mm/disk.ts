/**
 * The disk under files, as far as it takes time. Reads and writes of pages are accounted where they
 * happen, with locks held (`Cpu.diskPages`); the task waits for all of them together once it may sleep.
 */
import { STOP, type Cpu, type Op } from './op.js';

/**
 * Waits until the disk has done what this task has asked of it since the last time: one request. Call it
 * with `cpu.diskPages` above 0 and no spinlock held.
 */
export function* waitForDisk(cpu: Cpu): Op<void> {
  // The disk serves requests in the order in which they come.
  if (cpu.mustYield('a request to the disk')) yield STOP.step;
  const pages = cpu.diskPages;
  cpu.diskPages = 0;
  const doneNs = cpu.diskRequest(pages);
  if (doneNs <= cpu.now()) return;
  cpu.pauseUntilNs = doneNs;
  yield STOP.pause;
}
