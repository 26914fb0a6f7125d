/** In what one run of a reproduction is not another: never in the order of keys, or in white space. */
import type { Reproduction, ReproductionRow } from '../samples/reproduction.js';

/** Compared in this order; the name of a row comes first, as rows that moved differ in everything. */
const FIELDS = [
  'name',
  'ours',
  'published',
  'ratio',
  'unit',
  'standing',
  'conditions',
  'source',
] as const satisfies readonly (keyof ReproductionRow)[];

const TEXTS = ['title', 'fitted', 'findings'] as const satisfies readonly (keyof Reproduction)[];

/** Those that differ, in words and with the first of them; undefined when nothing does. */
export function differenceOf(before: Reproduction, after: Reproduction): string | undefined {
  const count = Math.max(before.rows.length, after.rows.length);
  const rows = Array.from({ length: count }, (_, at) =>
    rowDifference(at, before.rows[at], after.rows[at]),
  ).filter((difference) => difference !== undefined);
  if (rows.length > 0) return `${rows.length} of ${count} rows differ, first ${rows[0]!}`;
  const text = TEXTS.find(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  return text && `${text}: was ${quoted(before[text])}, is ${quoted(after[text])}`;
}

function rowDifference(
  at: number,
  old: ReproductionRow | undefined,
  now: ReproductionRow | undefined,
): string | undefined {
  if (old === undefined || now === undefined) {
    const which = `row ${at + 1}, '${(old ?? now)!.name}'`;
    return `${which}: ${old === undefined ? 'was not there' : 'is not there any more'}`;
  }
  const field = FIELDS.find((name) => old[name] !== now[name]);
  if (field === undefined) return undefined;
  if (field === 'name') return `row ${at + 1}: was '${old.name}', is '${now.name}'`;
  const unit = field === 'ours' ? ` ${now.unit}` : '';
  const what = field === 'ours' ? '' : `${field} `;
  return `'${now.name}': ${what}was ${quoted(old[field])}, is ${quoted(now[field])}${unit}`;
}

function quoted(value: string | number | null | readonly string[]): string {
  return JSON.stringify(value);
}
