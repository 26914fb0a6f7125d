/** Runs that somebody saved, ours and other tools', in the one shape in which they can be compared. */
import type { Better } from '../../stats/verdict.js';
import type { ResultDocument } from '../result.js';

export interface SavedMetric {
  /** Ours where it is one of ours (`src/stats/metrics.ts`), else the other tool's. */
  readonly name: string;
  /** Of the samples; empty when the other tool does not say. */
  readonly unit: string;
  /** Null when nobody says. */
  readonly better: Better | null;
  /** In the order measured, one at least, all finite. */
  readonly samples: readonly number[];
  /** The round of each sample, for runs whose rounds can be paired. */
  readonly rounds?: readonly number[];
}

/** One thing that was measured: a kernel, a benchmark, a stressor. */
export interface SavedRun {
  /** Unique within its source. */
  readonly label: string;
  /** What was run, where one source has several such things, each under several labels. */
  readonly subject?: string;
  /** Name of the file. */
  readonly source: string;
  readonly kind: 'mmsem-bench' | 'gobench' | 'stress-ng';
  readonly metrics: readonly SavedMetric[];
  /** What a reader of the numbers should know; a sentence each. */
  readonly notes: readonly string[];
  /** The whole document, where it is one of ours. */
  readonly document?: ResultDocument;
}

/** A file that cannot be compared; `message` is one line for the user. */
export class SavedRunRefused extends Error {
  override readonly name = 'SavedRunRefused';
}

/** What is wrong with a text, without the name of its file. */
export class BadSavedRun extends Error {
  override readonly name = 'BadSavedRun';
}

/** Throws SavedRunRefused if the run has no such metric. */
export function metricOf({ metrics, label, source }: SavedRun, name: string): SavedMetric {
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  const known = metrics.map((metric) => metric.name).join(', ');
  throw new SavedRunRefused(`'${source}' has no ${name} of ${label}; it has ${known}`);
}
