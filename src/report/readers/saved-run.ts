/** Runs that somebody saved, ours and other tools', in the one shape in which they can be compared. */
import { readFileSync } from 'node:fs';
import type { Better } from '../../stats/compare.js';
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

/** A kind of file. */
interface Reader {
  readonly title: string;
  /** Whether a text, which is not blank, is meant to be of this kind. */
  readonly recognizes: (text: string) => boolean;
  /** Throws BadSavedRun. */
  readonly load: () => Promise<(text: string, source: string) => SavedRun[]>;
}

const READERS: readonly Reader[] = [
  {
    title: 'JSON of mmsem-bench',
    recognizes: (text) => /^\s*[[{]/.test(text),
    load: async () => (await import('./result-reader.js')).readResultRuns,
  },
  {
    title: 'Go benchmark text',
    recognizes: (text) => /^Benchmark/m.test(text),
    load: async () => (await import('./go-benchmark-reader.js')).readGoBenchmarkRuns,
  },
  {
    title: 'YAML of stress-ng',
    recognizes: (text) => /^(---|[a-z-]+:)\s*$/m.test(text),
    load: async () => (await import('./stress-ng-reader.js')).readStressNgRuns,
  },
];

/** All runs in a file, one at least. Throws SavedRunRefused. */
export async function readSavedRuns(file: string): Promise<SavedRun[]> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SavedRunRefused(`cannot read '${file}': ${reason}`);
  }
  return parseSavedRuns(text, file);
}

/** All runs in a text, one at least; `source` is what messages call it. Throws SavedRunRefused. */
export async function parseSavedRuns(text: string, source: string): Promise<SavedRun[]> {
  const whole = text.replace(/^\uFEFF/, '');
  if (whole.trim() === '') throw new SavedRunRefused(`'${source}' is empty`);
  const reader = READERS.find(({ recognizes }) => recognizes(whole));
  if (reader === undefined) {
    const known = READERS.map(({ title }) => title).join(', ');
    throw new SavedRunRefused(`'${source}' is nothing that can be compared: it takes ${known}`);
  }
  try {
    return (await reader.load())(whole, source);
  } catch (error) {
    if (!(error instanceof BadSavedRun)) throw error;
    throw new SavedRunRefused(`'${source}' cannot be used as ${reader.title}: ${error.message}`);
  }
}

/** Throws SavedRunRefused if the run has no such metric. */
export function metricOf({ metrics, label, source }: SavedRun, name: string): SavedMetric {
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  const known = metrics.map((metric) => metric.name).join(', ');
  throw new SavedRunRefused(`'${source}' has no ${name} of ${label}; it has ${known}`);
}
