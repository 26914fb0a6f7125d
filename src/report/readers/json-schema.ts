/**
 * Checks values against the JSON Schemas of this package, in the words of a message to the user. Knows
 * the keywords that these schemas use, and refuses any other rather than pass over it.
 */

export type Schema = Readonly<Record<string, unknown>>;

interface Place {
  readonly root: Schema;
  /** As in `kernels[0].rounds[3]`; empty for the whole. */
  readonly path: string;
}

/** What a keyword finds wrong with a value, as a sentence; undefined if nothing. */
type Rule = (rule: unknown, value: unknown, place: Place, schema: Schema) => string | undefined;

/** The first thing wrong with a value, as a sentence that names the place; undefined if nothing is. */
export function schemaViolation(root: Schema, value: unknown): string | undefined {
  return violation(root, value, { root, path: '' });
}

function violation(schema: Schema, value: unknown, place: Place): string | undefined {
  for (const [keyword, rule] of Object.entries(schema)) {
    const check = RULES[keyword];
    if (check === undefined) throw new Error(`unknown keyword ${keyword} in a schema`);
    const found = check(rule, value, place, schema);
    if (found !== undefined) return found;
  }
  return undefined;
}

const nothing: Rule = () => undefined;

const RULES: Readonly<Record<string, Rule>> = {
  $schema: nothing,
  $id: nothing,
  $defs: nothing,
  title: nothing,
  description: nothing,
  $ref: (rule, value, place) => violation(definition(place.root, String(rule)), value, place),
  type: (rule, value, { path }) => {
    const types = Array.isArray(rule) ? rule.map(String) : [String(rule)];
    if (types.some((type) => isOfType(type, value))) return undefined;
    const words = types.map((type) => TYPE_WORDS[type]).join(' or ');
    return `${named(path)} is ${shown(value)}, not ${words}`;
  },
  const: (rule, value, { path }) => {
    if (value === rule) return undefined;
    return `${named(path)} is ${shown(value)}, not ${shown(rule)}`;
  },
  enum: (rule, value, { path }) => {
    const values = rule as unknown[];
    if (values.includes(value)) return undefined;
    return `${named(path)} is ${shown(value)}, not one of ${values.map(shown).join(', ')}`;
  },
  minimum: bound((value, limit) => value >= limit, 'less than'),
  maximum: bound((value, limit) => value <= limit, 'more than'),
  exclusiveMinimum: bound((value, limit) => value > limit, 'not more than'),
  minLength: (rule, value, { path }) =>
    typeof value === 'string' && value.length < Number(rule)
      ? `${named(path)} is empty`
      : undefined,
  minItems: (rule, value, { path }) =>
    Array.isArray(value) && value.length < Number(rule) ? `${named(path)} is empty` : undefined,
  pattern: (rule, value, { path }) =>
    typeof value === 'string' && !new RegExp(String(rule), 'u').test(value)
      ? `${named(path)} is ${shown(value)}, not of the form ${String(rule)}`
      : undefined,
  format: (rule, value, { path }) => {
    if (rule !== 'date-time') throw new Error(`unknown format ${String(rule)} in a schema`);
    if (typeof value !== 'string' || isDateTime(value)) return undefined;
    return `${named(path)} is ${shown(value)}, not a date and time`;
  },
  required: (rule, value, { path }) => {
    if (!isRecord(value)) return undefined;
    const missing = (rule as string[]).find((key) => !Object.hasOwn(value, key));
    return missing === undefined ? undefined : `${named(path)} has no ${missing}`;
  },
  properties: (rule, value, { root, path }) => {
    if (!isRecord(value)) return undefined;
    return first(Object.entries(rule as Record<string, Schema>), ([key, schema]) =>
      Object.hasOwn(value, key)
        ? violation(schema, value[key], { root, path: inside(path, key) })
        : undefined,
    );
  },
  additionalProperties: (rule, value, { root, path }, schema) => {
    if (!isRecord(value)) return undefined;
    const known = (schema['properties'] ?? {}) as Record<string, Schema>;
    const others = Object.keys(value).filter((key) => !Object.hasOwn(known, key));
    return first(others, (key) =>
      rule === false
        ? `${named(path)} has ${shown(key)}, which does not belong there`
        : violation(rule as Schema, value[key], { root, path: inside(path, key) }),
    );
  },
  items: (rule, value, { root, path }) => {
    if (!Array.isArray(value)) return undefined;
    return first([...value.entries()], ([index, item]) =>
      violation(rule as Schema, item, { root, path: `${path}[${index}]` }),
    );
  },
};

function bound(holds: (value: number, limit: number) => boolean, words: string): Rule {
  return (rule, value, { path }) => {
    if (typeof value !== 'number' || holds(value, Number(rule))) return undefined;
    return `${named(path)} is ${value}, ${words} ${Number(rule)}`;
  };
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      // A text like 1e999 is read as Infinity.
      return Number.isFinite(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDateTime(text: string): boolean {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  return form.test(text) && !Number.isNaN(Date.parse(text));
}

function definition(root: Schema, reference: string): Schema {
  const [, name = ''] = /^#\/\$defs\/(\w+)$/.exec(reference) ?? [];
  const found = (root['$defs'] as Record<string, Schema> | undefined)?.[name];
  if (found === undefined) throw new Error(`unknown reference ${reference} in a schema`);
  return found;
}

function first<Item>(
  items: readonly Item[],
  find: (item: Item) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inside(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function named(path: string): string {
  return path === '' ? 'the document' : path;
}

const SHOWN_MAX = 40;

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text;
}
