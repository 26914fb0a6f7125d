/** What a reproduction of published figures found, as plain data. */

/**
 * How a figure of ours came about. What was fitted to a published figure reproduces nothing; what was
 * predicted comes from costs that know nothing of it.
 */
export const STANDINGS = ['fitted', 'predicted', 'no published value'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface ReproductionRow {
  readonly name: string;
  /** All that is needed to run it again. */
  readonly conditions: string;
  /** In `unit`; null where nobody has published one. */
  readonly published: number | null;
  readonly ours: number;
  readonly unit: string;
  /** Ours over the published one. */
  readonly ratio: number | null;
  readonly standing: Standing;
  /** Where the published value stands; empty without one. */
  readonly source: string;
}

/** One reproduction; the same on every machine, byte for byte. */
export interface Reproduction {
  readonly name: string;
  readonly title: string;
  /** Which of our costs were fitted to which published figures; a sentence each. */
  readonly fitted: readonly string[];
  readonly rows: readonly ReproductionRow[];
  /** What the rows show, and what they do not; a sentence each. */
  readonly findings: readonly string[];
}
