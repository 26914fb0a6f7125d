/** What the CPUs of a machine spent their time on, ns. */
import { COST } from '../../mm/op.js';

/** Left out where there is none of it: most workloads have no files, and do nothing with their memory. */
const OF_SOME: readonly string[] = ['userPage', 'copyPage', 'filePage'];

export class CpuTime {
  /** By COST. */
  readonly work = new Float64Array(Object.keys(COST).length);
  /** Waiting for cache lines, and atomics on lines that were there. */
  transfers = 0;
  spinning = 0;
  wakeUps = 0;
  switches = 0;

  reset(): void {
    this.work.fill(0);
    this.transfers = 0;
    this.spinning = 0;
    this.wakeUps = 0;
    this.switches = 0;
  }

  /**
   * By category, in the order of COST and then what the machine itself takes; what is left of
   * `totalNs`, all CPUs' time together, they were idle.
   */
  byCategory(totalNs: number): Record<string, number> {
    const { transfers, spinning, wakeUps, switches } = this;
    const work = Object.entries(COST)
      .map(([name, cost]) => [name, this.work[cost]!] as const)
      .filter(([name, ns]) => ns > 0 || !OF_SOME.includes(name));
    const busy = { ...Object.fromEntries(work), transfers, spinning, wakeUps, switches };
    const busyNs = Object.values(busy).reduce((sum, ns) => sum + ns, 0);
    return { ...busy, idle: Math.max(0, totalNs - busyNs) };
  }
}
