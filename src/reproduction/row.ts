/** Rows of a reproduction, with figures rounded to what they are worth. */
import type { ReproductionRow, Standing } from '../samples/reproduction.js';
import { assert } from '../util/assert.js';

const DIGITS = 5;
const RATIO_DIGITS = 3;

/** What was published, and how ours was come by. */
export interface Published {
  readonly value: number;
  readonly source: string;
  readonly standing: Exclude<Standing, 'no published value'>;
}

interface Figure {
  readonly name: string;
  readonly conditions: string;
  readonly unit: string;
  readonly ours: number;
}

/** A row beside a published figure, or, without one, alone. */
export function rowOf(figure: Figure, published?: Published): ReproductionRow {
  const ours = rounded(figure.ours, DIGITS);
  if (published === undefined) {
    const nothing = { published: null, ratio: null, source: '' };
    return { ...figure, ours, ...nothing, standing: 'no published value' };
  }
  const { value, source, standing } = published;
  const ratio = rounded(figure.ours / value, RATIO_DIGITS);
  return { ...figure, ours, published: value, ratio, standing, source };
}

/** The row of that name, of the rows of one study. */
export function rowNamed(rows: readonly ReproductionRow[], name: string): ReproductionRow {
  const row = rows.find((candidate) => candidate.name === name);
  assert(row !== undefined, `there is a row called '${name}'`);
  return row;
}

/** `+8.8 %` of 8.8; less than can be shown has no sign: `0.0 %`. */
export function signedPercent(percent: number): string {
  const text = percent.toFixed(1);
  if (Number(text) === 0) return '0.0 %';
  return `${percent > 0 ? '+' : ''}${text} %`;
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
