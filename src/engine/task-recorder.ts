/** What the tasks of a trial record of mmap_sem, and how it comes together. */
import type { LockRecorder } from '../mm/op.js';
import type { TrialSamples } from '../samples/samples.js';
import { WaitHistogram, type EncodedWaitHistogram } from '../samples/wait-histogram.js';
import type { HogReport } from '../workload/hog-run.js';
import type { Uncontended } from './window.js';

/** The histograms of one task in one window; its counters are in shared memory. */
export interface TaskReport {
  readonly writeHold: EncodedWaitHistogram;
  readonly readWait: EncodedWaitHistogram;
  readonly faultWait: EncodedWaitHistogram;
  readonly writeWait: EncodedWaitHistogram;
  /** Of a task of an instance. */
  readonly hog?: HogReport;
}

export class TaskRecorder implements LockRecorder {
  readonly #holds = new WaitHistogram();
  readonly #readWaits = new WaitHistogram();
  readonly #faultWaits = new WaitHistogram();
  readonly #writeWaits = new WaitHistogram();

  writeHold(ns: number): void {
    this.#holds.record(ns);
  }

  readWait(ns: number): void {
    this.#readWaits.record(ns);
  }

  faultWait(ns: number): void {
    this.#faultWaits.record(ns);
  }

  writeWait(ns: number): void {
    this.#writeWaits.record(ns);
  }

  reset(): void {
    const all = [this.#holds, this.#readWaits, this.#faultWaits, this.#writeWaits];
    for (const histogram of all) histogram.reset();
  }

  report(hog?: HogReport): TaskReport {
    return {
      ...(hog === undefined ? {} : { hog }),
      writeHold: this.#holds.encode(),
      readWait: this.#readWaits.encode(),
      faultWait: this.#faultWaits.encode(),
      writeWait: this.#writeWaits.encode(),
    };
  }
}

/** All tasks' histograms, and the acquisitions that did not wait. */
export function mergeReports(
  reports: TaskReport[],
  uncontended: Uncontended,
): TrialSamples['mmapSem'] {
  const merge = (pick: (report: TaskReport) => EncodedWaitHistogram): WaitHistogram =>
    WaitHistogram.merge(reports.map((report) => WaitHistogram.decode(pick(report))));
  const readWait = merge((report) => report.readWait);
  const writeWait = merge((report) => report.writeWait);
  const faultWait = merge((report) => report.faultWait);
  readWait.recordMany(0, uncontended.reads + uncontended.faults);
  faultWait.recordMany(0, uncontended.faults);
  writeWait.recordMany(0, uncontended.writes);
  return { writeHold: merge((report) => report.writeHold), readWait, faultWait, writeWait };
}
