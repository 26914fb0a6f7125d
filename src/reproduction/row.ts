/** Rows of a reproduction, with figures rounded to what they are worth. */
import type { ReproductionRow, Standing } from '../samples/reproduction.js';

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

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
