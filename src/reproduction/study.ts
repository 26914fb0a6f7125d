/** What a reproduction is: published figures, simulations to set beside them, and what they say. */
import type { Reproduction, ReproductionRow } from '../samples/reproduction.js';
import type { Lab } from './lab.js';

/** A study is data but for `measure`: a new kernel or workload adds rows, and a new study a file. */
export interface Study {
  readonly name: string;
  /** One line, at most 80 columns. */
  readonly title: string;
  /** See Reproduction. */
  readonly fitted: readonly string[];
  /** What its rows show, a sentence each; figures in them are those of the rows. */
  findings(rows: readonly ReproductionRow[]): readonly string[];
  /** Runs its simulations; the same rows on every machine. */
  measure(lab: Lab): Promise<readonly ReproductionRow[]>;
}

/** Runs one study. Throws what the lab throws. */
export async function reproduce(study: Study, lab: Lab): Promise<Reproduction> {
  const { name, title, fitted } = study;
  const rows = await study.measure(lab);
  return { name, title, fitted, rows, findings: study.findings(rows) };
}
