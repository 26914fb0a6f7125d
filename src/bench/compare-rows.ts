import { median } from '../stats/median.js';
import type { Row, Unit } from './measure.js';
import { figure, textTable } from './text-table.js';

/** Rows of the two sides of one round, measured one right after the other. */
export interface RoundPair {
  readonly base: readonly Row[];
  readonly candidate: readonly Row[];
}

export interface RowComparison {
  readonly name: string;
  readonly unit: Unit;
  readonly baseMedian: number;
  readonly candidateMedian: number;
  /** Candidate over base, paired by round: median, least and greatest of the rounds. */
  readonly ratio: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
  /** `~` unless the rounds, and enough of them, all agree on which side is faster. */
  readonly verdict: 'faster' | 'slower' | '~';
}

/** Fewer rounds than this agree by chance too often: five do in 1 of 16 comparisons of equals. */
const AGREEING_ROUNDS_MIN = 5;

function medianOf(rows: readonly Row[], name: string): number | undefined {
  return rows.find((row) => row.name === name)?.median;
}

function compareRow({ name, unit }: Row, rounds: readonly RoundPair[]): RowComparison | undefined {
  const pairs = rounds.flatMap(({ base, candidate }) => {
    const ofBase = medianOf(base, name);
    const ofCandidate = medianOf(candidate, name);
    return ofBase === undefined || ofCandidate === undefined ? [] : [{ ofBase, ofCandidate }];
  });
  if (pairs.length === 0) return undefined;
  const ratios = pairs.map(({ ofBase, ofCandidate }) => ofCandidate / ofBase);
  const ratioMin = Math.min(...ratios);
  const ratioMax = Math.max(...ratios);
  const agreed = ratios.length >= AGREEING_ROUNDS_MIN && (ratioMax < 1 || ratioMin > 1);
  const fasterWhenLess = unit === 'ns/op';
  return {
    name,
    unit,
    baseMedian: median(pairs.map(({ ofBase }) => ofBase)),
    candidateMedian: median(pairs.map(({ ofCandidate }) => ofCandidate)),
    ratio: median(ratios),
    ratioMin,
    ratioMax,
    verdict: !agreed ? '~' : ratioMax < 1 === fasterWhenLess ? 'faster' : 'slower',
  };
}

/** Compares the benchmarks that both sides have, in the candidate's order. */
export function compareRounds(rounds: readonly RoundPair[]): RowComparison[] {
  const names = rounds[0]?.candidate ?? [];
  return names.map((row) => compareRow(row, rounds)).filter((row) => row !== undefined);
}

export function comparisonText(
  comparisons: readonly RowComparison[],
  baseLabel: string,
  candidateLabel: string,
): string {
  const lines = comparisons.map((row) => [
    row.name,
    figure(row.baseMedian),
    figure(row.candidateMedian),
    row.unit,
    row.ratio.toFixed(3),
    `${row.ratioMin.toFixed(3)} .. ${row.ratioMax.toFixed(3)}`,
    row.verdict,
  ]);
  const heading = ['', baseLabel, candidateLabel, '', 'ratio', 'min .. max of rounds', ''];
  return textTable([heading, ...lines]);
}
