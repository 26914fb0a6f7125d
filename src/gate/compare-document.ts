/** What comparing saved runs has found: the one document that all forms of it are made of. */
import type { SavedRun } from '../report/readers/saved-run.js';
import type { ToolFacts } from '../report/result.js';
import type { Better, Difference, Verdict } from '../stats/verdict.js';
import type { Json } from '../util/json-difference.js';

export const COMPARE_SCHEMA = 'mmsem-bench/compare';
export const COMPARE_VERSION = 1;

/**
 * `higher` and `lower` are of metrics of which nobody says what is better; `cannot decide` is of
 * samples so small that no test could show anything, whatever they hold.
 */
export type SavedVerdict = Verdict | 'higher' | 'lower' | 'cannot decide';

/**
 * How the samples belong together: `seeds` of simulations in which nothing but the kernel differs,
 * `rounds` of one run, or not at all.
 */
export type Basis = 'seeds' | 'rounds' | 'unpaired';

export interface ComparedSample {
  /** Index into the document's sides. */
  readonly side: number;
  readonly label: string;
  readonly n: number;
  /** In the unit of the metric. */
  readonly median: number;
}

export interface SavedComparison extends Difference {
  readonly metric: string;
  /** Empty when the tool that saved it does not say. */
  readonly unit: string;
  /** Null when nobody says, or the files contradict each other. */
  readonly better: Better | null;
  readonly base: ComparedSample;
  readonly candidate: ComparedSample;
  readonly basis: Basis;
  /** Pairs, and those in which the candidate is higher and lower; null where nothing is paired. */
  readonly pairs: number | null;
  readonly higher: number | null;
  readonly lower: number | null;
  /** `p` after Holm, over the comparisons of its family in this document. */
  readonly pAdjusted: number | null;
  readonly verdict: SavedVerdict;
}

export interface ComparedFile {
  readonly name: string;
  readonly kind: SavedRun['kind'];
}

/** A setting in which documents of ours differ, and the files of each value. */
export interface ChangedSetting {
  /** A path such as `tasks`, `machine.costs.ipiNs` or `host.cpuModel`. */
  readonly setting: string;
  /** The base's first; null where a file has no such setting. */
  readonly values: readonly { readonly value: Json; readonly files: readonly string[] }[];
}

export interface CompareDocument {
  readonly schema: typeof COMPARE_SCHEMA;
  readonly version: typeof COMPARE_VERSION;
  readonly tool: ToolFacts;
  /** In the order given; the first is the base. More than one file where samples are pooled. */
  readonly sides: readonly { readonly name: string; readonly files: readonly ComparedFile[] }[];
  /** What was run, in a line, where the base is of ours. */
  readonly headline: string | null;
  /** The metric that is a family of its own: all others share one. */
  readonly primaryMetric: string;
  /** All comparisons of a base together, by metric where there are two columns, else by file. */
  readonly comparisons: readonly SavedComparison[];
  /** Empty when nothing but the kernels differs, as far as files of ours say. */
  readonly configuration: readonly ChangedSetting[];
  /** What was not compared, and what it would take to decide; a sentence each. */
  readonly notes: readonly string[];
  /** What to know before believing it; a sentence each. */
  readonly warnings: readonly string[];
}

/** JSON with full precision and a final newline. */
export function formatCompare(document: CompareDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
