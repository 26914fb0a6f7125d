import { renderCsvRows, type CsvField } from '../report/csv-rows.js';
import type { CompareDocument, SavedComparison } from './compare-document.js';

type Column = readonly [
  name: string,
  fieldOf: (comparison: SavedComparison, document: CompareDocument) => CsvField,
];

const COLUMNS: readonly Column[] = [
  ['metric', ({ metric }) => metric],
  ['unit', ({ unit }) => unit],
  ['better', ({ better }) => better],
  ...(['base', 'candidate'] as const).flatMap((which): Column[] => [
    [`${which}File`, (comparison, { sides }) => sides[comparison[which].side]!.name],
    [`${which}Label`, (comparison) => comparison[which].label],
    [`${which}N`, (comparison) => comparison[which].n],
    [`${which}Median`, (comparison) => comparison[which].median],
  ]),
  ['basis', ({ basis }) => basis],
  ['pairs', ({ pairs }) => pairs],
  ['higher', ({ higher }) => higher],
  ['lower', ({ lower }) => lower],
  ['change', ({ change }) => change],
  ['ciLow', ({ ciLow }) => ciLow],
  ['ciHigh', ({ ciHigh }) => ciHigh],
  ['p', ({ p }) => p],
  ['pAdjusted', ({ pAdjusted }) => pAdjusted],
  ['verdict', ({ verdict }) => verdict],
];

/** A row for every comparison, in full precision; an empty field where there is no number. RFC 4180. */
export function renderCompareCsv(document: CompareDocument): string {
  return renderCsvRows([
    COLUMNS.map(([name]) => name),
    ...document.comparisons.map((comparison) =>
      COLUMNS.map(([, fieldOf]) => fieldOf(comparison, document)),
    ),
  ]);
}
