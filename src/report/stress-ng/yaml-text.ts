/** YAML as stress-ng lays it out: sections of maps and of lists of maps, nothing deeper than it needs. */
import type { Compat } from '../../plan/stress.js';

/** A number's text, or a string, which some releases put in quotes. */
export type YamlScalar = { readonly number: string } | { readonly text: string };

export type YamlFields = readonly (readonly [key: string, value: YamlScalar])[];

/** Maps of a list, and below their fields perhaps one more list. */
export interface YamlItem {
  readonly fields: YamlFields;
  readonly within?: { readonly key: string; readonly items: readonly YamlFields[] };
}

/** Whose values are in quotes; others are only where they need them. */
const QUOTES: Readonly<Record<Compat, (key: string) => boolean>> = {
  '0.09.31': () => false,
  '0.15.06': (key) => key === 'version' || key === 'compiler',
  head: (key) => key !== 'stressor',
};

/** What can stand without quotes and mean itself. */
const PLAIN = /^(?=[\w./])(?!.*(?:: | #))[\w./:+@~# -]*[\w./+@~#-]$/;

export function mapSection(name: string, fields: YamlFields, compat: Compat): string[] {
  return [`${name}:`, ...fieldLines(fields, '      ', compat)];
}

/** A blank line ends each item, as there. */
export function listSection(name: string, items: readonly YamlItem[], compat: Compat): string[] {
  return [`${name}:`, ...items.flatMap((item) => [...itemLines(item, compat), ''])];
}

function itemLines({ fields, within }: YamlItem, compat: Compat): string[] {
  const lines = listed(fields, '    ', compat);
  if (within === undefined) return lines;
  const nested = within.items.flatMap((item) => listed(item, '          ', compat));
  return [...lines, `      ${within.key}:`, ...nested];
}

/** `- first: 1` and the others below it. */
function listed(fields: YamlFields, indent: string, compat: Compat): string[] {
  const [first = '', ...others] = fieldLines(fields, `${indent}  `, compat);
  return [`${indent}- ${first.trimStart()}`, ...others];
}

function fieldLines(fields: YamlFields, indent: string, compat: Compat): string[] {
  return fields.map(([key, value]) => `${indent}${key}: ${scalar(value, key, compat)}`);
}

function scalar(value: YamlScalar, key: string, compat: Compat): string {
  if ('number' in value) return value.number;
  const { text } = value;
  // A release that has no quotes writes a comment for a version, and that is what its readers know.
  if (!QUOTES[compat](key) && (PLAIN.test(text) || key === 'version')) return text;
  return `'${text.replaceAll("'", "''")}'`;
}
